"""The directory on a map: a window on the region, what is in it, and how much lies where.

Withheld addresses are in no window, nor any place where a service is for shelter and gender violence both:
such a place is a safe house, whatever its record says.
"""

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.directory import Location, Service, ServiceAtLocation, ServiceNeed
from core.places import Town

MIDDLE = math.cos(math.radians(17))  # of the region's latitudes: there a degree is as wide as it is high
SCALE = 100  # steps of the drawing in a degree: about one kilometer each
ASPECT = 4 / 3
WHOLE = (-118.6, 7.0, -77.0, 32.8)  # west, south, east, north
MARGIN = 1.15
NEAREST = 0.05  # degrees from top to bottom, a few streets; nearer there is nothing to see
WIDEST = 40.0
ROWS, COLUMNS = 9, 12  # of cells; what shares one is one dot, so that none hides another
PAGE = 30
LABELS = 9

SAFE_HOUSE = ("shelter", "gender_violence")


def x_of(longitude: float) -> float:
    return longitude * MIDDLE


def y_of(latitude: float) -> float:
    return -latitude


@dataclass(frozen=True, slots=True)
class Window:
    """`span` is its height in degrees of latitude."""

    latitude: float
    longitude: float
    span: float

    @classmethod
    def around(cls, points: Iterable[tuple[float, float]]) -> "Window":
        """All of these, with some air."""
        latitudes, longitudes = zip(*points, strict=True)
        high = max(latitudes) - min(latitudes)
        wide = (max(longitudes) - min(longitudes)) * MIDDLE / ASPECT
        latitude = (max(latitudes) + min(latitudes)) / 2
        longitude = (max(longitudes) + min(longitudes)) / 2
        return cls(latitude, longitude, min(max(high, wide, NEAREST / MARGIN) * MARGIN, WIDEST))

    @property
    def width(self) -> float:
        """In degrees of longitude."""
        return self.span * ASPECT / MIDDLE

    @property
    def south(self) -> float:
        return self.latitude - self.span / 2

    @property
    def west(self) -> float:
        return self.longitude - self.width / 2

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Shares of the width from the left and of the height from the top."""
        return (longitude - self.west) / self.width, 1 - (latitude - self.south) / self.span

    def has(self, latitude: float, longitude: float) -> bool:
        return all(0 <= share <= 1 for share in self.at(latitude, longitude))

    def moved(self, north: float = 0, east: float = 0, closer: float = 1) -> "Window":
        """By shares of its size."""
        span = min(max(self.span / closer, NEAREST), WIDEST)
        return Window(self.latitude + north * self.span, self.longitude + east * self.width, span)


@dataclass(frozen=True, slots=True)
class Dot:
    """One service, or several so near to each other that they are drawn as one; then where to look closer."""

    latitude: float
    longitude: float
    count: int
    service_id: uuid.UUID
    name: str
    closer: Window


@dataclass(frozen=True, slots=True)
class Seen:
    """`rows` are the page of services; `elsewhere` counts those for the need that no map can show."""

    dots: list[Dot]
    rows: list[Service]
    total: int
    elsewhere: int


def look(
    session: Session, window: Window, *, country: str | None = None, need: str | None = None, page: int = 0
) -> Seen:
    wanted = [Service.status == "active"]
    if country:
        wanted.append(Service.country.in_((country, "any")))
    if need:
        wanted.append(Service.needs.any(ServiceNeed.need == need))
    drawn = _drawn(select(Service.id)).where(*wanted)
    inside = drawn.where(_is_inside(window)).distinct().subquery()
    total = session.scalar(select(func.count()).select_from(inside)) or 0
    rows = session.scalars(
        select(Service)
        .where(Service.id.in_(select(inside.c.id)))
        .order_by(Service.name, Service.id)
        .offset(page * PAGE)
        .limit(PAGE)
        .options(joinedload(Service.organization), selectinload(Service.needs))
        .options(selectinload(Service.service_at_locations).joinedload(ServiceAtLocation.location))
    )
    all_of_it = session.scalar(select(func.count(Service.id)).where(*wanted)) or 0
    on_a_map = session.scalar(select(func.count()).select_from(drawn.distinct().subquery())) or 0
    return Seen(_dots(session, window, wanted), list(rows), total, all_of_it - on_a_map)


def _drawn(query: Select[uuid.UUID]) -> Select[uuid.UUID]:
    """Services at those locations that may be seen."""
    return (
        query.select_from(Service)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(Location.latitude.is_not(None), ~Location.is_withheld, Location.id.not_in(_safe_houses()))
    )


def _safe_houses() -> Select[uuid.UUID]:
    """Of services in any status: a door that closed for a month stands where it stood."""
    return (
        select(ServiceAtLocation.location_id)
        .join(ServiceNeed, ServiceNeed.service_id == ServiceAtLocation.service_id)
        .where(ServiceNeed.need.in_(SAFE_HOUSE))
        .group_by(ServiceAtLocation.id)
        .having(func.count() == len(SAFE_HOUSE))
    )


def _is_inside(window: Window) -> ColumnElement[bool]:
    return Location.latitude.between(window.south, window.south + window.span) & Location.longitude.between(
        window.west, window.west + window.width
    )


def _dots(session: Session, window: Window, wanted: list[ColumnElement[bool]]) -> list[Dot]:
    row = func.floor((Location.latitude - window.south) / (window.span / ROWS))
    column = func.floor((Location.longitude - window.west) / (window.width / COLUMNS))
    query = _drawn(select(func.min(cast(Service.id, String)))).where(*wanted, _is_inside(window))
    query = query.add_columns(
        *(func.count(Service.id.distinct()), func.min(Service.name)),
        *(
            middle(side)
            for middle in (func.avg, func.min, func.max)
            for side in (Location.latitude, Location.longitude)
        ),
    )
    rows: Iterable[Any] = session.execute(query.group_by(row, column))
    return [
        Dot(latitude, longitude, count, uuid.UUID(id_), name, Window.around([(south, west), (north, east)]))
        for id_, count, name, latitude, longitude, south, west, north, east in rows
    ]


def labels(towns: Iterable[Town], window: Window) -> list[Town]:
    """The largest towns in the window that leave each other room for their names."""
    kept: list[Town] = []
    inside = (town for town in towns if window.has(town.latitude, town.longitude))
    for town in sorted(inside, key=lambda town: -town.population):
        x, y = window.at(town.latitude, town.longitude)
        others = [window.at(other.latitude, other.longitude) for other in kept]
        if all(abs(x - left) > 0.25 or abs(y - top) > 0.06 for left, top in others):
            kept.append(town)
        if len(kept) == LABELS:
            break
    return kept
