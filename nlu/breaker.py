"""A breaker: after a few failures in a row nothing is tried for a while, then one trial decides."""

import threading
import time
from collections.abc import Callable

FAILURES_TO_OPEN = 3
OPEN_SECONDS = 10.0


class Breaker:
    """Safe between threads. Every call that `allows` let through must report `success` or `failure`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_again_at = 0.0

    @property
    def is_open(self) -> bool:
        with self._lock:
            return self._failures >= FAILURES_TO_OPEN

    def allows(self) -> bool:
        with self._lock:
            if self._failures < FAILURES_TO_OPEN:
                return True
            if self._clock() < self._closed_again_at:
                return False
            # this caller is the trial; the others wait another round for its result
            self._closed_again_at = self._clock() + OPEN_SECONDS
            return True

    def success(self) -> None:
        with self._lock:
            self._failures = 0

    def failure(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_TO_OPEN:
                self._closed_again_at = self._clock() + OPEN_SECONDS
