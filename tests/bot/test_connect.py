"""`make connect`, answered by a person who has never seen a terminal, against emulated providers."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.connect import Desk, Refused, connect
from core import channels
from core.catalog import Catalog
from core.crypto import Keyring
from core.database import open_database
from core.db import SessionMaker
from core.settings import Settings
from core.types import ChannelType, Language
from tools.emulators.telegram import TelegramEmulator
from tools.emulators.twilio import ACCOUNT, TOKEN, TwilioEmulator

BOT_TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@dataclass
class Person:
    answers: list[str]
    seen: list[str] = field(default_factory=list)

    def answer(self, question: str) -> str:
        self.seen.append(question)
        return self.answers.pop(0)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    environment = {
        "PUENTE_DATA": str(tmp_path),
        "DATABASE_URL": database_url,
        "PUENTE_PUBLIC_URL": "https://puente.example",
    }
    settings = Settings.from_env(environment)
    Keyring.create(settings.keys_path)
    return settings


@pytest.fixture
def sessions(settings: Settings) -> Iterator[SessionMaker]:
    sessions = open_database(settings)
    yield sessions
    sessions.kw["bind"].dispose()


def sit_down(settings: Settings, sessions: SessionMaker, *answers: str) -> str:
    """What the screen showed."""
    person = Person(list(answers))
    catalog = Catalog.load(domain="connect")
    desk = Desk(
        settings,
        sessions,
        catalog,
        say=person.seen.append,
        listen=person.answer,
        listen_secretly=person.answer,
    )
    connect(desk)
    assert person.answers == []
    return "\n".join(person.seen)


def credentials(sessions: SessionMaker, id_: str, type_: ChannelType) -> dict[str, str]:
    with sessions() as session:
        return channels.get(session, id_, type_).credentials


def test_a_telegram_bot_is_connected_and_its_webhook_set(settings: Settings, sessions: SessionMaker) -> None:
    with TelegramEmulator(token=BOT_TOKEN) as telegram:
        here = replace(settings, telegram_url=telegram.url)

        seen = sit_down(here, sessions, "1", "1", "no es un token", BOT_TOKEN, "")

    saved = credentials(sessions, "telegram", ChannelType.TELEGRAM)
    assert saved["token"] == BOT_TOKEN
    assert telegram.webhook["url"] == "https://puente.example/telegram/telegram"
    assert telegram.webhook["secret_token"] == saved["secret"]
    assert "my_chat_member" in telegram.webhook["allowed_updates"]
    assert "https://t.me/puente_test_bot" in seen
    assert saved["secret"] not in seen


def test_a_wrong_token_saves_nothing(settings: Settings, sessions: SessionMaker) -> None:
    with TelegramEmulator(token="other") as telegram:
        here = replace(settings, telegram_url=telegram.url)

        with pytest.raises(Refused, match=r"telegram\.refused"):
            sit_down(here, sessions, "1", "1", BOT_TOKEN)

    with sessions() as session:
        assert session.get(channels.Channel, "telegram") is None


def test_telegram_needs_a_public_address(settings: Settings, sessions: SessionMaker) -> None:
    here = replace(settings, public_url="http://127.0.0.1:8000")

    with pytest.raises(Refused, match="needs_https"):
        sit_down(here, sessions, "1", "1")


def test_a_twilio_number_is_connected_and_the_address_to_paste_is_shown(
    settings: Settings, sessions: SessionMaker
) -> None:
    with TwilioEmulator() as twilio:
        here = replace(settings, twilio_url=twilio.url)

        seen = sit_down(
            here, sessions, "2", "2", "AC1", ACCOUNT, TOKEN, "55 1234", "+52 55 9999 0000", "SMS!", "sms-mx"
        )

    saved = credentials(sessions, "sms-mx", ChannelType.TWILIO)
    assert saved == {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+525599990000"}
    assert "https://puente.example/twilio/sms-mx\n" in seen
    assert "A message comes in" in seen


def test_a_wrong_twilio_token_saves_nothing(settings: Settings, sessions: SessionMaker) -> None:
    with TwilioEmulator() as twilio:
        here = replace(settings, twilio_url=twilio.url)

        with pytest.raises(Refused, match=r"twilio\.refused"):
            sit_down(here, sessions, "2", "2", ACCOUNT, "wrong")


def test_a_provider_out_of_reach_is_told_apart(settings: Settings, sessions: SessionMaker) -> None:
    here = replace(settings, twilio_url="http://127.0.0.1:1", telegram_url="http://127.0.0.1:1")

    for answers in (("2", "2", ACCOUNT, TOKEN), ("2", "1", BOT_TOKEN)):
        with pytest.raises(Refused, match="unreachable"):
            sit_down(here, sessions, *answers)


def test_a_gateway_is_connected_and_its_secret_shown_once(settings: Settings, sessions: SessionMaker) -> None:
    seen = sit_down(
        settings, sessions, "1", "9", "3", "phone", "https://gateway.example/send", "XX", "sv", ""
    )

    saved = credentials(sessions, "gateway", ChannelType.GATEWAY)
    assert (saved["url"], saved["country"]) == ("https://gateway.example/send", "SV")
    assert seen.count(saved["secret"]) == 1
    assert "https://puente.example/gateway/gateway" in seen


def test_every_word_is_there_in_both_languages() -> None:
    texts = Catalog.load(domain="connect")._texts

    assert texts[Language.SPANISH].keys() == texts[Language.ENGLISH].keys()
    assert all(texts[language][key] for language in Language for key in texts[language])
