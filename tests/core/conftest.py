"""What the tests of core share: a session that is rolled back, and a person to begin with."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core import channels, users
from core.conversations import Conversation
from core.crypto import Keyring
from core.db import SessionMaker, connect, session_maker, transaction
from core.types import ChannelType, Role
from tests.core.factories import conversation_of
from tests.postgres_fixture import NewDatabase

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
QUICK_NOBODY = QUICK.hash("nobody has this password")


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes guessing slow would make the tests slow, too; test_users.py looks at the real cost."""
    monkeypatch.setattr(users, "_hasher", QUICK)
    monkeypatch.setattr(users, "_NOBODY", QUICK_NOBODY)


@pytest.fixture(scope="session")
def shared_engine(shared_database_url: str, keyring: Keyring) -> Iterator[Engine]:
    engine = connect(shared_database_url, keyring)
    yield engine
    engine.dispose()


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    """For tests with one session only; nothing of it stays."""
    with shared_engine.connect() as connection:
        everything = connection.begin()
        with Session(connection, expire_on_commit=False) as session:
            channels.add(session, "test", ChannelType.SIMULATOR, "Test", {})
            yield session
        everything.rollback()


@pytest.fixture(scope="session")
def committing(new_database: NewDatabase, keyring: Keyring) -> Iterator[Engine]:
    with new_database() as url:
        engine = connect(url, keyring, pool_size=16)
        yield engine
        engine.dispose()


@pytest.fixture
def sessions(committing: Engine) -> SessionMaker:
    """For tests with several sessions at once; emptied before each, since that is quicker than a new one."""
    sessions = session_maker(committing)
    with transaction(sessions) as session:
        session.execute(text("TRUNCATE messages, conversations, contacts, channels CASCADE"))
        channels.add(session, "test", ChannelType.SIMULATOR, "Test", {})
    return sessions


@pytest.fixture
def ana(session: Session) -> Conversation:
    """A person who wrote to us."""
    return conversation_of(session, "tel:+50371234567")


@pytest.fixture
def agent(session: Session) -> users.User:
    return users.create(session, "agent@example.org", "a long password", Role.AGENT)
