"""In what order doors are told to whom: for whom they are and whether they are open, before the distance."""

import uuid
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import now
from core.directory import Schedule, ServiceLanguage
from core.directory.hours import is_closed, of_door
from core.directory.listing import STALE

NEAR_KM = 50.0
"""About an hour by bus; beyond it a door is not "near" and the national lines are told instead."""

BANDS_KM = (2.0, 10.0)
"""On foot, by a city's bus. Within a band who is open, and who was verified lately, comes before who is
nearer by a few streets; nobody is sent farther than that for it."""

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Asker:
    """Where somebody looks for help, and what of them makes one door better than another.

    `department` is that of the place; `local` the time there, without which nobody counts as open or closed.
    """

    country: str | None
    position: Position | None = None
    department: str | None = None
    groups: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    local: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    service_id: uuid.UUID
    for_whom: str | None
    assured_date: date | None = None
    service_at_location_id: uuid.UUID | None = None
    distance_km: float | None = None
    has_phone: bool = False
    has_address: bool = False

    @property
    def is_far(self) -> bool:
        return self.distance_km is not None and self.distance_km > NEAR_KM


def rank(for_whom: str | None, groups: frozenset[str]) -> int:
    if for_whom and groups.intersection(for_whom.split(",")):
        return 0
    return 2 if for_whom else 1


def in_order(session: Session, doors: list[Candidate], asker: Asker, limit: int) -> list[Candidate]:
    """The first ones: for whom, in what language, whether they can be reached at all, how far roughly, open
    now, verified lately; last the very distance."""
    speaks = _speaking(session, doors, asker.languages)

    def roughly(one: Candidate) -> tuple[Any, ...]:
        kilometers = one.distance_km or 0.0
        return (
            rank(one.for_whom, asker.groups),
            bool(asker.languages) and one.service_id not in speaks,
            not (one.has_phone or one.has_address),
            kilometers if one.is_far else bisect_left(BANDS_KM, kilometers),
        )

    doors = sorted(doors, key=roughly)
    if len(doors) < 2:
        return doors
    # what cannot be among the first need not be looked at more closely
    last = roughly(doors[min(limit, len(doors)) - 1])
    doors = [one for one in doors if roughly(one) <= last]
    closed = _closed(session, doors, asker.local)
    lately = now().date() - STALE

    def closely(one: Candidate) -> tuple[Any, ...]:
        is_stale = one.assured_date is None or one.assured_date < lately
        return *roughly(one), one.service_at_location_id in closed, is_stale, one.distance_km

    return sorted(doors, key=closely)[:limit]


def _speaking(session: Session, doors: list[Candidate], languages: frozenset[str]) -> set[uuid.UUID]:
    if not languages or not doors:
        return set()
    ids = {one.service_id for one in doors}
    query = select(ServiceLanguage.service_id).where(
        ServiceLanguage.service_id.in_(ids), ServiceLanguage.code.in_(languages)
    )
    return set(session.scalars(query))


def _closed(session: Session, doors: list[Candidate], local: datetime | None) -> set[uuid.UUID | None]:
    """The doors that are known to be closed now."""
    if local is None:
        return set()
    hours: dict[uuid.UUID, list[Schedule]] = defaultdict(list)
    places = {one.service_at_location_id for one in doors}
    for schedule in session.scalars(
        select(Schedule).where(Schedule.service_id.in_({one.service_id for one in doors}))
    ):
        if schedule.service_at_location_id is None or schedule.service_at_location_id in places:
            hours[schedule.service_at_location_id or schedule.service_id].append(schedule)
    return {
        one.service_at_location_id
        for one in doors
        if is_closed(
            of_door(hours[one.service_at_location_id or one.service_id], hours[one.service_id]), local
        )
    }
