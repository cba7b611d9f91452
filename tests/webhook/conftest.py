"""A webhook app on a database of its own, with one channel of each provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from core import channels
from core.crypto import Keyring
from core.database import open_database
from core.db import SessionMaker
from core.settings import Settings
from core.types import ChannelType
from tests.postgres_fixture import NewDatabase
from tests.webhook.posting import (
    GATEWAY_SECRET,
    PUBLIC_URL,
    TELEGRAM_SECRET,
    Provider,
)
from tools.emulators.twilio import ACCOUNT, TOKEN
from webhook.app import create_app


def settings_for(folder: Path, database_url: str) -> Settings:
    settings = Settings.from_env(
        {"PUENTE_DATA": str(folder), "DATABASE_URL": database_url, "PUENTE_PUBLIC_URL": PUBLIC_URL}
    )
    Keyring.create(settings.keys_path)
    return settings


def add_channels(sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        twilio = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+525599990000"}
        channels.add(session, "sms-mx", ChannelType.TWILIO, "SMS", twilio)
        telegram = {"token": "1:a", "secret": TELEGRAM_SECRET}
        channels.add(session, "tg", ChannelType.TELEGRAM, "Bot", telegram)
        gateway = {"secret": GATEWAY_SECRET, "url": "http://127.0.0.1:1/send"}
        channels.add(session, "sms-sv", ChannelType.GATEWAY, "Phone", gateway)


def empty(sessions: SessionMaker) -> None:
    """Quicker than a new database for each test, which may commit as it likes."""
    with sessions.begin() as session:
        session.execute(
            text("TRUNCATE messages, conversations, contacts, channels, procrastinate_jobs CASCADE")
        )


@pytest.fixture(scope="session")
def webhook_database_url(new_database: NewDatabase) -> Iterator[str]:
    with new_database() as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, webhook_database_url: str) -> Settings:
    return settings_for(tmp_path, webhook_database_url)


@pytest.fixture
def sessions(settings: Settings) -> Iterator[SessionMaker]:
    """The same database as the app's, seen from the test."""
    sessions = open_database(settings)
    empty(sessions)
    sessions.kw["bind"].dispose()
    yield sessions
    sessions.kw["bind"].dispose()


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker) -> Iterator[Flask]:
    add_channels(sessions)
    app = create_app(settings, takes_in_spool=False)
    yield app
    app.extensions["reception"].database.close()


@pytest.fixture
def provider(app: Flask) -> Provider:
    return Provider(app.test_client())
