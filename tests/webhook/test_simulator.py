"""The trial phone: each browser sees its own person, and a public webhook has none."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import channels
from core.db import SessionMaker
from core.settings import Settings
from core.types import ChannelType
from webhook.app import create_app


@pytest.fixture
def open_app(settings: Settings, sessions: SessionMaker) -> Iterator[Flask]:
    with sessions.begin() as session:
        channels.add(session, "simulator", ChannelType.SIMULATOR, "chat", {"flavor": "chat"})
        channels.add(session, "tg", ChannelType.TELEGRAM, "Bot", {"token": "1:a", "secret": "s"})
    app = create_app(replace(settings, is_simulator_open=True), takes_in_spool=False)
    yield app
    app.extensions["reception"].database.close()


@pytest.fixture
def phone(open_app: Flask) -> FlaskClient:
    return pick_up(open_app)


def pick_up(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert client.get("/simulator/").status_code == 200
    return client


def write(phone: FlaskClient, text: str, id_: str = "1", **more: object) -> int:
    return phone.post("/simulator/simulator/messages", json={"id": id_, "text": text, **more}).status_code


def texts(phone: FlaskClient) -> list[str]:
    return [message["text"] for message in phone.get("/simulator/simulator/messages").get_json()]


def test_a_message_is_stored_once_and_shown_to_its_person_only(open_app: Flask, phone: FlaskClient) -> None:
    assert write(phone, "hola") == 202
    assert write(phone, "hola") == 202

    assert texts(phone) == ["hola"]
    assert texts(pick_up(open_app)) == []


def test_another_phone_is_another_person(phone: FlaskClient) -> None:
    write(phone, "hola")

    phone.post("/simulator/person")

    assert texts(phone) == []


def test_only_simulator_channels_are_played(phone: FlaskClient) -> None:
    assert phone.get("/simulator/tg/messages").status_code == 404
    assert phone.get("/simulator/nowhere/messages").status_code == 404


@pytest.mark.parametrize("body", [[], "hola", {"text": "hola"}, {"id": 1, "text": "hola"}])
def test_what_is_no_message_is_refused(phone: FlaskClient, body: object) -> None:
    assert phone.post("/simulator/simulator/messages", json=body).status_code == 400


def test_without_a_person_nothing_is_read_or_written(open_app: Flask) -> None:
    stranger = open_app.test_client()

    assert stranger.get("/simulator/simulator/messages").status_code == 400


@pytest.mark.parametrize("language", ["es", "en", "fr", "<b>"])
def test_the_page_speaks_both_languages_and_loads_nothing_from_elsewhere(
    phone: FlaskClient, language: str
) -> None:
    page = phone.get("/simulator/", query_string={"language": language})

    assert ("Try:" in page.text) == (language == "en")
    assert "//" not in page.text.replace("http://www.w3.org", "")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_a_public_webhook_has_no_simulator(app: Flask) -> None:
    assert app.test_client().get("/simulator/").status_code == 404
