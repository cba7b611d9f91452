"""A client that costs little: requests written beforehand, connections kept."""

import http.client
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit


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
    """Raises RuntimeError when one of them is not taken: such times would mean nothing."""
    shares = [posts[number::side_by_side] for number in range(side_by_side)]
    began = time.perf_counter()
    with ThreadPoolExecutor(side_by_side) as pool:
        seconds = [one for part in pool.map(_post_in_turn, shares) for one in part]
    return Times(seconds, time.perf_counter() - began)


def _post_in_turn(posts: Sequence[Post]) -> list[float]:
    if not posts:
        return []
    connection = http.client.HTTPConnection(urlsplit(posts[0].url).netloc, timeout=30)
    seconds = []
    for post in posts:
        began = time.perf_counter()
        connection.request("POST", urlsplit(post.url).path, post.body, dict(post.headers))
        response = connection.getresponse()
        response.read()
        seconds.append(time.perf_counter() - began)
        if response.status >= 300:
            raise RuntimeError(f"answered with {response.status}")
    connection.close()
    return seconds
