"""What is found first, for whom, and when it is open."""

import uuid
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from core.directory import Location, Organization, Schedule, Service, ServiceAtLocation, ServiceNeed
from core.directory.hours import Opening, opening
from core.directory.search import search

TAPACHULA = (14.905, -92.263)
MEXICO = ZoneInfo("America/Mexico_City")


def add(
    session: Session, name: str, at: tuple[float, float] | None = None, *, for_whom: str | None = None
) -> None:
    service = Service(
        id=uuid.uuid4(),
        organization=Organization(id=uuid.uuid4(), name=name, country="MX"),
        name=name,
        country="MX",
        is_nationwide=at is None,
        for_whom=for_whom,
        needs=[ServiceNeed(need="shelter")],
    )
    if at:
        location = Location(id=uuid.uuid4(), city="Tapachula", country="MX", latitude=at[0], longitude=at[1])
        service.service_at_locations = [ServiceAtLocation(id=uuid.uuid4(), location=location)]
    session.add(service)
    session.flush()


def names(session: Session, *groups: str) -> list[str]:
    found = search(session, "shelter", country="MX", position=TAPACHULA, groups=frozenset(groups))
    return [one.service.name for one in found]


def test_what_is_for_some_comes_last_unless_the_person_belongs(session: Session) -> None:
    add(session, "lgbtiq", TAPACHULA, for_whom="lgbtiq,youth")
    add(session, "todos", (14.95, -92.30))

    assert names(session) == ["todos", "lgbtiq"]
    assert names(session, "women") == ["todos", "lgbtiq"]
    assert names(session, "lgbtiq") == ["lgbtiq", "todos"]


def test_from_afar_too_what_is_for_the_person_comes_first(session: Session) -> None:
    add(session, "a niños", for_whom="children")
    add(session, "b todos")

    assert names(session) == ["b todos", "a niños"]
    assert names(session, "children") == ["a niños", "b todos"]


def test_a_service_for_all_is_found_behind_many_nearer_ones_for_others(session: Session) -> None:
    for number in range(12):
        add(session, f"mujeres {number}", TAPACHULA, for_whom="women")
    add(session, "todos", (14.95, -92.30))

    assert names(session)[0] == "todos"


def test_beyond_an_hour_by_bus_nothing_is_near(session: Session) -> None:
    add(session, "a 51 km", (15.364, -92.263))
    add(session, "a 49 km", (15.345, -92.263))

    assert names(session) == ["a 49 km"]


def test_without_a_country_no_door_is_told(session: Session) -> None:
    """A pin at a border is near to what lies across it."""
    add(session, "cerca", TAPACHULA)

    assert search(session, "shelter", country=None, position=TAPACHULA) == []


def hours(byday: str | None, opens: time | None, closes: time | None) -> Schedule:
    return Schedule(byday=byday, opens_at=opens, closes_at=closes)


WEEK = hours("MO,TU,WE,TH,FR", time(9), time(15))
NIGHT = hours("SA", time(20), time(6))
ALWAYS = hours(None, time(0), time(23, 59))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026; the 22nd is a Sunday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=MEXICO)


MOMENTS = [
    (WEEK, local(23, 9), Opening(None)),
    (WEEK, local(23, 14, 59), Opening(None)),
    (WEEK, local(23, 15), Opening(local(24, 9))),
    (WEEK, local(23, 7), Opening(local(23, 9))),
    (WEEK, local(20, 16), Opening(local(23, 9))),
    (WEEK, local(22, 12), Opening(local(23, 9))),
    (NIGHT, local(22, 3), Opening(None)),
    (NIGHT, local(22, 7), Opening(local(28, 20))),
    (ALWAYS, local(22, 23, 59), Opening(None)),
    (hours("MO", None, None), local(23, 9), None),
]


@pytest.mark.parametrize(("schedule", "moment", "expected"), MOMENTS, ids=range(len(MOMENTS)))
def test_open_now_or_when_next(schedule: Schedule, moment: datetime, expected: Opening | None) -> None:
    assert opening([schedule], moment) == expected


def test_a_break_at_noon_is_closed() -> None:
    two_spans = [hours("MO", time(8), time(12)), hours("MO", time(13), time(16))]

    assert opening(two_spans, local(23, 12, 30)) == Opening(local(23, 13))


def test_the_clock_is_that_of_the_place() -> None:
    at = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)

    assert opening([WEEK], at.astimezone(MEXICO)) == Opening(None)
    tijuana = opening([WEEK], at.astimezone(ZoneInfo("America/Tijuana")))
    assert tijuana is not None
    assert not tijuana.is_open
