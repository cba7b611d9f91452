"""The audit log can be added to and read; not even the program itself can change it."""

import uuid

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import audit, audit_log
from core.audit import AuditEvent
from core.conversations import Conversation
from core.users import User
from tests.core.factories import case_of


@pytest.mark.parametrize(
    "change",
    [
        update(AuditEvent).values(action="nothing"),
        delete(AuditEvent),
        text("TRUNCATE audit_events"),
        text("TRUNCATE users CASCADE"),
        text("DELETE FROM audit_events WHERE false OR action = 'view_case'"),
    ],
    ids=["update", "delete", "truncate", "truncate of its users", "delete of one"],
)
def test_the_database_refuses_every_change(session: Session, agent: User, change: object) -> None:
    audit.record(session, agent.id, "view_case", "case", uuid.uuid4())
    session.flush()

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]

    assert session.scalars(select(AuditEvent.action)).all() == ["view_case"]


def test_a_user_with_a_past_cannot_be_deleted(session: Session, agent: User) -> None:
    audit.record(session, agent.id, "sign_in")
    session.flush()

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(delete(User))


def test_a_line_says_who_did_what_to_which(session: Session, agent: User) -> None:
    case_id = uuid.uuid4()

    audit.record(session, agent.id, "change_status", "case", case_id, old="new", new="closed")
    audit.record(session, None, "sign_in_failed")
    session.flush()

    failed, changed = audit_log.page(session, audit_log.Filters(), sees_sealed=True).events
    assert (failed.user_id, failed.object_id, failed.detail) == (None, None, {})
    assert (changed.user_id, changed.object_type, changed.object_id) == (agent.id, "case", str(case_id))
    assert changed.detail == {"old": "new", "new": "closed"}
    assert changed.at is not None


def test_the_log_is_read_page_by_page_newest_first(session: Session, agent: User) -> None:
    for number in range(audit_log.PAGE + 3):
        audit.record(session, agent.id, "view_case", "case", number)
        session.flush()

    first = audit_log.page(session, audit_log.Filters(), sees_sealed=True)
    second = audit_log.page(session, audit_log.Filters(before=first.next), sees_sealed=True)

    shown = [event.object_id for event in (*first.events, *second.events)]
    assert shown == [str(number) for number in reversed(range(audit_log.PAGE + 3))]
    assert second.next is None


def test_the_log_is_filtered_by_user_and_action(session: Session, agent: User) -> None:
    audit.record(session, agent.id, "sign_in")
    audit.record(session, None, "sign_in")
    audit.record(session, agent.id, "view_case")
    session.flush()

    filters = audit_log.Filters(user_id=agent.id, action="sign_in")
    assert len(audit_log.page(session, filters, sees_sealed=True).events) == 1


def test_what_happened_to_sealed_records_is_seen_by_focal_points_only(
    session: Session, ana: Conversation, agent: User
) -> None:
    hidden, shown = case_of(ana, session, is_sealed=True), case_of(ana, session)
    for case in (hidden, shown):
        audit.record(session, agent.id, "view_case", "case", case.id)
    audit.record(session, agent.id, "view_conversation", "conversation", ana.id)
    audit.record(session, agent.id, "refused", "case", uuid.uuid4(), sealed="yes")
    session.flush()

    def seen(*, sees_sealed: bool) -> int:
        return len(audit_log.page(session, audit_log.Filters(), sees_sealed=sees_sealed).events)

    assert (seen(sees_sealed=True), seen(sees_sealed=False)) == (4, 2)
    ana.is_sealed = True  # later, as a story unfolds
    session.flush()
    assert seen(sees_sealed=False) == 1
    assert [event.action for event in audit_log.of_object(session, "case", shown.id)] == ["view_case"]
