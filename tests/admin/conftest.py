"""The panel over a database of its own for each test, and browsers in which somebody is signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.app import create_app
from core.crypto import Keyring
from core.db import SessionMaker
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


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker) -> Flask:
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
