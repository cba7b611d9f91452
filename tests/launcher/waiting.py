"""Waiting for what another process does."""

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], bool], seconds: float = 15.0) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.02)
