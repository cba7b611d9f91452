"""What is there for a need, near a place: first what can be reached, then what helps from afar."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, ColumnElement, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, contains_eager, selectinload
from sqlalchemy.sql.base import ExecutableOption

from core.directory import Location, Phone, Schedule, Service, ServiceAtLocation, ServiceNeed
from core.places import EARTH_KM, distance_km

NEAR_KM = 50.0
"""About an hour by bus; beyond it a door is not "near" and the national lines are told instead."""


SPARE = 2
"""Times the limit: the index sorts by degrees, which toward the poles are narrower than high."""

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
class _Sought:
    need: str
    country: str
    position: Position
    groups: frozenset[str]


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
    near: list[Found] = []
    if position and country:
        near = _near(session, _Sought(need, country, position, groups), limit)
    seen = {found.service.id for found in near}
    afar = _nationwide(session, need, country, groups, limit) if len(near) < limit else []
    return [*near, *(found for found in afar if found.service.id not in seen)][:limit]


def _near(session: Session, sought: _Sought, limit: int) -> list[Found]:
    own, for_all = _overlaps(sought.groups), Service.for_whom.is_(None)
    ranks = [for_all, ~own & ~for_all]
    found: list[Found] = []
    for rank in [own, *ranks] if sought.groups else ranks:
        if len(found) < limit:
            found += _nearest(session, sought, rank, limit - len(found))
    return found


def _overlaps(groups: frozenset[str]) -> ColumnElement[bool]:
    theirs = cast(sorted(groups), ARRAY(Text))
    return func.coalesce(
        func.string_to_array(Service.for_whom, ",").op("&&", return_type=Boolean)(theirs), False
    )


def _nearest(session: Session, sought: _Sought, rank: ColumnElement[bool], limit: int) -> list[Found]:
    """The index on the point walks outward: a full city costs no more than a village."""
    latitude, longitude = sought.position
    high = math.degrees(NEAR_KM / EARTH_KM)
    wide = high / math.cos(math.radians(latitude))
    point = func.point(Location.longitude, Location.latitude)
    box = func.box(
        func.point(longitude - wide, latitude - high), func.point(longitude + wide, latitude + high)
    )
    rows = session.execute(
        select(Service, ServiceAtLocation)
        .select_from(Location)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(_serves(sought.need), rank, Location.country == sought.country)
        .where(point.op("<@", return_type=Boolean)(box))
        .order_by(point.op("<->")(func.point(longitude, latitude)))
        .limit(limit * SPARE)
        .options(*_belongings(), contains_eager(ServiceAtLocation.location))
        .options(selectinload(ServiceAtLocation.schedules))
    )
    found = [_found(service, place, sought.position) for service, place in rows]
    near = [one for one in found if one.distance_km is not None and one.distance_km <= NEAR_KM]
    return sorted(near, key=lambda one: (one.distance_km, one.service.name))[:limit]


def _found(service: Service, place: ServiceAtLocation, position: Position) -> Found:
    at = (place.location.latitude or 0.0, place.location.longitude or 0.0)
    kilometers = round(distance_km(position, at), 1)
    return Found(service, place.location, kilometers, place.schedules or service.schedules)


def _nationwide(
    session: Session, need: str, country: str | None, groups: frozenset[str], limit: int
) -> list[Found]:
    """For whom as near by, then hotlines first; without a country only what serves everywhere."""
    has_hotline = select(Phone.id).where(Phone.service_id == Service.id, Phone.is_hotline).exists()
    # three small index scans; an "or" over them would read all services for the need
    reachable = (
        select(Service.id)
        .where(Service.is_nationwide, Service.country == country)
        .union(
            select(Phone.service_id).where(Phone.is_hotline),
            select(Service.id).where(Service.country == literal("any")),
        )
    )
    services = session.scalars(
        select(Service)
        .where(_serves(need), Service.country.in_((country, "any")), Service.id.in_(reachable))
        .order_by(_overlaps(groups).desc(), Service.for_whom.is_not(None))
        .order_by(has_hotline.desc(), (Service.country == "any"), Service.name)
        .limit(limit * SPARE)
        .options(*_belongings())
    )
    return [Found(service, None, None, service.schedules) for service in services]


def _belongings() -> tuple[ExecutableOption, ...]:
    """What a card tells, beside the row itself; needs say whether an address may be told."""
    attributes = (Service.phones, Service.schedules, Service.organization, Service.needs)
    return tuple(selectinload(attribute) for attribute in attributes)


def _serves(need: str) -> ColumnElement[bool]:
    has_need = select(ServiceNeed.service_id).where(
        ServiceNeed.service_id == Service.id, ServiceNeed.need == need
    )
    return (Service.status == "active") & has_need.exists()
