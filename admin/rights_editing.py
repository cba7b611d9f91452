"""Rights texts: writing a draft, seeing it as a phone would, and publishing what somebody else wrote."""

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.current import db, me
from admin.errors import Refused
from admin.rights import entry_of, one_of
from admin.rights_forms import RightsForm, form_data
from admin.rights_words import previews, told_differences, topic_words
from core import audit, users
from core.db import now
from core.errors import BadRequest, Conflict, NotAllowed
from core.rights import ROOT, listing, versions
from core.rights.check import PLACES, TOPICS
from core.rights.entries import Entry, problems, released
from core.rights.figures import doubts
from core.rights.versions import RightsVersion

REVIEW_EVERY = dt.timedelta(days=91)
"""Proposed for a new text: it may have a deadline, an office or a number (docs/content.md)."""

blueprint = Blueprint("rights_editing", __name__, url_prefix="/rights")


@blueprint.route("/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    asked = {"country": one_of(PLACES, "country"), "topic": one_of(TOPICS, "topic")}
    in_three_months = now().date() + REVIEW_EVERY
    form = RightsForm(data={**asked, "review_by": in_three_months.isoformat(), "seen": "0"})
    if not form.is_submitted() or "preview" in request.form:
        return _shown(form)
    taken = {*released(ROOT), *versions.item_ids(db())}
    where = (form.country.data or "", form.topic.data or "")
    id_ = listing.new_id(*where, form.en.form.question.data, taken)
    return _save(form, _entry(form, id_), None)


@blueprint.route("/items/<item_id>/edit", methods=["GET", "POST"])
def edit(item_id: str) -> ResponseReturnValue:
    row = listing.row(db(), released(ROOT), item_id)
    history = versions.history(db(), item_id)
    begin = row.draft.entry if row.draft else row.entry
    if "from" in request.args:
        begin = entry_of(row, history, request.args.get("from", -1, type=int))
    newest = history[0].number if history else 0
    form = RightsForm(data=form_data(begin) | {"seen": str(newest)})
    form.country.data, form.topic.data = begin.country, begin.topic  # an item stays where it is
    if not form.is_submitted() or "preview" in request.form:
        return _shown(form, row=row)
    return _save(form, _entry(form, item_id), row)


@blueprint.post("/preview")
def preview() -> ResponseReturnValue:
    """For the page that shows it while somebody types."""
    texts = _entry(RightsForm(), "").texts
    return render_template("rights/previews.html", previews=previews(texts), doubts=list(doubts(texts)))


@blueprint.post("/items/<item_id>/approve")
def approve(item_id: str) -> ResponseReturnValue:
    try:
        version = versions.approve(db(), me().id, item_id, seen=_seen())
    except NotAllowed as e:
        raise Refused("refused.own_draft") from e
    except Conflict as e:
        raise Refused("refused.draft_changed") from e
    _record("approve_rights_item", version)
    flash(gettext("rights.approved"))
    return _back(item_id)


@blueprint.post("/items/<item_id>/discard")
def discard(item_id: str) -> ResponseReturnValue:
    try:
        version = versions.discard(db(), item_id, seen=_seen())
    except Conflict as e:
        raise Refused("refused.draft_changed") from e
    _record("discard_rights_draft", version)
    flash(gettext("rights.discarded"))
    return _back(item_id)


@blueprint.post("/items/<item_id>/hide")
def hide(item_id: str) -> ResponseReturnValue:
    row = listing.row(db(), released(ROOT), item_id)
    try:
        version = versions.hide(db(), me().id, row.entry, seen=_seen(), base=row.file)
    except Conflict as e:
        raise Refused("refused.draft_changed") from e
    _record("hide_rights_item", version)
    flash(gettext("rights.is_hidden_now"))
    return _back(item_id)


def _save(form: RightsForm, entry: Entry, row: listing.Row | None) -> ResponseReturnValue:
    is_sound = form.validate()
    found = list(problems(entry, now().date()))
    form.mark(found)
    if found or not is_sound:
        return _shown(form, row=row, is_refused=True), 422
    try:
        version = versions.save_draft(db(), me().id, entry, seen=_seen(), base=released(ROOT).get(entry.id))
    except Conflict:
        return _shown_beside_newer(form, entry, row), 409
    _record("edit_rights_item", version)
    flash(gettext("rights.draft_saved"))
    return _back(entry.id)


def _shown_beside_newer(form: RightsForm, entry: Entry, row: listing.Row | None) -> str:
    """Somebody else was faster: both texts, and what was typed stays to be saved on top of theirs."""
    newer = versions.history(db(), entry.id)[0]
    form.seen.data = str(newer.number)
    return _shown(form, row=row, newer=newer, differences=told_differences(newer.entry, entry))


def _shown(form: RightsForm, **more: Any) -> str:
    shown = {"row": None, "newer": None, "differences": [], "is_refused": False, **more}
    texts = _entry(form, "").texts
    return render_template(
        "rights/form.html",
        form=form,
        previews=previews(texts),
        doubts=list(doubts(texts)),
        topic_words=topic_words(),
        names={user.id: user.name for user in users.everyone(db())},
        **shown,
    )


def _entry(form: RightsForm, id_: str) -> Entry:
    return Entry.of(id_, form.country.data or "", form.topic.data or "", form.texts())


def _seen() -> int:
    try:
        return int(request.form.get("seen", ""))
    except ValueError as e:
        raise BadRequest("seen") from e


def _record(action: str, version: RightsVersion) -> None:
    audit.record(db(), me().id, action, "rights_item", version.item_id, version=str(version.number))


def _back(item_id: str) -> ResponseReturnValue:
    return redirect(url_for("rights.item", item_id=item_id))
