"""Sealed cases and conversations do not exist for anybody but focal points."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.audit import AuditEvent
from core.cases import Case
from core.types import CaseKind, Role
from tests.admin import factories
from tests.admin.browser import Browser, token_of

OTHERS = [role for role in Role if role is not Role.FOCAL_POINT]


@pytest.fixture
def sealed(db: Session) -> Case:
    return factories.case(
        db,
        kind=CaseKind.EMERGENCY,
        category="sexual_exploitation",
        place_name="Choluteca",
        narrative="algo que nadie más debe leer",
        is_sealed=True,
    )


@pytest.mark.parametrize("role", OTHERS)
def test_a_sealed_case_is_in_no_list_no_count_no_filter_and_no_search(
    role: Role, sealed: Case, as_role: Callable[[Role], Browser]
) -> None:
    browser = as_role(role)

    for address in ("/", "/cases/", "/cases/?status=all", f"/cases/?number={sealed.number}", "/audit/"):
        page = browser.get(address).text
        assert sealed.number not in page.replace(f'value="{sealed.number}"', ""), address
        assert "Choluteca" not in page
        assert "Explotación" not in page
    assert "<strong>0</strong>emergencias abiertas" in browser.get("/").text


@pytest.mark.parametrize("role", OTHERS)
def test_its_address_answers_as_one_that_does_not_exist(
    role: Role, sealed: Case, as_role: Callable[[Role], Browser]
) -> None:
    browser = as_role(role)
    nothing = browser.get("/cases/01970000-0000-7000-8000-000000000000")

    there = browser.get(f"/cases/{sealed.id}")

    assert there.status_code == nothing.status_code == 404
    assert there.text.replace(token_of(there.text), "") == nothing.text.replace(token_of(nothing.text), "")


@pytest.mark.parametrize("role", [role for role in OTHERS if role is not Role.VIEWER])
def test_nothing_can_be_done_to_it_or_its_conversation(
    role: Role, sealed: Case, as_role: Callable[[Role], Browser], db: Session
) -> None:
    browser = as_role(role)

    for what in ("answer", "status", "assign", "note", "referrals/"):
        assert browser.post(f"/cases/{sealed.id}/{what}", {"note-text": "x"}).status_code == 404
    assert browser.get(f"/conversations/{sealed.conversation_id}").status_code == 404
    for what in ("take", "reply", "hand-back"):
        assert browser.post(f"/conversations/{sealed.conversation_id}/{what}").status_code == 404

    db.expire_all()
    assert len(db.get_one(Case, sealed.id).events) == 1


def test_the_focal_point_finds_reads_and_works_on_it(sealed: Case, focal_point: Browser, db: Session) -> None:
    assert focal_point.get(f"/cases/?number={sealed.number}").status_code == 302
    assert sealed.number in focal_point.get("/").text

    page = focal_point.get(f"/cases/{sealed.id}").text

    assert "algo que nadie más debe leer" in page
    assert "Reservado" in page
    assert focal_point.post(f"/cases/{sealed.id}/note", {"note-text": "llamar"}).status_code == 302


def test_an_answer_to_it_asks_the_provider_to_keep_no_text(
    sealed: Case, focal_point: Browser, db: Session
) -> None:
    focal_point.submit(
        f"/cases/{sealed.id}", "/answer", {"answer-text": "Aquí estoy.", "answer-then": "answered"}
    )

    assert sealed.conversation
    (message,) = factories.sent(db, sealed.conversation)
    assert message.is_private


def test_it_is_assigned_to_focal_points_only(sealed: Case, focal_point: Browser, agent: Browser) -> None:
    assert agent.user.name not in focal_point.get(f"/cases/{sealed.id}").text

    answer = focal_point.submit(f"/cases/{sealed.id}", "/assign", {"assign-assignee": str(agent.user.id)})

    assert answer.status_code == 422


def test_what_happens_to_it_is_recorded_but_not_in_the_log_of_others(
    sealed: Case, focal_point: Browser, coordinator: Browser, db: Session
) -> None:
    focal_point.get(f"/cases/{sealed.id}")
    focal_point.get(f"/conversations/{sealed.conversation_id}")

    assert {event.action for event in db.query(AuditEvent)} >= {"view_case", "view_conversation"}
    page = coordinator.get("/audit/").text
    assert str(sealed.id) not in page
    assert str(sealed.conversation_id) not in page
    assert "Leyó un caso</span>" not in page
    assert "Leyó un caso" in focal_point.get(f"/cases/{sealed.id}").text


def test_what_was_read_before_it_was_sealed_leaves_the_log_too(
    coordinator: Browser, agent: Browser, db: Session
) -> None:
    case = factories.case(db)
    agent.get(f"/cases/{case.id}")
    assert str(case.id) in coordinator.get("/audit/").text

    db.get_one(Case, case.id).is_sealed = True
    db.commit()

    assert str(case.id) not in coordinator.get("/audit/").text


def test_an_ordinary_case_shows_no_messages_of_a_sealed_conversation(agent: Browser, db: Session) -> None:
    conversation = factories.conversation(db, text="lo que contó después", is_sealed=True)
    case = factories.case(db, of=conversation)

    page = agent.get(f"/cases/{case.id}").text

    assert "lo que contó después" not in page
    assert "No hay mensajes que mostrar" in page
    agent.submit(f"/cases/{case.id}", "/answer", {"answer-text": "Buenas tardes.", "answer-then": "answered"})
    assert factories.sent(db, conversation)[0].is_private


def test_an_admin_is_told_that_nobody_can_read_what_is_sealed(
    administrator: Browser, agent: Browser, as_role: Callable[[Role], Browser]
) -> None:
    assert "falta un punto focal" in administrator.get("/").text
    assert "falta un punto focal" not in agent.get("/").text

    as_role(Role.FOCAL_POINT)

    assert "falta un punto focal" not in administrator.get("/").text
