"""Cases: the queue, one case with all that happened to it, and what staff do about it."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from admin import case_page, outgoing, words
from admin.current import db, i_see_sealed, me
from admin.errors import Refused
from admin.forms import AnswerForm, NoteForm, StatusForm, choices
from core import case_queue, cases, users
from core.case_queue import Filters, When
from core.cases import Case
from core.errors import BadRequest, Conflict
from core.keyset import Cursor
from core.types import CaseKind, CaseStatus, Priority

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

ANYTHING, ME, NOBODY = "all", "me", "nobody"
"""Values of the filters that stand for no single status or user."""


@blueprint.get("/")
def queue() -> ResponseReturnValue:
    try:
        filters = _filters()
        after = Cursor.parse(request.args["after"]) if request.args.get("after") else None
    except ValueError as e:
        raise BadRequest("filter") from e
    page = case_queue.page(db(), filters, sees_sealed=i_see_sealed(), after=after)
    if filters.number and page.total == 1:
        return redirect(url_for(".show", case_id=page.cases[0].id))
    asked = {name: value for name, value in request.args.items() if value and name != "after"}
    return render_template(
        "cases/queue.html",
        page=page,
        asked=asked,
        kinds=choices(CaseKind, "case_kind"),
        categories=[
            (code, words.word("category", code))
            for code in case_queue.categories(db(), sees_sealed=i_see_sealed())
        ],
        places=[(name, name) for name in case_queue.places(db(), sees_sealed=i_see_sealed())],
        statuses=[*choices(CaseStatus, "case_status"), (ANYTHING, gettext("cases.everything"))],
        assignees=_assignees(),
        whens=choices(When, "cases.when"),
    )


@blueprint.get("/<uuid:case_id>")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    case = case_page.get(case_id)
    case_page.record("view_case", case)
    return case_page.render(case)


@blueprint.post("/<uuid:case_id>/answer")
def answer(case_id: uuid.UUID) -> ResponseReturnValue:
    case, form = case_page.get(case_id, is_locked=True), AnswerForm(prefix="answer")
    is_valid = form.validate_on_submit()
    if "count" in request.form or not is_valid:
        return case_page.render(case, answer=form), 200 if is_valid else 422
    _refuse_stale(case, form)
    reason = case_page.answer_obstacle(case)
    if reason or case.conversation is None:
        raise Refused(f"obstacle.{reason}")
    text = (form.text.data or "").strip()
    if text == case_page.opening(case).strip():
        raise Refused("refused.empty_answer")
    message_id = outgoing.send(
        case.conversation, text, Priority.CASE_ANSWER, is_private=case_page.is_private(case)
    )
    cases.record_answer(db(), case, me(), text, message_id)
    if form.then.data == CaseStatus.CLOSED:
        cases.change_status(db(), case, me(), CaseStatus.CLOSED)
    case_page.record("answer_case", case)
    flash(gettext("cases.answered"))
    return _back(case)


@blueprint.post("/<uuid:case_id>/status")
def change_status(case_id: uuid.UUID) -> ResponseReturnValue:
    case, form = case_page.get(case_id, is_locked=True), StatusForm(prefix="status")
    if not form.validate_on_submit():
        return case_page.render(case, status=form), 422
    _refuse_stale(case, form)
    status = CaseStatus(form.status.data)
    try:
        cases.change_status(db(), case, me(), status)
    except Conflict as e:
        raise Refused("refused.no_answer") from e
    case_page.record("change_status", case, status=status)
    flash(gettext("cases.saved"))
    return _back(case)


@blueprint.post("/<uuid:case_id>/assign")
def assign(case_id: uuid.UUID) -> ResponseReturnValue:
    case = case_page.get(case_id, is_locked=True)
    staff = case_page.assignable(case)
    form = case_page.assign_form(case, staff, formdata=request.form)
    if not form.validate_on_submit():
        return case_page.render(case, assign=form), 422
    _refuse_stale(case, form)
    assignee = next(user for user in staff if str(user.id) == form.assignee.data)
    cases.assign(db(), case, me(), assignee)
    case_page.record("assign_case", case, assignee_id=str(assignee.id))
    flash(gettext("cases.saved"))
    return _back(case)


@blueprint.post("/<uuid:case_id>/note")
def note(case_id: uuid.UUID) -> ResponseReturnValue:
    case, form = case_page.get(case_id), NoteForm(prefix="note")
    if not form.validate_on_submit():
        return case_page.render(case, note=form), 422
    cases.note(db(), case, me(), form.text.data or "")
    case_page.record("note_case", case)
    flash(gettext("cases.noted"))
    return _back(case)


def _refuse_stale(case: Case, form: FlaskForm) -> None:
    """The form was made from an older state of the case: the writer has not seen what happened since."""
    if case.version != form["seen"].data:
        raise Conflict("stale form")


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for("cases.show", case_id=case.id))


def _assignees() -> list[tuple[str, str]]:
    staff = [user for user in users.everyone(db()) if user.is_active and user.id != me().id]
    return [
        (ME, gettext("cases.me")),
        (NOBODY, gettext("cases.nobody")),
        *((str(user.id), user.name) for user in staff),
    ]


def _filters() -> Filters:
    """Raises ValueError on a value that no form of ours sends."""
    status, assignee = request.args.get("status"), request.args.get("assignee")
    given: dict[str, Any] = {
        "category": request.args.get("category") or None,
        "place": request.args.get("place") or None,
        "number": request.args.get("number", "").strip() or None,
        "is_everything": status == ANYTHING,
        "is_unassigned": assignee == NOBODY,
    }
    if kind := request.args.get("kind"):
        given["kind"] = CaseKind(kind)
    if status and status != ANYTHING:
        given["status"] = CaseStatus(status)
    if when := request.args.get("when"):
        given["when"] = When(when)
    if assignee == ME:
        given["assignee_id"] = me().id
    elif assignee and assignee != NOBODY:
        given["assignee_id"] = uuid.UUID(assignee)
    return Filters(**given)
