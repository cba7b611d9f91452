"""The database, for a program that must answer within seconds even when there is none."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from procrastinate.exceptions import ConnectorException
from sqlalchemy import Engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from core.db import SessionMaker, keyring_of, transaction
from core.errors import AppError

PAUSE = 2.0  # seconds in which nobody waits for a database that was down a moment ago


class DatabaseDown(AppError):
    """The database cannot be reached, or is too slow for somebody who waits for an answer."""


class Database:
    """Safe between threads."""

    def __init__(self, sessions: SessionMaker) -> None:
        self._sessions = sessions
        self._down_until = 0.0
        self._engine: Engine = sessions.kw["bind"]
        with sessions() as session:  # connects to nothing yet
            self.keyring = keyring_of(session)
        event.listen(self._engine, "connect", _hurry)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Raises DatabaseDown."""
        if time.monotonic() < self._down_until:
            raise DatabaseDown
        try:
            with transaction(self._sessions) as session:
                yield session
        except (OperationalError, InterfaceError, PoolTimeout, ConnectorException):
            self._down_until = time.monotonic() + PAUSE
            raise DatabaseDown from None  # its words may quote a row

    def close(self) -> None:
        """Of all connections that nobody uses."""
        self._engine.dispose()


def _hurry(connection: Any, _: object) -> None:
    """Twilio hangs up after 15 seconds and does not call again: rather the spool than a long wait."""
    connection.execute("SET statement_timeout = '5s'")
    connection.execute("SET lock_timeout = '3s'")
    connection.commit()
