"""What is there for a need, near a place: first what can be reached, then what helps from afar."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, ColumnElement, Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, joinedload, selectinload

from core.directory import Location, Phone, Schedule, Service, ServiceAtLocation, ServiceNeed
from core.places import distance_km

NEAR_KM = 50.0
"""About an hour by bus; beyond it a door is not "near" and the national lines are told instead."""


WEIGHED = 4
WEIGHED_FOR_A_GROUP = 10
"""Times the limit: so many of the nearest for a need are weighed by for whom they are. Where there are more
within 50 km nobody has to look farther."""

FOR_WHOM = (
    "women",
    "survivors",
    "children",
    "youth",
    "older",
    "disability",
    "lgbtiq",
    "displaced",
    "returned",
)

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """`distance_km` is None for what serves the whole country, wherever its office may be.

    `schedules` are the hours of this location, or of the whole service where the location has none.
    """

    service: Service
    location: Location | None
    distance_km: float | None
    schedules: Sequence[Schedule]

    @property
    def is_hotline(self) -> bool:
        return any(phone.is_hotline for phone in self.service.phones)


def search(
    session: Session,
    need: str,
    *,
    country: str | None,
    position: Position | None = None,
    groups: frozenset[str] = frozenset(),
    limit: int = 6,
) -> list[Found]:
    """Open services for the need: the near ones by distance, then hotlines, then the rest of the country.

    Those for one of the person's `groups` come first, those for other groups after those for all. Nobody is
    sent across a border: that may cost them their claim, or their freedom.
    """
    weighed = limit * (WEIGHED_FOR_A_GROUP if groups else WEIGHED)
    near = _near(session, need, country, position, weighed) if position and country else []
    near = sorted(near, key=lambda one: (_rank(one.for_whom, groups), one.distance_km))[:limit]
    afar = _nationwide(session, need, country, groups, limit) if len(near) < limit else []
    seen = {one.service_id for one in near}
    return _loaded(session, [*near, *(one for one in afar if one.service_id not in seen)][:limit])


@dataclass(frozen=True, slots=True)
class _Candidate:
    service_id: uuid.UUID
    for_whom: str | None
    service_at_location_id: uuid.UUID | None = None
    distance_km: float | None = None


def _rank(for_whom: str | None, groups: frozenset[str]) -> int:
    if for_whom and groups.intersection(for_whom.split(",")):
        return 0
    return 2 if for_whom else 1


def _near(session: Session, need: str, country: str, position: Position, limit: int) -> list[_Candidate]:
    """The index on the point walks outward until there are enough: a full city costs no more than a village.

    Without a box around it, since the planner would then read the whole box first.
    """
    latitude, longitude = position
    point = func.point(Location.longitude, Location.latitude)
    rows = session.execute(
        select(Service.id, Service.for_whom, ServiceAtLocation.id, Location.latitude, Location.longitude)
        .select_from(Location)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(_serves(need), Location.country == country, Location.latitude.is_not(None))
        .order_by(point.op("<->")(func.point(longitude, latitude)))
        .limit(limit)
    )
    found = [
        _Candidate(service, for_whom, place, round(distance_km(position, (lat or 0.0, long or 0.0)), 1))
        for service, for_whom, place, lat, long in rows
    ]
    return [one for one in found if one.distance_km is not None and one.distance_km <= NEAR_KM]


def _nationwide(
    session: Session, need: str, country: str | None, groups: frozenset[str], limit: int
) -> list[_Candidate]:
    """For whom as near by, then hotlines first; without a country only what serves everywhere."""
    has_hotline = select(Phone.id).where(Phone.service_id == Service.id, Phone.is_hotline).exists()
    # three small index scans; an "or" over them would read all services for the need
    reachable = (
        select(Service.id)
        .where(Service.is_nationwide, Service.country == country)
        .union(
            select(Phone.service_id).where(Phone.is_hotline),
            select(Service.id).where(Service.country == "any"),
        )
    )
    rows = session.execute(
        select(Service.id, Service.for_whom)
        .where(_serves(need), Service.country.in_((country, "any")), Service.id.in_(reachable))
        .order_by(_overlaps(groups).desc(), Service.for_whom.is_not(None))
        .order_by(has_hotline.desc(), (Service.country == "any"), Service.name)
        .limit(limit * 2)  # some may be among the near ones
    )
    return [_Candidate(service, for_whom) for service, for_whom in rows]


def _overlaps(groups: frozenset[str]) -> ColumnElement[bool]:
    theirs = cast(sorted(groups), ARRAY(Text))
    return func.coalesce(
        func.string_to_array(Service.for_whom, ",").op("&&", return_type=Boolean)(theirs), False
    )


def _loaded(session: Session, candidates: list[_Candidate]) -> list[Found]:
    """With all that a card tells; needs say whether an address may be told."""
    services = session.scalars(
        select(Service)
        .where(Service.id.in_([one.service_id for one in candidates]))
        .options(joinedload(Service.organization), selectinload(Service.phones))
        .options(selectinload(Service.schedules), selectinload(Service.needs))
    )
    places = session.scalars(
        select(ServiceAtLocation)
        .where(ServiceAtLocation.id.in_([one.service_at_location_id for one in candidates]))
        .options(joinedload(ServiceAtLocation.location), selectinload(ServiceAtLocation.schedules))
    )
    by_id: dict[uuid.UUID | None, Service] = {service.id: service for service in services}
    place_of: dict[uuid.UUID | None, ServiceAtLocation] = {place.id: place for place in places}
    return [
        _found(by_id[one.service_id], place_of.get(one.service_at_location_id), one.distance_km)
        for one in candidates
    ]


def _found(service: Service, place: ServiceAtLocation | None, kilometers: float | None) -> Found:
    if place is None:
        return Found(service, None, None, service.schedules)
    return Found(service, place.location, kilometers, place.schedules or service.schedules)


def _serves(need: str) -> ColumnElement[bool]:
    has_need = select(ServiceNeed.service_id).where(
        ServiceNeed.service_id == Service.id, ServiceNeed.need == need
    )
    return (Service.status == "active") & has_need.exists()
