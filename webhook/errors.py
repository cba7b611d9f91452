"""Every error is answered in JSON with a code; logs get the code and the place, never what was sent."""

import logging
import traceback

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from core.errors import BadRequest, BadSignature, NotFound
from webhook.database import DatabaseDown
from webhook.spool import SpoolFailed

logger = logging.getLogger(__name__)


def register(app: Flask) -> None:
    app.register_error_handler(BadSignature, _bad_signature)
    app.register_error_handler(BadRequest, _bad_request)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(SpoolFailed, _not_stored)
    app.register_error_handler(DatabaseDown, _database_down)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _bad_signature(error: BadSignature) -> Response:
    logger.warning("refused: wrong %s", error)
    return _answer(403, "bad_signature")


def _bad_request(error: BadRequest) -> Response:
    logger.warning("refused: bad request")
    return _answer(400, "bad_request", detail=str(error))  # the name of a field


def _not_found(_: NotFound) -> Response:
    return _answer(404, "unknown_channel")


def _not_stored(_: SpoolFailed) -> Response:
    logger.critical("a request was not stored: neither database nor spool")
    return _answer(503, "not_stored")


def _database_down(_: DatabaseDown) -> Response:
    """Only where there is nothing to spool: a page."""
    return _answer(503, "database_down")


def _http(error: HTTPException) -> Response:
    return _answer(error.code or 500, error.name.lower().replace(" ", "_"))


def _unexpected(error: Exception) -> Response:
    place = traceback.extract_tb(error.__traceback__)[-1]
    logger.error("%s in %s:%s", type(error).__name__, place.name, place.lineno)
    return _answer(500, "internal")


def _answer(status: int, code: str, **more: str) -> Response:
    response = jsonify(error=code, **more)
    response.status_code = status
    return response
