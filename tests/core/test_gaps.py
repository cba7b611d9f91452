"""Where help is missing: what is counted where, and what is never told."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import gaps, questions
from core.db import now
from core.directory import Location, Organization, Service, ServiceAtLocation, ServiceNeed
from core.gaps import Cell, Spot, Towns
from core.places import Gazetteer

TAPACHULA = Spot("MX", "Chiapas", "Tapachula")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def towns(gazetteer: Gazetteer) -> Towns:
    return Towns(gazetteer)


@pytest.fixture
def ask(session: Session, gazetteer: Gazetteer) -> Callable[..., None]:
    def ask(need: str, times: int, town: str = "Tapachula", *, is_met: bool = False) -> None:
        [found] = gazetteer.find(town, "MX")
        for _ in range(times):
            questions.count(session, need, "MX", found.department, found.id, is_met=is_met)

    return ask


def open_service(session: Session, *doors: Location, needs: tuple[str, ...] = ("food",), **more: Any) -> None:
    session.add(
        Service(
            name="Casa",
            country="MX",
            organization=Organization(name="Casa", country="MX"),
            needs=[ServiceNeed(need=need) for need in needs],
            service_at_locations=[ServiceAtLocation(location=door) for door in doors],
            **more,
        )
    )
    session.flush()


def door(city: str | None = "Tapachula", department: str | None = None) -> Location:
    return Location(city=city, state_province=department, country="MX")


def cells(session: Session, towns: Towns) -> dict[Spot, dict[str, Cell]]:
    return {line.spot: dict(line.cells) for line in gaps.lines(session, towns)}


def test_services_count_once_in_the_town_of_their_doors(session: Session, towns: Towns) -> None:
    open_service(session, door(), door(), needs=("food", "health"))
    open_service(session, door("TAPACHULA "), door("Tijuana"))
    open_service(session, needs=("food",), is_nationwide=True)  # a hotline has no door
    open_service(session, door(), status="inactive")

    found = cells(session, towns)

    assert found[TAPACHULA] == {"food": Cell(open=2), "health": Cell(open=1)}
    assert found[Spot("MX", "Baja California", "Tijuana")] == {"food": Cell(open=1)}


def test_questions_stand_beside_the_services(session: Session, towns: Towns, ask: Any) -> None:
    open_service(session, door())
    ask("food", 6, is_met=True)
    ask("shelter", 7)

    assert cells(session, towns)[TAPACHULA] == {
        "food": Cell(open=1, asked=6),
        "shelter": Cell(asked=7, unmet=7),
    }


def test_only_the_last_ninety_days_count(session: Session, towns: Towns, ask: Any) -> None:
    ask("food", 3)
    row = session.query(questions.QuestionsAsked).one()
    row.day = now().date() - dt.timedelta(days=91)
    session.flush()

    assert cells(session, towns) == {}


def test_a_place_that_the_gazetteer_lacks_is_called_as_the_record_says(
    session: Session, towns: Towns
) -> None:
    open_service(session, door("Ejido Nuevo Amanecer", "Chiapas"))

    assert Spot("MX", "Chiapas", "Ejido Nuevo Amanecer") in cells(session, towns)


def test_of_several_towns_of_one_name_the_department_decides(session: Session, towns: Towns) -> None:
    open_service(session, door("Hidalgo", "Tamaulipas"))

    assert Spot("MX", "Tamaulipas", "Hidalgo") in cells(session, towns)


def test_a_department_has_all_services_of_its_towns_beside_its_own_questions(
    session: Session, towns: Towns, ask: Any
) -> None:
    open_service(session, door(), needs=("gender_violence",))
    open_service(session, door("Tuxtla Gutiérrez"), needs=("gender_violence",))
    ask("gender_violence", 5)

    assert cells(session, towns)[Spot("MX", "Chiapas")] == {"gender_violence": Cell(2, 5, 5)}


def test_few_dangerous_questions_leave_no_trace(session: Session, towns: Towns, ask: Any) -> None:
    ask("gender_violence", 4)

    assert gaps.lines(session, towns) == []


@pytest.mark.parametrize(
    ("count", "need", "shown"),
    [
        (0, "food", "0"),
        (1, "food", "1–4"),
        (4, "food", "1–4"),
        (5, "food", "5"),
        (0, "gender_violence", "<5"),
        (4, "gender_violence", "<5"),
        (23, "gender_violence", "23"),
    ],
)
def test_small_numbers_are_not_told(count: int, need: str, shown: str) -> None:
    assert gaps.told(count, need) == shown


def test_the_order_tells_no_more_than_the_numbers() -> None:
    assert gaps.weight(1) == gaps.weight(4)
    assert gaps.weight(0) < gaps.weight(4) < gaps.weight(5) < gaps.weight(6)


def test_gaps_are_what_was_asked_in_vain_the_worst_first(session: Session, towns: Towns, ask: Any) -> None:
    open_service(session, door(), needs=("food", "health"))
    ask("food", 9, is_met=True)
    ask("shelter", 6)
    ask("legal", 12)
    ask("cash", 8, is_met=True)  # near, but not in the town

    found = gaps.gaps(gaps.lines(session, towns))

    assert [gap.need for gap in found] == ["legal", "shelter", "cash"]


def test_a_country_or_department_may_be_chosen(session: Session, towns: Towns, ask: Any) -> None:
    ask("food", 5)
    ask("food", 5, "Tijuana")
    questions.count(session, "food", "HN", "Cortés", is_met=False)

    mexican = gaps.lines(session, towns, "MX")
    of_chiapas = gaps.lines(session, towns, "MX", "Chiapas")

    assert {line.spot.country for line in mexican} == {"MX"}
    assert [line.spot for line in of_chiapas] == [TAPACHULA]
