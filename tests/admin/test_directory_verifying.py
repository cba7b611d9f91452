"""Reminders of what nobody has verified for half a year, and verifying it from the list."""

from sqlalchemy.orm import Session

from core.audit import AuditEvent
from core.db import now
from core.directory import Phone
from tests.admin import factories
from tests.admin.browser import Browser, form_of, hidden_of

STALE = "/directory/?verified=stale"


def test_whoever_may_verify_is_reminded_at_the_start(
    coordinator: Browser, agent: Browser, db: Session
) -> None:
    factories.service(db)
    factories.service(db, assured_date=now().date())

    reminder = "1 servicio por verificar"
    assert reminder in coordinator.get("/").text
    assert reminder not in agent.get("/").text


def test_nobody_is_reminded_when_all_is_verified(coordinator: Browser, db: Session) -> None:
    factories.service(db, assured_date=now().date())

    assert "por verificar:" not in coordinator.get("/").text


def test_one_tap_in_the_list_verifies_and_leads_to_the_next(coordinator: Browser, db: Session) -> None:
    one = factories.service(db, name="Albergue Uno")
    factories.service(db, name="Albergue Dos")
    where = f"{STALE}&country=MX"

    answer = coordinator.submit(where, f"{one.id}/verify", {})

    assert answer.location == f"{STALE}&country=MX"
    page = coordinator.get(answer.location).text
    assert "Albergue Uno: verificado hoy." in page
    assert f'href="/directory/services/{one.id}"' not in page
    assert "Albergue Dos" in page
    db.refresh(one)
    assert one.assured_date == now().date()
    assert db.query(AuditEvent).filter_by(action="verify_service").one().user_id == coordinator.user.id


def test_the_number_to_call_stands_beside_it(coordinator: Browser, db: Session) -> None:
    factories.service(db, phones=[Phone(number="+52 962 1234567")])

    assert 'href="tel:+529621234567"' in coordinator.get(STALE).text


def test_who_may_not_verify_gets_no_button(agent: Browser, db: Session) -> None:
    factories.service(db)

    assert "/verify" not in agent.get(STALE).text


def test_the_other_lists_have_no_button(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)

    assert "/verify" not in coordinator.get("/directory/").text
    form = form_of(coordinator.get(STALE).text, f"{service.id}/verify")
    assert hidden_of(form)["verified"] == "stale"
