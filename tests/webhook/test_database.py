"""Somebody waits for the answer, so nobody waits for the database."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import event, text

from core.crypto import Keyring
from core.db import SessionMaker, connect, session_maker
from webhook.database import Database, DatabaseDown


@pytest.fixture
def database(sessions: SessionMaker) -> Iterator[Database]:
    database = Database(sessions)
    yield database
    database.close()


def test_a_database_that_was_down_is_left_alone_for_a_moment(keyring: Keyring) -> None:
    engine = connect("postgresql+psycopg://puente@127.0.0.1:1/puente", keyring)
    attempts: list[object] = []
    event.listen(engine, "do_connect", lambda *_: attempts.append(1))
    database = Database(session_maker(engine))

    for _ in range(3):
        with pytest.raises(DatabaseDown), database.transaction() as session:
            session.execute(text("SELECT 1"))

    assert len(attempts) == 1


def test_a_lock_is_not_waited_for_longer_than_a_provider_waits(
    database: Database, sessions: SessionMaker
) -> None:
    with database.transaction() as session:
        assert session.scalar(text("SHOW lock_timeout")) == "3s"
        assert session.scalar(text("SHOW statement_timeout")) == "5s"

    began = time.monotonic()
    with sessions.begin() as other:
        other.execute(text("LOCK TABLE channels"))
        with pytest.raises(DatabaseDown), database.transaction() as session:
            session.execute(text("LOCK TABLE channels"))
    assert time.monotonic() - began < 5


def test_other_errors_are_not_taken_for_a_database_that_is_down(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction():
        raise RuntimeError

    with database.transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1
