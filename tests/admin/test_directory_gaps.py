"""Pages of what is missing, and the map."""

import csv
import io
import re

import pytest
from sqlalchemy.orm import Session

from core import questions
from core.audit import AuditEvent
from core.directory import ServiceNeed
from core.places import Gazetteer
from tests.admin import factories
from tests.admin.browser import Browser


@pytest.fixture(scope="module")
def tapachula() -> str:
    return Gazetteer.load().find("Tapachula", "MX")[0].id


def ask(db: Session, need: str, times: int, town_id: str, *, is_met: bool = False) -> None:
    for _ in range(times):
        questions.count(db, need, "MX", "Chiapas", town_id, is_met=is_met)
    db.commit()


def test_a_gap_tells_need_place_services_and_questions(agent: Browser, db: Session, tapachula: str) -> None:
    ask(db, "food", 12, tapachula)

    page = agent.get("/directory/gaps/").text

    assert "Tapachula, Chiapas, México" in page
    assert "0 servicios abiertos" in page
    assert "12 preguntas" in page
    assert "12 sin nada cerca" in page


def test_small_numbers_are_not_on_the_page(agent: Browser, db: Session, tapachula: str) -> None:
    ask(db, "food", 3, tapachula)
    ask(db, "gender_violence", 4, tapachula)

    for view in ("", "?view=matrix"):
        page = agent.get(f"/directory/gaps/{view}").text

        assert "1–4" in page
        assert "Todo el departamento" not in page


def test_the_table_has_every_need_for_a_town(agent: Browser, db: Session, tapachula: str) -> None:
    factories.service(db)
    ask(db, "shelter", 5, tapachula, is_met=True)

    page = agent.get("/directory/gaps/?view=matrix").text

    assert page.count('<th scope="col"><span>') == 18
    assert re.search(
        r'<td class="cell-open">\s*<span[^>]*>Servicios abiertos:</span><strong>1</strong>', page
    )


def test_a_sheet_can_be_taken_along(agent: Browser, db: Session, tapachula: str) -> None:
    ask(db, "food", 7, tapachula)
    ask(db, "health", 2, tapachula)

    answer = agent.get("/directory/gaps/sheet?country=MX")

    lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    told = {line[3]: line[4:] for line in lines[1:]}
    assert lines[0][-2:] == ["Preguntas en 90 días", "Sin nada cerca"]
    assert told["Comida"] == ["0", "7", "7"]
    assert told["Salud"] == ["0", "1–4", "1–4"]
    assert told["Violencia de género"][1:] == ["–", "–"]
    assert db.query(AuditEvent).filter_by(action="export_gaps").count() == 1


def test_an_unknown_country_is_refused_and_a_department_elsewhere_forgotten(
    agent: Browser, db: Session, tapachula: str
) -> None:
    ask(db, "food", 7, tapachula)

    assert agent.get("/directory/gaps/?country=XX").status_code == 400
    assert "Tapachula" in agent.get("/directory/gaps/?country=MX&department=Cortés").text
    assert "Tapachula" not in agent.get("/directory/gaps/?country=HN").text


def test_the_map_shows_a_service_and_links_to_it(agent: Browser, db: Session) -> None:
    service = factories.service(db)

    page = agent.get("/directory/map/?country=MX&need=shelter").text

    assert page.count(f'href="/directory/services/{service.id}"') == 2  # on the map, and in the list
    assert "1 servicio en esta parte" in page
    assert "/static/outlines.svg#MX" in page


def test_the_map_asks_nobody_else(agent: Browser) -> None:
    page = agent.get("/directory/map/").text

    assert re.findall(r'(?:href|src)="(https?:[^"]*)"', page) == []


@pytest.mark.parametrize("needs", [("shelter",), ("shelter", "gender_violence")])
def test_the_map_shows_no_withheld_address(agent: Browser, db: Session, needs: tuple[str, ...]) -> None:
    service = factories.service(db, needs=[ServiceNeed(need=need) for need in needs])
    service.service_at_locations[0].location.is_withheld = len(needs) == 1
    db.commit()

    page = agent.get("/directory/map/?country=MX").text

    assert str(service.id) not in page
    assert "1 servicio no está en el mapa" in page


@pytest.mark.parametrize("at", ["x", "1,2", "99,0,1", "nan,0,1", "14,-92,0.0001", "14,-92,9999"])
def test_a_window_that_is_none_is_refused(agent: Browser, at: str) -> None:
    assert agent.get(f"/directory/map/?at={at}").status_code == 400
