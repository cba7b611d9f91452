"""What is found first, for whom, and when it is open."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from core.db import now
from core.directory import (
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceNeed,
)
from core.directory.hours import Opening, opening, weekly
from core.directory.search import Asker, search

TAPACHULA = (14.905, -92.263)
MEXICO = ZoneInfo("America/Mexico_City")


def add(
    session: Session,
    name: str,
    at: tuple[float, float] | None = None,
    *,
    for_whom: str | None = None,
    **more: Any,
) -> Service:
    schedules = more.pop("schedules", ())
    service = Service(
        id=uuid.uuid4(),
        organization=Organization(id=uuid.uuid4(), name=name, country="MX"),
        name=name,
        country="MX",
        for_whom=for_whom,
        needs=[ServiceNeed(need="shelter")],
        **{"is_nationwide": at is None, **more},
    )
    if at:
        location = Location(id=uuid.uuid4(), city="Tapachula", country="MX", latitude=at[0], longitude=at[1])
        service.service_at_locations = [ServiceAtLocation(id=uuid.uuid4(), location=location)]
    session.add(service)
    session.flush()
    for schedule in schedules:
        schedule.service_id = service.id
        session.add(schedule)
    session.flush()
    return service


def names(session: Session, *groups: str) -> list[str]:
    found = search(session, "shelter", Asker("MX", TAPACHULA, groups=frozenset(groups)))
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


def test_where_nothing_is_near_the_nearest_follows_the_hotlines(session: Session) -> None:
    add(session, "a 111 km", (15.905, -92.263))
    add(session, "a 200 km", (16.7, -92.263))
    add(session, "todo el país")
    add(session, "línea", phones=[Phone(number="800", is_hotline=True)])

    found = search(session, "shelter", Asker("MX", TAPACHULA))

    assert [one.service.name for one in found] == ["línea", "a 111 km", "todo el país"]
    assert [(one.is_far, one.distance_km) for one in found] == [(False, None), (True, 111.2), (False, None)]


def test_who_can_be_called_comes_before_a_far_door(session: Session) -> None:
    add(session, "a 111 km", (15.905, -92.263))
    add(session, "con teléfono", phones=[Phone(number="2222")])

    assert names(session) == ["con teléfono", "a 111 km"]


def test_a_door_without_address_or_phone_is_told_after_one_that_can_be_reached(session: Session) -> None:
    add(session, "sin nada", TAPACHULA)
    add(session, "con teléfono", (15.2, -92.263), phones=[Phone(number="2222")])

    assert names(session) == ["con teléfono", "sin nada"]


def test_the_nearest_for_all_is_told_before_a_nearer_one_for_others(session: Session) -> None:
    add(session, "lgbtiq", (15.5, -92.263), for_whom="lgbtiq")
    add(session, "todos", (15.905, -92.263))

    assert names(session) == ["todos"]


def test_who_serves_the_department_is_told_before_who_serves_the_country(session: Session) -> None:
    add(session, "a país")
    add(session, "b Chiapas", is_nationwide=False, service_areas=[ServiceArea(name="Chiapas")])
    add(session, "c Oaxaca", is_nationwide=False, service_areas=[ServiceArea(name="Oaxaca")])

    found = search(session, "shelter", Asker("MX", TAPACHULA, "Chiapas"))

    assert [one.service.name for one in found] == ["b Chiapas", "a país"]


def test_who_speaks_the_language_comes_first(session: Session) -> None:
    add(session, "español", TAPACHULA)
    add(session, "mam", (15.2, -92.263), languages=[ServiceLanguage(code="mam")])
    add(session, "país mam", languages=[ServiceLanguage(code="mam")])
    add(session, "el país")

    found = search(session, "shelter", Asker("MX", TAPACHULA, languages=frozenset({"mam"})))

    assert [one.service.name for one in found] == ["mam", "español", "país mam", "el país"]
    assert names(session) == ["español", "mam", "el país", "país mam"]


def test_of_two_doors_about_as_far_the_open_one_comes_first(session: Session) -> None:
    add(session, "cerrado", (14.906, -92.263), schedules=[hours("MO", time(9), time(15))])
    add(session, "abierto", (14.915, -92.263), schedules=[hours("SU", time(9), time(15))])
    add(session, "lejos y abierto", (15.1, -92.263), schedules=[hours("SU", time(9), time(15))])
    add(session, "quién sabe", (14.918, -92.263))

    found = search(session, "shelter", Asker("MX", TAPACHULA, local=local(22, 10)))

    assert [one.service.name for one in found] == ["abierto", "quién sabe", "cerrado", "lejos y abierto"]


def test_of_two_doors_about_as_far_the_one_verified_lately_comes_first(session: Session) -> None:
    today = now().date()
    add(session, "nunca", TAPACHULA)
    add(session, "hace mucho", (14.906, -92.263), assured_date=today - timedelta(days=400))
    add(session, "ayer", (14.915, -92.263), assured_date=today - timedelta(days=1))

    assert names(session) == ["ayer", "nunca", "hace mucho"]


def test_without_a_country_no_door_is_told(session: Session) -> None:
    """A pin at a border is near to what lies across it."""
    add(session, "cerca", TAPACHULA)

    assert search(session, "shelter", Asker(None, TAPACHULA)) == []


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


def closed(first: date, last: date | None = None) -> Schedule:
    return Schedule(valid_from=first, valid_to=last or first)


def test_on_a_holiday_it_is_closed_and_opens_on_the_next_day() -> None:
    christmas = datetime(2026, 12, 25, 10, tzinfo=MEXICO)  # a Friday
    holiday = closed(date(2026, 12, 25))

    assert opening([WEEK, holiday], christmas) == Opening(christmas.replace(day=28, hour=9))
    assert opening([WEEK, holiday], christmas.replace(day=24)) == Opening(None)
    assert opening([ALWAYS, holiday], christmas) == Opening(christmas.replace(day=26, hour=0))


def test_after_two_weeks_of_holidays_the_opening_is_told() -> None:
    holidays = closed(date(2026, 12, 21), date(2027, 1, 4))

    assert opening([WEEK, holidays], datetime(2026, 12, 21, 10, tzinfo=MEXICO)) == Opening(
        datetime(2027, 1, 5, 9, tzinfo=MEXICO)
    )


def test_other_hours_on_a_day_take_the_place_of_the_usual_ones() -> None:
    eve = Schedule(
        valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 24), opens_at=time(8), closes_at=time(9)
    )
    at = datetime(2026, 12, 24, 8, 30, tzinfo=MEXICO)

    assert opening([WEEK, eve], at) == Opening(None)
    assert opening([WEEK, eve], at.replace(hour=10)) == Opening(at.replace(day=25, hour=9, minute=0))


def test_a_rule_of_another_season_does_not_count() -> None:
    summer = Schedule(byday="MO", opens_at=time(6), closes_at=time(20), valid_to=date(2026, 10, 31))

    assert opening([WEEK, summer], local(23, 7)) == Opening(local(23, 9))
    assert weekly([WEEK, summer, closed(date(2026, 11, 23))], local(23, 7).date()) == [WEEK]


def test_the_clock_is_that_of_the_place() -> None:
    at = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)

    assert opening([WEEK], at.astimezone(MEXICO)) == Opening(None)
    tijuana = opening([WEEK], at.astimezone(ZoneInfo("America/Tijuana")))
    assert tijuana is not None
    assert not tijuana.is_open
