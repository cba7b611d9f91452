"""The paths of the parse server. Requests are not logged, and errors carry their kind only: no text leaves
here but in an answer.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, raw, text
from sanic.response import json as json_response

from nlu.batching import Answer, AnswerError
from nlu.fleet import Fleet
from nlu.metrics import Metrics
from nlu.writing import MAX_CHARACTERS

logger = logging.getLogger("nlu.server")

MAX_BODY_BYTES = 32 * 1024 * 1024
KEEP_ALIVE_SECONDS = 60  # longer than clients keep a connection, so that none is closed under a request


class BadRequest(Exception):
    """The body is not what the path asks for."""


def create_app(fleet: Fleet) -> Sanic:
    app = Sanic("puente_nlu", configure_logging=False)
    app.config.update(
        ACCESS_LOG=False,
        REQUEST_MAX_SIZE=MAX_BODY_BYTES,
        KEEP_ALIVE_TIMEOUT=KEEP_ALIVE_SECONDS,
        FALLBACK_ERROR_FORMAT="json",
    )
    metrics = Metrics()
    _add_questions(app, fleet, metrics)
    _add_state(app, fleet, metrics)
    _add_errors(app, metrics)
    return app


def _add_questions(app: Sanic, fleet: Fleet, metrics: Metrics) -> None:
    async def parse(texts: list[str]) -> list[bytes]:
        began = time.perf_counter()
        answers = await fleet.memory.answers("parse", texts)
        metrics.count(texts=len(texts), seconds=time.perf_counter() - began)
        return [_with_text(answer, one) for answer, one in zip(answers, texts, strict=True)]

    @app.post("/parse")
    async def parse_many(request: Request) -> HTTPResponse:
        return _list(await parse(_texts(request)))

    @app.post("/model/parse")
    async def parse_one(request: Request) -> HTTPResponse:
        one = _field(request, "text")
        if not isinstance(one, str):
            raise BadRequest('"text" must be a string')
        [answer] = await parse([one[:MAX_CHARACTERS]])
        return raw(answer, content_type="application/json")

    @app.post("/vectors")
    async def encode_many(request: Request) -> HTTPResponse:
        return _list(await fleet.memory.answers("vectors", _texts(request)))


def _add_state(app: Sanic, fleet: Fleet, metrics: Metrics) -> None:
    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json_response({"status": "ok", "model": fleet.model})

    @app.get("/status")
    async def status(request: Request) -> HTTPResponse:
        """As a stock Rasa's."""
        file = f"{fleet.model}.tar.gz"
        return json_response({"model_file": file, "model_id": fleet.model, "num_active_training_jobs": 0})

    @app.get("/metrics")
    async def show_metrics(request: Request) -> HTTPResponse:
        return text(metrics.page(fleet.model), content_type="text/plain; version=0.0.4")


def _add_errors(app: Sanic, metrics: Metrics) -> None:
    @app.exception(BadRequest)
    async def bad_request(request: Request, error: BadRequest) -> HTTPResponse:
        return _failure(400, str(error))

    @app.exception(SanicException)
    async def refused(request: Request, error: SanicException) -> HTTPResponse:
        return _failure(error.status_code, "not served")

    @app.exception(AnswerError)
    async def unanswered(request: Request, error: AnswerError) -> HTTPResponse:
        if error.kind == "NoVectorsError":
            return _failure(404, "the model has no vectors")
        return await failed(request, error)

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        # the message of a foreign error may hold a text
        metrics.count_failure()
        logger.error(
            "parse failed: %s", error.kind if isinstance(error, AnswerError) else type(error).__name__
        )
        return _failure(500, "parse failed")


def _failure(code: int, message: str) -> HTTPResponse:
    return json_response({"status": "failure", "code": code, "message": message}, status=code)


def _list(answers: list[bytes]) -> HTTPResponse:
    return raw(b"[" + b",".join(answers) + b"]", content_type="application/json")


def _with_text(answer: Answer, text: str) -> bytes:
    return b'{"text": ' + json.dumps(text).encode() + b", " + answer[1:]


def _texts(request: Request) -> list[str]:
    texts = _field(request, "texts")
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise BadRequest('"texts" must be a list of strings')
    return [one[:MAX_CHARACTERS] for one in texts]


def _field(request: Request, name: str) -> Any:
    try:
        body = request.json
    except SanicException as e:
        raise BadRequest("the body must be JSON") from e
    if not isinstance(body, dict) or name not in body:
        raise BadRequest(f'the body must be a JSON object with "{name}"')
    return body[name]
