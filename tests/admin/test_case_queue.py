"""The queue of cases: filters, order, pages and search."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import case_queue, cases
from core.cases import Case
from core.db import now
from core.types import CaseKind, CaseStatus
from tests.admin import factories
from tests.admin.browser import Browser


@pytest.fixture
def several(db: Session, agent: Browser) -> dict[str, Case]:
    """One case for each thing that can be asked for."""
    late = factories.case(db, due_in=timedelta(days=-1), place_name="Tenosique")
    urgent = factories.case(db, kind=CaseKind.EMERGENCY, category="emergency", due_in=timedelta(hours=3))
    calm = factories.case(db, category="infrastructure", due_in=timedelta(days=8))
    mine = factories.case(db, kind=CaseKind.INCIDENT, category="violence", due_in=timedelta(days=5))
    cases.assign(db, mine, agent.user, agent.user)
    closed = factories.case(db, wants_answer=False, due_in=timedelta(days=-5))
    cases.change_status(db, closed, agent.user, CaseStatus.CLOSED)
    old = factories.case(db, due_in=timedelta(days=6))
    old.created_at = now() - timedelta(days=40)
    db.commit()
    return {"late": late, "urgent": urgent, "calm": calm, "mine": mine, "closed": closed, "old": old}


def shown(page: str, several: dict[str, Case]) -> list[str]:
    """Names of the cases on a page, in their order."""
    places = {name: page.find(f">{case.number}<") for name, case in several.items()}
    return sorted((name for name, place in places.items() if place >= 0), key=places.__getitem__)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["late", "urgent", "mine", "old", "calm"]),
        ("kind=emergency", ["urgent"]),
        ("category=infrastructure", ["calm"]),
        ("place=Tenosique", ["late"]),
        ("status=closed", ["closed"]),
        ("status=in_progress", ["mine"]),
        ("status=all", ["closed", "late", "urgent", "mine", "old", "calm"]),
        ("assignee=me", ["mine"]),
        ("assignee=nobody", ["late", "urgent", "old", "calm"]),
        ("when=overdue", ["late"]),
        ("when=soon", ["urgent"]),
        ("when=old", ["old"]),
        ("kind=complaint&assignee=nobody&when=overdue", ["late"]),
        ("kind=request", []),
    ],
)
def test_the_queue_shows_what_is_asked_for_the_one_due_first_on_top(
    query: str, expected: list[str], several: dict[str, Case], agent: Browser
) -> None:
    assert shown(agent.get(f"/cases/?{query}").text, several) == expected


def test_the_start_page_puts_emergencies_before_what_is_overdue(
    several: dict[str, Case], agent: Browser
) -> None:
    page = agent.get("/").text

    assert shown(page, several) == ["urgent", "late"]
    for count, words in ((1, "emergencias"), (1, "casos vencidos"), (4, "casos sin"), (1, "casos míos")):
        assert f"<strong>{count}</strong>{words}" in page


def test_a_number_leads_to_its_case_however_it_is_typed(several: dict[str, Case], agent: Browser) -> None:
    case = several["closed"]

    answer = agent.get("/cases/", query_string={"number": f" {case.number.lower().replace('-', ' ')} "})

    assert answer.location == f"/cases/{case.id}"


def test_a_number_that_does_not_exist_says_what_to_do(agent: Browser) -> None:
    page = agent.get("/cases/?number=22222222").text

    assert "Ningún caso coincide" in page
    assert "Revise el número" in page


def test_an_empty_queue_says_what_will_appear(agent: Browser) -> None:
    assert "No hay casos por atender" in agent.get("/cases/").text
    assert "Nada urgente por ahora" in agent.get("/").text


def test_every_case_is_on_exactly_one_page_also_when_many_are_due_at_once(
    agent: Browser, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_queue, "PAGE", 3)
    conversation = factories.conversation(db)
    moment = now() + timedelta(days=4)
    made = [factories.case(db, of=conversation) for _ in range(8)]
    for case in made:
        case.due_at = moment
    db.commit()

    seen, address = [], "/cases/?kind=complaint"
    while address:
        page = agent.get(address).text
        assert "8 casos" in page
        seen += [case.number for case in made if f">{case.number}<" in page]
        address = next_page(page)

    assert sorted(seen) == sorted(case.number for case in made)


def next_page(page: str) -> str:
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    "query",
    [
        "kind=x",
        "status=x",
        "when=x",
        "assignee=x",
        "after=x",
        "after=2026-01-01~x",
        "after=2026-01-01T00:00:00~01970000-0000-7000-8000-000000000000",
    ],
)
def test_a_filter_that_no_form_of_ours_sends_is_refused(query: str, agent: Browser) -> None:
    answer = agent.get(f"/cases/?{query}")

    assert answer.status_code == 400
    assert "No entendimos la solicitud" in answer.text
