"""Icons drawn into the page from the sprite that Bootstrap-Flask ships: the sprite itself weighs 1.1 MB."""

import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import flask_bootstrap
from flask import Flask
from markupsafe import Markup

SPRITE = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/icons/bootstrap-icons.svg"
SVG = "{http://www.w3.org/2000/svg}"


def register(app: Flask) -> None:
    symbols()  # at start, not in the first request
    app.jinja_env.globals["icon"] = icon


@cache
def symbols() -> dict[str, str]:
    """The drawing of each icon by its name."""
    root = ET.parse(SPRITE).getroot()  # noqa: S314 -- a file of an installed package
    return {symbol.attrib["id"]: _drawing(symbol) for symbol in root.iter(f"{SVG}symbol")}


def icon(name: str) -> Markup:
    """Decoration only: the words beside it say the same."""
    drawing = Markup(symbols()[name])  # noqa: S704 -- the same file
    return Markup(
        '<svg class="icon" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">{}</svg>'
    ).format(drawing)


def _drawing(symbol: ET.Element) -> str:
    return "".join(_tag(element) for element in symbol)


def _tag(element: ET.Element) -> str:
    name = element.tag.removeprefix(SVG)
    attributes = "".join(f' {key}="{value}"' for key, value in element.attrib.items())
    return f"<{name}{attributes}>{_drawing(element)}</{name}>"
