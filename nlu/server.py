"""`python -m nlu.server` in Rasa's environment: the trained model over HTTP, on loopback only.

`POST /parse` {"texts": [...]} answers with a list, `POST /vectors` {"texts": [...]} with the meaning of each
as a vector, `POST /model/parse` {"text": ...} as Rasa does; long texts are cut. Texts are in no log: requests
are not logged, errors carry their kind only.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, json, text

from nlu.batching import Batches, Memory
from nlu.metrics import Metrics
from nlu.model import Model, NoModelError, NoVectorsError, newest_path

logger = logging.getLogger("nlu.server")

HOST = "127.0.0.1"  # Rasa's libraries are old: never reachable from another machine
DEFAULT_PORT = 5005
MAX_BODY_BYTES = 32 * 1024 * 1024


class BadRequest(Exception):
    """The body is not what the path asks for."""


class PortError(Exception):
    """The port is taken or no port at all."""


def create_app(model: Model) -> Sanic:
    app = Sanic("puente_nlu", configure_logging=False)
    app.config.update(ACCESS_LOG=False, REQUEST_MAX_SIZE=MAX_BODY_BYTES, FALLBACK_ERROR_FORMAT="json")
    metrics = Metrics()
    thread = ThreadPoolExecutor(max_workers=1)
    parses, vectors = Batches(Memory(model.parse).parse, thread), Batches(model.vectors, thread)

    async def parse(texts: list[str]) -> list[dict[str, Any]]:
        began = time.perf_counter()
        answers = await parses.answers(texts)
        metrics.count(texts=len(texts), seconds=time.perf_counter() - began)
        return answers

    @app.post("/parse")
    async def parse_many(request: Request) -> HTTPResponse:
        texts = _texts(request)
        return json(await parse(texts) if texts else [])

    @app.post("/vectors")
    async def encode_many(request: Request) -> HTTPResponse:
        texts = _texts(request)
        return json(await vectors.answers(texts) if texts else [])

    @app.post("/model/parse")
    async def parse_one(request: Request) -> HTTPResponse:
        one = _field(request, "text")
        if not isinstance(one, str):
            raise BadRequest('"text" must be a string')
        return json((await parse([one]))[0])

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json({"status": "ok", "model": model.name})

    @app.get("/status")
    async def status(request: Request) -> HTTPResponse:
        return json(
            {"model_file": f"{model.name}.tar.gz", "model_id": model.name, "num_active_training_jobs": 0}
        )

    @app.get("/metrics")
    async def show_metrics(request: Request) -> HTTPResponse:
        return text(metrics.page(model.name), content_type="text/plain; version=0.0.4")

    @app.exception(BadRequest)
    async def bad_request(request: Request, error: BadRequest) -> HTTPResponse:
        return json({"status": "failure", "code": 400, "message": str(error)}, status=400)

    @app.exception(NoVectorsError)
    async def no_vectors(request: Request, error: NoVectorsError) -> HTTPResponse:
        return json({"status": "failure", "code": 404, "message": "the model has no vectors"}, status=404)

    @app.exception(SanicException)
    async def refused(request: Request, error: SanicException) -> HTTPResponse:
        return json(
            {"status": "failure", "code": error.status_code, "message": "not served"},
            status=error.status_code,
        )

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        # the message of a foreign error may hold a text
        metrics.count_failure()
        logger.error("parse failed: %s", type(error).__name__)
        return json({"status": "failure", "code": 500, "message": "parse failed"}, status=500)

    return app


def _texts(request: Request) -> list[str]:
    texts = _field(request, "texts")
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise BadRequest('"texts" must be a list of strings')
    return texts


def _field(request: Request, name: str) -> Any:
    try:
        body = request.json
    except SanicException as e:
        raise BadRequest("the body must be JSON") from e
    if not isinstance(body, dict) or name not in body:
        raise BadRequest(f'the body must be a JSON object with "{name}"')
    return body[name]


def _listen(port: str) -> socket.socket:
    try:
        return socket.create_server((HOST, int(port)))
    except (OSError, OverflowError, ValueError) as e:
        raise PortError(f"cannot listen on {HOST}:{port} (PUENTE_NLU_PORT): {e}") from e


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logger.setLevel(logging.INFO)
    port = os.environ.get("PUENTE_NLU_PORT", str(DEFAULT_PORT))
    began = time.monotonic()
    # until Sanic takes it over, which it does a moment after its first answer: nothing to finish yet
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        model = Model(newest_path())
        model.parse(["hola"])
        listener = _listen(port)
    except (NoModelError, PortError) as e:
        logger.error("%s", e)
        return 1
    logger.info(
        "model %s ready in %.1f s, serving on %s:%s", model.name, time.monotonic() - began, HOST, port
    )
    create_app(model).run(sock=listener, workers=1, access_log=False, debug=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
