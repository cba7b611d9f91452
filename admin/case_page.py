"""The page of one case: everything on it, gathered in one place for the views that show it."""

import uuid
from typing import Any

from flask import render_template, request
from flask_wtf import FlaskForm

from admin import outgoing
from admin.conversations import obstacle
from admin.current import db, i_may, i_see_sealed, me
from admin.forms import AnswerForm, AssignForm, NoteForm, ReferForm, StatusForm
from admin.permissions import Action, may, sees_sealed
from core import audit, audit_log, case_queue, consents, conversation_queue, directory, users
from core.cases import Case
from core.directory import Organization
from core.types import COUNTRIES, ReferralStatus
from core.users import User

MESSAGES = 20
ENDED = (ReferralStatus.REJECTED, ReferralStatus.DONE, ReferralStatus.REVOKED)


def get(case_id: uuid.UUID, *, is_locked: bool = False) -> Case:
    return case_queue.get(db(), case_id, sees_sealed=i_see_sealed(), is_locked=is_locked)


def record(action: str, case: Case, **detail: str) -> None:
    if case.is_sealed:
        detail["sealed"] = "yes"
    audit.record(db(), me().id, action, "case", case.id, **detail)


def is_private(case: Case) -> bool:
    return case.is_sealed or (case.conversation is not None and case.conversation.is_sealed)


def opening(case: Case) -> str:
    """How an answer begins, so that the person knows what it is about; staff see it and may change it.

    Of a sealed case nothing: on a shared phone "your case" would tell.
    """
    if case.conversation is None or is_private(case):
        return ""
    return outgoing.wording(case.conversation, "case.answered", number=case.number, answer="")


def answer_obstacle(case: Case) -> str | None:
    """Why the person cannot be written to. We never write first to a phone that they said is not safe."""
    contact = case.contact if case.conversation else None
    reason = obstacle(contact)
    if reason is None and contact is not None and contact.unsafe_since:
        return "unsafe"
    return reason


def assignable(case: Case) -> list[User]:
    """Who can work on it; a sealed case never goes to somebody who could not open it."""
    return [
        user
        for user in users.everyone(db())
        if user.is_active and may(user, Action.WORK_CASES) and (sees_sealed(user) or not case.is_sealed)
    ]


def assign_form(case: Case, staff: list[User], formdata: Any = None) -> AssignForm:
    form = AssignForm(formdata, prefix="assign", seen=case.version, assignee=str(case.assignee_id or me().id))
    form.assignee.choices = [(str(user.id), user.name) for user in staff]
    return form


def refer_form(case: Case, organizations: list[Organization], formdata: Any = None) -> ReferForm:
    form = ReferForm(formdata, prefix="refer", seen=case.version)
    form.organization.choices = [(str(one.id), f"{one.country} · {one.name}") for one in organizations]
    return form


def render(case: Case, **forms: FlaskForm) -> str:
    """`forms` are those that somebody has filled in and must see again."""
    staff = assignable(case)
    found = _organizations(case)
    fresh: dict[str, FlaskForm] = {
        "answer": AnswerForm(None, prefix="answer", seen=case.version, text=opening(case)),
        "status": StatusForm(None, prefix="status", seen=case.version, status=case.status),
        "note": NoteForm(None, prefix="note"),
        "assign": assign_form(case, staff),
        "refer": refer_form(case, found),
    }
    return render_template(
        "cases/show.html",
        case=case,
        forms=fresh | forms,
        organizations={one.id: one for one in directory.organizations(db())},
        found=found,
        names={user.id: user.name for user in users.everyone(db())},
        consent=consents.valid(db(), case.id, "referral"),
        obstacle=answer_obstacle(case),
        is_sms=case.conversation is not None and outgoing.is_sms(case.conversation),
        is_numbered=case.conversation is not None and outgoing.is_numbered(case.conversation),
        is_private=is_private(case),
        thread=_thread(case),
        reads=_reads(case),
        countries=COUNTRIES,
        ended=ENDED,
        referral_statuses=[status for status in ReferralStatus if status is not ReferralStatus.IN_PROGRESS],
    )


def _thread(case: Case) -> conversation_queue.Thread | None:
    """What was written, for those who may read that conversation."""
    conversation = case.conversation
    if conversation is None or not i_may(Action.READ_CONVERSATIONS):
        return None
    if conversation.is_sealed and not i_see_sealed():
        return None
    return conversation_queue.thread(db(), conversation.id, limit=MESSAGES)


def _reads(case: Case) -> list[audit.AuditEvent]:
    if not (i_may(Action.READ_AUDIT) or i_may(Action.READ_SEALED)):
        return []
    return audit_log.of_object(db(), "case", case.id)


def _organizations(case: Case) -> list[Organization]:
    """Narrowed by the search beside the form; of the case's country as long as nobody asks for another."""
    country = request.args.get("country", case.country or "")
    words = request.args.get("organization", "").casefold().split()
    return [
        one
        for one in directory.organizations(db(), country=country or None)
        if all(word in _searched(one) for word in words)
    ]


def _searched(one: Organization) -> str:
    return f"{one.name} {one.alternate_name or ''} {one.name_en or ''}".casefold()
