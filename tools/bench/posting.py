"""A client that costs little, since it shares the processors with what it measures: requests are written
beforehand, connections kept, and one thread does it all.
"""

import re
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from urllib.parse import urlsplit

PATIENCE = 60.0  # seconds for an answer
PIECE = 2**18  # bytes
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LAST = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Post:
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Times:
    seconds: Sequence[float]  # of each request
    total: float

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.total


def post_all(posts: Sequence[Post], *, side_by_side: int) -> Times:
    """All to one server. Raises RuntimeError when one is not taken: such times would mean nothing."""
    address = urlsplit(posts[0].url)
    requests = iter([_written(post) for post in posts])
    seconds: list[float] = []
    began = time.perf_counter()
    with DefaultSelector() as selector, ExitStack() as stack:
        lanes = [_Lane((address.hostname or "", address.port or 80), selector) for _ in range(side_by_side)]
        stack.callback(lambda: [lane.close() for lane in lanes])
        for lane, request in zip(lanes, requests, strict=False):
            lane.send(request)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise RuntimeError(f"no answer for {PATIENCE:.0f} s")
            for key, _ in ready:
                if key.data.has_answer():
                    seconds.append(key.data.seconds)
                    key.data.send(next(requests, None))
    return Times(seconds, time.perf_counter() - began)


def _written(post: Post) -> bytes:
    address = urlsplit(post.url)
    headers = {"Host": address.netloc, "Content-Length": str(len(post.body)), **post.headers}
    lines = [f"POST {address.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join((*lines, "", "")).encode() + post.body


class _Lane:
    """One request after the other."""

    def __init__(self, address: tuple[str, int], selector: DefaultSelector) -> None:
        self._address = address
        self._selector = selector
        self._socket: socket.socket | None = None
        self._answer = b""
        self._began = 0.0
        self.seconds = 0.0

    def send(self, request: bytes | None) -> None:
        """None: there are no more."""
        if request is None:
            self.close()
            return
        self._began = time.perf_counter()
        if self._socket is None:
            self._socket = socket.create_connection(self._address)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, EVENT_READ, self)
        self._socket.sendall(request)

    def has_answer(self) -> bool:
        """Reads what is there; whether the answer is whole."""
        assert self._socket is not None
        piece = self._socket.recv(PIECE)
        self._answer += piece
        head, end, body = self._answer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if end and length and len(body) >= int(length[1]):
            self._finish(head)
            return True
        if not piece or (end and not length):
            raise RuntimeError("an answer without an end")
        return False

    def _finish(self, head: bytes) -> None:
        self.seconds = time.perf_counter() - self._began
        self._answer = b""
        status = int(head.split(maxsplit=2)[1])
        if status >= 300:
            raise RuntimeError(f"answered with {status}")
        if LAST.search(head):
            self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
