"""Nothing is lost while the database is down."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from core import channels
from core.crypto import Keyring
from core.database import open_database
from core.db import SessionMaker
from core.messages import Message
from core.settings import Settings
from core.types import ChannelType
from launcher.postgres import Cluster, cluster_at, running
from tests.postgres_fixture import migrate
from tests.webhook.conftest import add_channels, empty, settings_for
from tests.webhook.posting import ANA, Provider, new_sid, telegram_message
from webhook.app import create_app
from webhook.intake import take_in
from webhook.reception import Reception
from webhook.spool import Spool


class Server:
    """A PostgreSQL that can be stopped and started again."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._cluster, self._folder = cluster, folder

    @contextmanager
    def up(self) -> Iterator[None]:
        with running(self._cluster, self._folder / "log", lambda _: None, fsync="off"):
            yield


@pytest.fixture(scope="module")
def own_server(server_folder: Path) -> Server:
    folder = server_folder / "spool"
    folder.mkdir()
    folder.chmod(0o711)
    return Server(cluster_at(folder / "postgres"), folder)


@pytest.fixture
def settings(tmp_path: Path, own_server: Server) -> Settings:
    return settings_for(tmp_path, own_server._cluster.url())


@pytest.fixture
def sessions(settings: Settings, own_server: Server) -> Iterator[SessionMaker]:
    sessions = open_database(settings)
    with own_server.up():
        migrate(own_server._cluster.url())
        empty(sessions)
        add_channels(sessions)
    sessions.kw["bind"].dispose()
    yield sessions
    sessions.kw["bind"].dispose()


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr("webhook.database.PAUSE", 0.0)
    app = create_app(settings, takes_in_spool=False)
    yield app
    app.extensions["reception"].database.close()


@pytest.fixture
def reception(app: Flask) -> Reception:
    found: Reception = app.extensions["reception"]
    return found


def texts(sessions: SessionMaker) -> list[str]:
    with sessions() as session:
        found = [message.text for message in session.scalars(select(Message).order_by(Message.seq))]
    sessions.kw["bind"].dispose()
    return found


def test_messages_wait_for_the_database_and_are_stored_once_and_in_order(
    provider: Provider, reception: Reception, own_server: Server, sessions: SessionMaker
) -> None:
    with own_server.up():
        provider.sms("uno")
        provider.update(telegram_message("dos"))
        provider.gateway({"id": "0", "from": ANA, "text": "tres"})
        reception.database.close()

    sid = new_sid()
    for _ in range(2):
        assert provider.sms("cuatro", MessageSid=sid).status_code == 200
    assert provider.update(telegram_message("cinco")).status_code == 200
    assert provider.gateway({"id": "1", "from": ANA, "text": "seis"}).status_code == 200
    assert take_in(reception) == 0
    assert len(reception.spool.files()) == 4

    with own_server.up():
        provider.sms("siete")
        assert take_in(reception) == 4
        assert take_in(reception) == 0
        assert texts(sessions) == ["uno", "dos", "tres", "siete", "cuatro", "cinco", "seis"]
        reception.database.close()
        sessions.kw["bind"].dispose()


def test_what_waits_is_encrypted_and_private(
    provider: Provider, reception: Reception, own_server: Server
) -> None:
    with own_server.up():
        provider.sms("uno")
        reception.database.close()

    provider.sms("Me persiguen")

    (path,) = reception.spool.files()
    content = path.read_bytes()
    assert b"persiguen" not in content
    assert ANA.encode() not in content
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_channel_never_seen_is_kept_unverified_and_verified_later(
    provider: Provider, reception: Reception, own_server: Server, sessions: SessionMaker
) -> None:
    assert provider.sms("de verdad").status_code == 200
    assert provider.twilio("/twilio/sms-mx", {"MessageSid": "SM1"}, token="guess").status_code == 200
    assert provider.sms("a nadie", channel="nobody").status_code == 200
    assert provider.gateway({"id": "1", "from": ANA, "text": "del teléfono"}).status_code == 200

    with own_server.up():
        assert take_in(reception) == 4
        assert texts(sessions) == ["de verdad", "del teléfono"]
        reception.database.close()
    assert list(reception.spool._directory.glob("*-*")) == []


