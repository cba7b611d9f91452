"""Rights texts: looking through them, what is missing, each item with its versions, and out as files."""

from typing import Any

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from admin.current import db, me
from admin.forms import choices
from admin.permissions import ALLOWED, Action
from admin.rights_words import previews, told_differences, topic_words
from core import audit, users
from core.db import now
from core.errors import BadRequest, NotFound
from core.rights import ROOT, current, listing, versions
from core.rights.check import PLACES, TOPICS
from core.rights.entries import Entry, released
from core.rights.figures import doubts
from core.rights.listing import Filters, Row, State
from core.rights.versions import RightsVersion
from core.rights.writing import archive
from core.types import Language

MISSING = "missing"
"""Value of the filter `state` for countries and topics without an item of their own."""

PAGE = 30

blueprint = Blueprint("rights", __name__, url_prefix="/rights")


@blueprint.get("/")
def items() -> ResponseReturnValue:
    rows = listing.rows(db(), released(ROOT))
    state = one_of((*State, MISSING), "state")
    filters = Filters(
        country=one_of(PLACES, "country"),
        topic=one_of(TOPICS, "topic"),
        language=_language(),
        state=State(state) if state and state != MISSING else None,
        text=request.args.get("text", "").strip()[:100],
    )
    today = now().date()
    found = [] if state == MISSING else [row for row in rows if filters.has(row, today)]
    if filters.state is State.UNHELPFUL:
        found.sort(key=lambda row: -row.told.not_helped)
    begin = max(request.args.get("after", 0, type=int), 0)
    return render_template(
        "rights/items.html",
        rows=found[begin : begin + PAGE],
        total=len(found),
        next=begin + PAGE if len(found) > begin + PAGE else None,
        holes=_holes(rows, filters) if state == MISSING else [],
        counts={one: sum(one in row.states(today) for row in rows) for one in State},
        shown_in=filters.language or me().language,
        asked={name: value for name, value in request.args.items() if value and name != "after"},
        states=choices((*State, MISSING), "rights_state"),
        today=today,
        **_options(),
    )


@blueprint.get("/coverage")
def coverage() -> ResponseReturnValue:
    counts = listing.coverage(listing.rows(db(), released(ROOT)))
    hole_count = sum(1 for _ in listing.holes(counts))
    return render_template(
        "rights/coverage.html", counts=counts, places=PLACES, hole_count=hole_count, **_options()
    )


@blueprint.get("/items/<item_id>")
def item(item_id: str) -> ResponseReturnValue:
    row = listing.row(db(), released(ROOT), item_id)
    shown = row.draft.entry if row.draft else row.entry
    history = versions.history(db(), item_id)
    return render_template(
        "rights/item.html",
        row=row,
        shown=shown,
        states=row.states(now().date()),
        previews=previews(shown.texts),
        doubts=list(doubts(shown.texts)),
        differences=told_differences(row.entry, shown) if row.draft and is_known(row) else [],
        history=history,
        newest=history[0].number if history else 0,
        names={user.id: user.name for user in users.everyone(db())},
        lacks_second=row.draft is not None and not _others_who_approve(row.draft),
        **_options(),
    )


@blueprint.get("/items/<item_id>/versions/<int:number>")
def version(item_id: str, number: int) -> ResponseReturnValue:
    """What it changed of the one before it."""
    row = listing.row(db(), released(ROOT), item_id)
    history = versions.history(db(), item_id)
    entry = entry_of(row, history, number)
    before = entry_of(row, history, number - 1) if number > 1 or row.file else None
    return render_template(
        "rights/version.html",
        row=row,
        number=number,
        version=next((one for one in history if one.number == number), None),
        entry=entry,
        differences=told_differences(before, entry) if before and number else [],
        is_first=before is None or not number,
        names={user.id: user.name for user in users.everyone(db())},
        newest=history[0].number if history else 0,
        **_options(),
    )


@blueprint.get("/export")
def export() -> ResponseReturnValue:
    shown = current.entries(released(ROOT), versions.published(db()))
    audit.record(db(), me().id, "export_rights")
    file: Any = archive(shown.values())
    name = f"puente-rights-{now():%Y-%m-%d}.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)


def entry_of(row: Row, history: list[RightsVersion], number: int) -> Entry:
    """The item as that version has it; 0 are the files. Raises NotFound."""
    if number == 0 and row.file:
        return row.file
    found = next((one.entry for one in history if one.number == number), None)
    if found is None:
        raise NotFound("version")
    return found


def is_known(row: Row) -> bool:
    """Whether there is a text that its draft changes."""
    return row.file is not None or row.published is not None


def one_of(codes: tuple[str, ...], name: str) -> str | None:
    code = request.args.get(name) or None
    if code is not None and code not in codes:
        raise BadRequest(name)
    return code


def _language() -> Language | None:
    code = one_of(tuple(Language), "language")
    return Language(code) if code else None


def _holes(rows: list[Row], filters: Filters) -> list[tuple[str, str, int]]:
    return [
        (country, topic, asked)
        for country, topic, asked in listing.missing(db(), listing.coverage(rows))
        if filters.country in (None, country) and filters.topic in (None, topic)
    ]


def _options() -> dict[str, Any]:
    words = topic_words()
    return {
        "countries": choices(PLACES, "country"),
        "topics": list(words.items()),
        "topic_words": words,
        "languages": choices(Language, "language"),
    }


def _others_who_approve(draft: RightsVersion) -> bool:
    return any(
        user.is_active and user.id != draft.author_id and Action.APPROVE_RIGHTS in ALLOWED[user.role]
        for user in users.everyone(db())
    )
