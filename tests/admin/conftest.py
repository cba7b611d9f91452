"""The panel over a real database, and browsers in which somebody is signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from admin.app import create_app
from core.crypto import Keyring
from core.db import SessionMaker, connect
from core.settings import Settings
from core.types import Role
from tests.admin import factories
from tests.admin.browser import Browser

LOCALES = Path(__file__).parents[2] / "locales"


@pytest.fixture(scope="session", autouse=True)
def compiled_words() -> None:
    """As `make messages` does, so that these tests also run by themselves."""
    for po in LOCALES.glob("*/LC_MESSAGES/admin.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            with po.open("rb") as source, mo.open("wb") as target:
                write_mo(target, read_po(source))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    keys = tmp_path_factory.mktemp("admin") / "keys"
    Keyring.create(keys)
    return Settings.from_env({"PUENTE_KEYS": str(keys), "PUENTE_COUNTRY": "MX"})


@pytest.fixture(scope="session")
def engine(shared_database_url: str, keyring: Keyring) -> Iterator[Engine]:
    engine = connect(shared_database_url, keyring)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Iterator[SessionMaker]:
    """What the panel commits are savepoints of one transaction, which is rolled back after the test."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        transaction.rollback()


@pytest.fixture(scope="session")
def panel(settings: Settings, engine: Engine) -> Flask:
    """Made once, since it is the compiling of its templates that takes time."""
    return create_app(settings, sessionmaker(engine))


@pytest.fixture
def app(panel: Flask, sessions: SessionMaker) -> Flask:
    panel.extensions["sessions"], panel.testing = sessions, True
    for limiter in panel.extensions["limiter"]:
        limiter.reset()
    return panel


@pytest.fixture
def own_app(settings: Settings, sessions: SessionMaker) -> Flask:
    """For a test that adds a route."""
    app = create_app(settings, sessions)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody is signed in."""
    return app.test_client()


@pytest.fixture
def db(sessions: SessionMaker) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def as_role(app: Flask, db: Session) -> Callable[[Role], Browser]:
    """`as_role(Role.AGENT)`: the browser of somebody with that role."""

    def signed_in(role: Role) -> Browser:
        return Browser(app, factories.user(db, role))

    return signed_in


@pytest.fixture
def agent(as_role: Callable[[Role], Browser]) -> Browser:
    return as_role(Role.AGENT)


@pytest.fixture
def focal_point(as_role: Callable[[Role], Browser]) -> Browser:
    return as_role(Role.FOCAL_POINT)


@pytest.fixture
def coordinator(as_role: Callable[[Role], Browser]) -> Browser:
    return as_role(Role.COORDINATOR)


@pytest.fixture
def administrator(as_role: Callable[[Role], Browser]) -> Browser:
    return as_role(Role.ADMIN)
