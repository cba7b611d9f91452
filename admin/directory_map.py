"""The directory on a map, drawn here: no other server learns what somebody looks at."""

from functools import cache

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin.current import db
from admin.directory import is_stale
from admin.forms import choices
from core import atlas
from core.atlas import Window
from core.directory import listing
from core.errors import BadRequest
from core.places import Gazetteer
from core.rights.check import NEEDS
from core.types import COUNTRIES

WIDTH, HEIGHT = 400, 300  # of the drawing, in its own units
NEIGHBORS = ("NI", "CO", "US", "CU", "JM")
MOVES = {
    "closer": {"closer": 2.0},
    "wider": {"closer": 0.5},
    "north": {"north": 0.5},
    "south": {"north": -0.5},
    "west": {"east": -0.5},
    "east": {"east": 0.5},
}
ICONS = {
    "closer": "zoom-in",
    "wider": "zoom-out",
    "north": "arrow-up",
    "south": "arrow-down",
    "west": "arrow-left",
    "east": "arrow-right",
}

blueprint = Blueprint("directory_map", __name__, url_prefix="/directory/map")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    country, need = _one_of(COUNTRIES, "country"), _one_of(NEEDS, "need")
    window = _window(country)
    page = max(request.args.get("page", 0, type=int), 0)
    seen = atlas.look(db(), window, country=country, need=need, page=page)
    return render_template(
        "directory/map.html",
        seen=seen,
        asked={name: value for name in ("country", "need", "at") if (value := request.args.get(name))},
        page=page,
        has_more=(page + 1) * atlas.PAGE < seen.total,
        countries=choices(COUNTRIES, "country"),
        needs=choices(NEEDS, "need"),
        codes=(*NEIGHBORS, *COUNTRIES),
        ours=COUNTRIES,
        size=(WIDTH, HEIGHT),
        transform=_transform(window),
        on_page=lambda latitude, longitude: _on_page(window, latitude, longitude),
        labels=atlas.labels(_gazetteer().towns, window),
        moves={name: _written(window.moved(**move)) for name, move in MOVES.items()},
        icons=ICONS,
        written=_written,
        is_stale=is_stale,
        stale_count=listing.stale_count(db()),
    )


def _on_page(window: Window, latitude: float, longitude: float) -> tuple[float, float]:
    x, y = window.at(latitude, longitude)
    return round(x * WIDTH, 1), round(y * HEIGHT, 1)


def _transform(window: Window) -> str:
    """From the grid of the outlines to the drawing."""
    factor = HEIGHT / (window.span * atlas.SCALE)
    left = atlas.x_of(window.west) * atlas.SCALE * factor
    top = atlas.y_of(window.south + window.span) * atlas.SCALE * factor
    return f"translate({-left:.3f} {-top:.3f}) scale({factor:.5f})"


def _window(country: str | None) -> Window:
    if asked := request.args.get("at"):
        return _read(asked)
    if country is None:
        west, south, east, north = atlas.WHOLE
        return Window.around([(south, west), (north, east)])
    towns = [town for town in _gazetteer().towns if town.country == country]
    return Window.around((town.latitude, town.longitude) for town in towns)


def _read(text: str) -> Window:
    try:
        latitude, longitude, span = map(float, text.split(","))
    except ValueError as e:
        raise BadRequest("at") from e
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and atlas.NEAREST <= span <= atlas.WIDEST):
        raise BadRequest("at")
    return Window(latitude, longitude, span)


def _written(window: Window) -> str:
    return f"{window.latitude:.4f},{window.longitude:.4f},{window.span:.4f}"


def _one_of(codes: tuple[str, ...], name: str) -> str | None:
    code = request.args.get(name) or None
    if code is not None and code not in codes:
        raise BadRequest(name)
    return code


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.load()
