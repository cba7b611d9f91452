"""What is there for a need, near a place: first what can be reached, then what helps from afar."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, ColumnElement, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, joinedload, selectinload

from core.directory import (
    Location,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceNeed,
)
from core.directory.hours import of_door
from core.directory.ranking import NEAR_KM, Asker, Candidate, in_order, rank
from core.distance import distance_km

__all__ = ["FOR_WHOM", "LANGUAGES", "NEAR_KM", "Asker", "Found", "search"]

TOLD = ("schedules", "needs", "languages", "required_documents", "cost_options")
"""Lists that a card tells of."""

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

LANGUAGES = ("en", "fr", "ht", "pt", "zh", "ar", "kek", "quc", "mam", "bzj", "miq", "cab", "tzo", "tzh")
"""ISO 639, those that a person may ask for, from English to Q'eqchi', K'iche', Mam, Kriol, Miskito, Garifuna,
Tsotsil and Tseltal."""


@dataclass(frozen=True, slots=True)
class Found:
    """`distance_km` is None for what serves the whole country, or the person's part of it, wherever its
    office may be.

    `schedules` are the hours of this location, or of the whole service where the location has none, with the
    holidays of both. `suits`: it is for just such a person, by what they said or look for.
    """

    service: Service
    location: Location | None
    distance_km: float | None
    schedules: Sequence[Schedule]
    suits: bool = False

    @property
    def is_hotline(self) -> bool:
        return any(phone.is_hotline for phone in self.service.phones)

    @property
    def is_far(self) -> bool:
        """The nearest door there is, told where none is near."""
        return self.distance_km is not None and self.distance_km > NEAR_KM


def search(session: Session, need: str, asker: Asker, *, limit: int = 6) -> list[Found]:
    """Open services for the need: the near ones, then lines to call, then the rest of the country.

    Those for one of the person's `groups` come first, those for other groups after those for all; then those
    in their language. Nobody is sent across a border: that may cost them their claim, or their freedom. Where
    nothing is near, the nearest door follows the lines to call.
    """
    doors = _doors(session, need, asker, limit) if asker.position and asker.country else []
    near = in_order(session, [one for one in doors if not one.is_far], asker, limit)
    afar = _nationwide(session, need, asker, limit) if len(near) < limit else []
    seen = {one.service_id for one in near}
    afar = [one for one in afar if one.service_id not in seen]
    if not near:
        afar = _with_nearest(afar, in_order(session, doors, asker, 1))
    return _loaded(session, [*near, *afar][:limit], asker.groups)


def _with_nearest(afar: list[Candidate], nearest: list[Candidate]) -> list[Candidate]:
    """A call costs less than a journey."""
    by_phone = [one for one in afar if one.has_phone]
    seen = {one.service_id for one in by_phone}
    nearest = [one for one in nearest if one.service_id not in seen]
    seen.update(one.service_id for one in nearest)
    return [*by_phone, *nearest, *(one for one in afar if one.service_id not in seen)]


def _doors(session: Session, need: str, asker: Asker, limit: int) -> list[Candidate]:
    """The index on the point walks outward until there are enough: a full city costs no more than a village.

    Without a box around it, since the planner would then read the whole box first.
    """
    latitude, longitude = asker.position or (0.0, 0.0)
    weighed = limit * (WEIGHED_FOR_A_GROUP if asker.groups or asker.languages else WEIGHED)
    point = func.point(Location.longitude, Location.latitude)
    has_address = Location.address_1.is_not(None) & ~Location.is_withheld
    rows = session.execute(
        select(Service.id, Service.for_whom, Service.assured_date, ServiceAtLocation.id)
        .add_columns(Location.latitude, Location.longitude, _has_phone(), has_address)
        .select_from(Location)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(_serves(need), Location.country == asker.country, Location.latitude.is_not(None))
        .order_by(point.op("<->")(func.point(longitude, latitude)))
        .limit(weighed)
    )
    return [
        Candidate(id_, whom, assured, place, _kilometers(asker, lat, long), phone, address)
        for id_, whom, assured, place, lat, long, phone, address in rows
    ]


def _kilometers(asker: Asker, latitude: float, longitude: float) -> float:
    return round(distance_km(asker.position or (latitude, longitude), (latitude, longitude)), 1)


def _nationwide(session: Session, need: str, asker: Asker, limit: int) -> list[Candidate]:
    """For whom as near by, then hotlines first; without a country only what serves everywhere."""
    has_hotline = select(Phone.id).where(Phone.service_id == Service.id, Phone.is_hotline).exists()
    has_phone = _has_phone()
    speaks = (
        select(ServiceLanguage.id)
        .where(ServiceLanguage.service_id == Service.id, ServiceLanguage.code.in_(asker.languages))
        .exists()
    )
    # small index scans; an "or" over them would read all services for the need
    reachable = (
        select(Service.id)
        .where(Service.is_nationwide, Service.country == asker.country)
        .union(
            select(Phone.service_id).where(Phone.is_hotline),
            select(Service.id).where(Service.country == "any"),
            select(ServiceArea.service_id).where(
                func.lower(ServiceArea.name) == (asker.department or "").lower()
            ),
        )
    )
    rows = session.execute(
        select(Service.id, Service.for_whom, Service.assured_date, has_phone)
        .where(_serves(need), Service.country.in_((asker.country, "any")), Service.id.in_(reachable))
        .order_by(_overlaps(asker.groups).desc(), Service.for_whom.is_not(None))
        .order_by(speaks.desc() if asker.languages else literal(0).desc())
        .order_by(has_hotline.desc(), has_phone.desc(), (Service.country == "any"))
        .order_by(Service.is_nationwide, Service.assured_date.desc().nulls_last(), Service.name)
        .limit(limit * 2)  # some may be among the near ones
    )
    return [
        Candidate(service, for_whom, assured, has_phone=phone) for service, for_whom, assured, phone in rows
    ]


def _has_phone() -> ColumnElement[bool]:
    """Looked up row by row: of an EXISTS the planner may make a table of all phones first."""
    return select(Phone.id).where(Phone.service_id == Service.id).limit(1).scalar_subquery().is_not(None)


def _overlaps(groups: frozenset[str]) -> ColumnElement[bool]:
    theirs = cast(sorted(groups), ARRAY(Text))
    return func.coalesce(
        func.string_to_array(Service.for_whom, ",").op("&&", return_type=Boolean)(theirs), False
    )


def _loaded(session: Session, candidates: list[Candidate], groups: frozenset[str]) -> list[Found]:
    """With all that a card tells; needs say whether an address may be told."""
    services = session.scalars(
        select(Service)
        .where(Service.id.in_([one.service_id for one in candidates]))
        .options(joinedload(Service.organization), selectinload(Service.phones))
        .options(*(selectinload(getattr(Service, name)) for name in TOLD))
    )
    places = session.scalars(
        select(ServiceAtLocation)
        .where(ServiceAtLocation.id.in_([one.service_at_location_id for one in candidates]))
        .options(joinedload(ServiceAtLocation.location), selectinload(ServiceAtLocation.schedules))
    )
    by_id: dict[uuid.UUID | None, Service] = {service.id: service for service in services}
    place_of: dict[uuid.UUID | None, ServiceAtLocation] = {place.id: place for place in places}
    return [
        _found(by_id[one.service_id], place_of.get(one.service_at_location_id), one, groups)
        for one in candidates
    ]


def _found(
    service: Service, place: ServiceAtLocation | None, candidate: Candidate, groups: frozenset[str]
) -> Found:
    suits = rank(service.for_whom, groups) == 0
    if place is None:
        return Found(service, None, None, service.schedules, suits)
    hours = of_door(place.schedules, service.schedules)
    return Found(service, place.location, candidate.distance_km, hours, suits)


def _serves(need: str) -> ColumnElement[bool]:
    has_need = select(ServiceNeed.service_id).where(
        ServiceNeed.service_id == Service.id, ServiceNeed.need == need
    )
    return (Service.status == "active") & has_need.exists()
