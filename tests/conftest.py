"""What all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.crypto import Keyring
from core.db import SessionMaker, connect, session_maker

pytest_plugins = ["tests.postgres_fixture", "tests.stack_fixture"]


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(Path(tmp_path_factory.mktemp("keys")) / "keys")


@pytest.fixture
def sessions(database_url: str, keyring: Keyring) -> Iterator[SessionMaker]:
    """A migrated, empty database for this test alone."""
    engine = connect(database_url, keyring)
    yield session_maker(engine)
    engine.dispose()
