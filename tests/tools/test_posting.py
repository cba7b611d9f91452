"""The bench's client against a small server of its own."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.bench.posting import Post, post_all


class Server(ThreadingHTTPServer):
    """Keeps connections, unless a body says otherwise; `/no` is refused."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[bytes] = []
        self.connections: set[object] = set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        self.server.connections.add(self.client_address)
        self.send_response(403 if self.path == "/no" else 200)
        self.send_header("Content-Length", "300000")
        if body == b"last":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"x" * 300_000)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def posts(server: Server, *bodies: bytes, path: str = "/") -> list[Post]:
    return [Post(f"http://127.0.0.1:{server.server_port}{path}", {}, body) for body in bodies]


def test_all_are_posted_once_over_as_many_connections_as_are_wanted(server: Server) -> None:
    bodies = [b"%d" % number for number in range(20)]

    times = post_all(posts(server, *bodies), side_by_side=4)

    assert sorted(server.bodies) == sorted(bodies)
    assert len(server.connections) == 4
    assert len(times.seconds) == 20
    assert 0 < min(times.seconds) <= times.total


def test_a_connection_that_the_server_closes_is_opened_again(server: Server) -> None:
    times = post_all(posts(server, b"one", b"last", b"two", b"three"), side_by_side=1)

    assert server.bodies == [b"one", b"last", b"two", b"three"]
    assert len(server.connections) == 2
    assert len(times.seconds) == 4


def test_a_refused_request_makes_all_times_worthless(server: Server) -> None:
    with pytest.raises(RuntimeError, match="403"):
        post_all(posts(server, b"one", path="/no"), side_by_side=1)
