"""A thread that works while there is work, then waits to be woken, and looks by itself now and then."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

logger = logging.getLogger(__name__)

AFTER_ERROR = 1.0
"""Seconds to wait when the database is away."""


class Pump(threading.Thread):
    """`work` does one batch and returns the seconds after which to look again; 0 means there is more."""

    def __init__(self, name: str, work: Callable[[], float]) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._is_over = False
        self._woken = threading.Event()

    def wake(self) -> None:
        """A hint that there is work; any number of them may come at any time."""
        self._woken.set()

    def run(self) -> None:
        while not self._is_over:
            self._woken.wait(self._next_wait())
            self._woken.clear()

    def _next_wait(self) -> float:
        try:
            return self._work()
        except DBAPIError as e:
            logger.warning("%s: database away (%s)", self.name, type(e.orig).__name__)
        except Exception as e:  # noqa: BLE001 -- one of the four edges where everything is caught
            # the traceback names code, but an exception's text may hold words of people
            logger.error("%s: %s in %s", self.name, type(e).__name__, where(e))
        return AFTER_ERROR

    def stop(self) -> None:
        """Finish the batch under way and end."""
        self._is_over = True
        self._woken.set()
        self.join(timeout=40)


def where(error: BaseException) -> str:
    """File and line of the innermost frame: all that may be told of an unexpected error."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "unknown"
