"""Where help is missing: need by town, with the services that are open there and the questions asked."""

from collections.abc import Iterator
from functools import cache

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.current import db, me
from admin.forms import choices
from core import audit, gaps
from core.db import now
from core.directory import listing
from core.directory.sheets import write_csv
from core.errors import BadRequest
from core.gaps import Cell, Line, Spot, Towns
from core.places import Gazetteer
from core.questions import DANGEROUS, KEPT
from core.rights.check import NEEDS
from core.types import COUNTRIES

PAGE = 30
MATRIX = "matrix"
"""Value of `view` for the whole table; a list of what is missing is what fits a phone."""

COLUMNS = ("country", "department", "town", "need", "open", "asked", "unmet")

blueprint = Blueprint("directory_gaps", __name__, url_prefix="/directory/gaps")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    country, department = _asked()
    page = max(request.args.get("page", 0, type=int), 0)
    is_matrix = request.args.get("view") == MATRIX
    lines = gaps.lines(db(), _towns(), country, department)
    rows = lines if is_matrix else gaps.gaps(lines)
    return render_template(
        "directory/gaps.html",
        rows=rows[page * PAGE : (page + 1) * PAGE],
        total=len(rows),
        is_matrix=is_matrix,
        page=page,
        has_more=len(rows) > (page + 1) * PAGE,
        stale_count=listing.stale_count(db()),
        asked={name: value for name, value in request.args.items() if value and name != "page"},
        countries=choices(COUNTRIES, "country"),
        departments=[(name, name) for name in _towns().departments(country)] if country else [],
        needs=choices(NEEDS, "need"),
        days=KEPT.days,
        few=gaps.FEW,
        told=told,
        place=place,
        level=level,
    )


@blueprint.get("/sheet")
def export() -> ResponseReturnValue:
    lines = gaps.lines(db(), _towns(), *_asked())
    audit.record(db(), me().id, "export_gaps", format="csv")
    answer = Response(b"".join(write_csv(_sheet(lines))), mimetype="text/csv")
    name = f"puente-gaps-{now():%Y-%m-%d}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def told(count: int, need: str, spot: Spot) -> str:
    """Of a town nothing is known of dangerous questions: they are counted for its department."""
    return "–" if spot.town and need in DANGEROUS else gaps.told(count, need)


def level(cell: Cell | None) -> str:
    """How a cell looks: a gap that people asked about, a gap, or neither."""
    if cell is None:
        return "empty"
    if cell.unmet or (cell.asked and not cell.open):
        return "gap"
    return "open" if cell.open else "empty"


def place(spot: Spot) -> str:
    if spot.town:
        return spot.town
    return gettext("gaps.whole_department") if spot.department else gettext("gaps.whole_country")


def _sheet(lines: list[Line]) -> Iterator[list[object]]:
    yield [gettext(f"gaps.column.{name}") for name in COLUMNS]
    for line in lines:
        for need in NEEDS:
            cell = line.cells.get(need) or Cell()
            spot = line.spot
            numbers = (cell.open, told(cell.asked, need, spot), told(cell.unmet, need, spot))
            yield [spot.country, spot.department, spot.town, gettext(f"need.{need}"), *numbers]


def _asked() -> tuple[str | None, str | None]:
    """A department belongs to its country: with another one it is forgotten."""
    country, department = request.args.get("country") or None, request.args.get("department") or None
    if country and country not in COUNTRIES:
        raise BadRequest("country")
    return country, department if country and department in _towns().departments(country) else None


@cache
def _towns() -> Towns:
    return Towns(Gazetteer.load())
