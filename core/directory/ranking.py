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
from core.directory.hours import of_door, opening
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


def in_order(session: Session, doors: list[Candidate], asker: Asker) -> list[Candidate]:
    """For whom, in what language, whether they can be reached at all, how far roughly, open now, verified
    lately; last the very distance."""
    if len(doors) < 2:
        return doors
    speaks = _speaking(session, doors, asker.languages)
    is_closed = _closed(session, doors, asker.local)
    lately = now().date() - STALE

    def key(one: Candidate) -> tuple[Any, ...]:
        kilometers = one.distance_km or 0.0
        band = kilometers if one.is_far else bisect_left(BANDS_KM, kilometers)
        is_stale = one.assured_date is None or one.assured_date < lately
        return (
            rank(one.for_whom, asker.groups),
            bool(asker.languages) and one.service_id not in speaks,
            not (one.has_phone or one.has_address),
            band,
            one.service_at_location_id in is_closed,
            is_stale,
            kilometers,
        )

    return sorted(doors, key=key)


def _speaking(session: Session, doors: list[Candidate], languages: frozenset[str]) -> set[uuid.UUID]:
    if not languages:
        return set()
    ids = {one.service_id for one in doors}
    query = select(ServiceLanguage.service_id).where(
        ServiceLanguage.service_id.in_(ids), ServiceLanguage.code.in_(languages)
    )
    return set(session.scalars(query))


def _closed(session: Session, doors: list[Candidate], local: datetime | None) -> set[uuid.UUID | None]:
    """The doors that are known to be closed now; who gives no clear hours may be open."""
    if local is None:
        return set()
    hours: dict[uuid.UUID, list[Schedule]] = defaultdict(list)
    places = {one.service_at_location_id for one in doors}
    for schedule in session.scalars(
        select(Schedule).where(Schedule.service_id.in_({one.service_id for one in doors}))
    ):
        if schedule.service_at_location_id is None or schedule.service_at_location_id in places:
            hours[schedule.service_at_location_id or schedule.service_id].append(schedule)
    closed = set()
    for one in doors:
        place = one.service_at_location_id or one.service_id
        state = opening(of_door(hours[place], hours[one.service_id]), local)
        if state is not None and not state.is_open:
            closed.add(one.service_at_location_id)
    return closed