def test_a_signature_with_a_clock_is_judged_by_the_time_of_arrival(
    provider: Provider,
    reception: Reception,
    own_server: Server,
    sessions: SessionMaker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider.gateway({"id": "1", "from": ANA, "text": "hace una hora"})
    hours_later = time.time() + 7200
    monkeypatch.setattr(time, "time", lambda: hours_later)

    with own_server.up():
        take_in(reception)
        assert texts(sessions) == ["hace una hora"]
        reception.database.close()


def test_a_request_that_cannot_be_stored_is_set_aside_and_the_others_go_on(
    provider: Provider, reception: Reception, own_server: Server, sessions: SessionMaker, tmp_path: Path
) -> None:
    with own_server.up():
        provider.sms("uno")
        reception.database.close()
    other_keys = Spool(reception.spool._directory, Keyring.create(tmp_path / "other-keys"))
    mine = reception.spool
    reception.spool = other_keys
    provider.sms("con otra llave")
    reception.spool = mine
    provider.sms("dos")

    with own_server.up():
        assert take_in(reception) == 2
        assert texts(sessions) == ["uno", "dos"]
        reception.database.close()
    assert len(list(reception.spool._directory.glob("*.aside"))) == 1


def test_forged_requests_are_refused_with_the_database_down(
    provider: Provider, reception: Reception, own_server: Server
) -> None:
    with own_server.up():
        provider.update(telegram_message())
        reception.database.close()

    assert provider.update(telegram_message(), secret="guess").status_code == 403
    assert reception.spool.files() == []


def test_several_processes_take_each_request_in_once(
    provider: Provider, settings: Settings, own_server: Server, sessions: SessionMaker
) -> None:
    for number in range(10):
        provider.sms(str(number))
    apps = [create_app(settings, takes_in_spool=False) for _ in range(3)]
    counts: list[int] = []

    with own_server.up():
        threads = [
            threading.Thread(
                target=lambda app: counts.append(take_in(app.extensions["reception"])), args=(app,)
            )
            for app in apps
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(counts) == 10
        assert texts(sessions) == [str(number) for number in range(10)]
        for app in apps:
            app.extensions["reception"].database.close()


def test_only_when_the_spool_fails_too_the_provider_is_told_to_come_again(
    provider: Provider,
    reception: Reception,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webhook.spool.MAX_FILES", 1)
    assert provider.sms("uno").status_code == 200

    with caplog.at_level(logging.CRITICAL):
        response = provider.sms("dos")

    assert (response.status_code, response.json) == (503, {"error": "not_stored"})
    assert "not stored" in caplog.text


def test_health_says_that_the_database_is_down_and_what_waits(provider: Provider) -> None:
    provider.sms("uno")

    response = provider.client.get("/health")

    assert (response.status_code, response.json) == (503, {"database": False, "spooled": 1})
    metrics = provider.client.get("/metrics").text
    assert "puente_database_up 0.0" in metrics
    assert "puente_spooled_requests 1.0" in metrics


def test_an_inactive_channel_does_not_lose_what_was_verified(
    provider: Provider, reception: Reception, own_server: Server, sessions: SessionMaker
) -> None:
    with own_server.up():
        provider.update(telegram_message("uno"))
        reception.database.close()
    provider.update(telegram_message("dos"))

    with own_server.up():
        with sessions.begin() as session:
            channels.get(session, "tg", ChannelType.TELEGRAM).is_active = False
        reception.channels._known.clear()
        take_in(reception)
        assert texts(sessions) == ["uno"]
        reception.database.close()
    assert len(list(reception.spool._directory.glob("*.aside"))) == 1
