"""What the emulators share: a server in a thread, orders to fail, and what was sent, in memory."""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Self

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)


@dataclass
class Failure:
    """One answer that goes wrong: after `seconds`, with this status and body (JSON, or a text as it is)."""

    status: int
    body: dict[str, Any] | str
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    is_taken: bool = False  # the message is kept all the same, as when only the answer is lost


class Emulator:
    """`with Emulator() as emulator:` serves at `emulator.url`; port 0 takes a free one.

    GET /_sent gives what was sent, POST /_fail takes a list of failures for the next calls,
    POST /_reset forgets.
    """

    def __init__(self, port: int = 0) -> None:
        self.sent: list[dict[str, Any]] = []
        self.failures: deque[Failure] = deque()
        self.app = Flask("emulator")
        self.app.add_url_rule("/_sent", view_func=lambda: jsonify(self.sent))
        self.app.add_url_rule("/_fail", view_func=self._fail, methods=["POST"])
        self.app.add_url_rule("/_reset", view_func=self._reset, methods=["POST"])
        self._server = make_server("127.0.0.1", port, self.app, threaded=True)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve_forever(self) -> None:
        self._server.serve_forever()

    def next_failure(self) -> Failure | None:
        """The order for this call, if there is one; waits as long as it says."""
        try:
            failure = self.failures.popleft()
        except IndexError:
            return None
        time.sleep(failure.seconds)
        return failure

    @staticmethod
    def answer(failure: Failure) -> Response:
        response = Response(failure.body) if isinstance(failure.body, str) else jsonify(failure.body)
        response.status_code = failure.status
        response.headers.update(failure.headers)
        return response

    def _fail(self) -> Response:
        self.failures.extend(Failure(**order) for order in request.get_json())
        return jsonify(len(self.failures))

    def _reset(self) -> Response:
        self.sent.clear()
        self.failures.clear()
        return jsonify({})
