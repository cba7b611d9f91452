"""Every error of the panel becomes a page here, in words that say what to do, what was typed still on it.

Nothing of a request's content is logged: an error of ours leaves its kind and where it happened.
"""

import logging
import traceback

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from core.errors import BadRequest, Conflict, ConsentMissing, NotAllowed, NotFound

logger = logging.getLogger(__name__)

PAGES = (400, 401, 403, 404, 405, 409, 413, 429, 500)
"""Codes with a title and a text of their own in the catalogue, `error.<code>` and `error.<code>_text`."""

TYPED = ("text", "note", "-question", "-asked_as", "-short", "-full", "-steps", "-papers")
"""Endings of the fields in which people write at length."""


class Refused(Conflict):
    """A Conflict whose reason has words: `reason` is a key of the catalogue."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SessionEnded(Exception):
    """Somebody sent a form after the time-out; raised so that what they typed is shown to them again."""


def register(app: Flask) -> None:
    pages: dict[type[Exception], tuple[int, str | None]] = {
        BadRequest: (400, None),
        CSRFError: (400, "error.csrf_text"),
        SessionEnded: (401, None),
        NotAllowed: (403, None),
        NotFound: (404, None),
        ConsentMissing: (409, "refused.no_consent"),
        StaleDataError: (409, None),
    }
    for error, (code, reason) in pages.items():
        app.register_error_handler(error, lambda _, code=code, reason=reason: page(code, reason))
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def page(code: int, reason: str | None = None) -> ResponseReturnValue:
    """`reason` is the key of a text that says more than the code's own."""
    _roll_back()
    return render_template("error.html", code=code, reason=reason, typed=_typed(code)), code


def _conflict(error: Conflict) -> ResponseReturnValue:
    return page(409, error.reason if isinstance(error, Refused) else None)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    return page(error.code if error.code in PAGES else 400)


def _unexpected(error: Exception) -> ResponseReturnValue:
    where = traceback.extract_tb(error.__traceback__)[-1]
    logger.error(
        "%s in %s line %s, endpoint %s", type(error).__name__, where.filename, where.lineno, request.endpoint
    )
    if current_app.testing:
        raise error
    return page(500)


def _roll_back() -> None:
    if "db" in g:
        g.db.rollback()


def _typed(code: int) -> list[str]:
    if request.method != "POST" or code == 413:  # a body that is too large is not read
        return []
    return [value for name, value in request.form.items() if name.endswith(TYPED) and value.strip()]
