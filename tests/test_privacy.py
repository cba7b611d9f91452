"""What a person entrusts to us is in no output of any program, and in no column that can be read.

One run over the real parts, from each provider's request to the provider's API, with everything logged that
any library can log. Then the same where turns and sends fail with errors whose words hold what was written.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from bot.channels.telegram import TelegramChannel
from bot.connections import Connections, endpoints
from bot.content import Content
from bot.conversing import Turn
from bot.pump import Pump
from bot.sender import Sender
from bot.turn import TurnMaker
from bot.worker import TurnWorker
from core import erasure, inbox
from core.cases import Case
from core.channels import Channel as ChannelRow
from core.contacts import Contact, ContactURN
from core.crypto import Keyring
from core.database import open_database
from core.db import now, transaction
from core.messages import Message
from core.settings import Settings
from core.surveys import SurveyResponse
from core.types import Direction, MessageStatus
from tests.core.searching import left_of
from tests.house import (
    BOT_TOKEN,
    CHAT_ID,
    NAME,
    NUMBERS,
    STORY,
    FakeParser,
    GatewayEmulator,
    House,
    add_channels,
)
from tests.webhook.posting import GATEWAY_SECRET, PUBLIC_URL, TELEGRAM_SECRET
from tools.emulators.server import Emulator, Failure
from tools.emulators.telegram import TelegramEmulator
from tools.emulators.twilio import TOKEN, TwilioEmulator
from webhook.app import create_app

PRIVATE = (
    *(NAME, STORY, "71998877", "71998866", str(CHAT_ID)),
    *(BOT_TOKEN, TELEGRAM_SECRET, GATEWAY_SECRET, TOKEN),
)

SCRIPT = (
    f"Hola, soy {NAME}",
    f"Quiero poner una queja. Soy {NAME}, mi número es {NUMBERS[0]}: {STORY}",
    f"y también {STORY}",
    f"cerca de la {STORY}",
    *("1", "1", "1"),
    "encuesta",
    *("1", "1", "1", "1", "1"),
    f"me ayudó {NAME} con la {STORY}",
    f"K7PM-4XR {STORY}",
    f"auxilio, {NAME} está en peligro de muerte, {STORY}",
    f"{NAME} " * 400,
)


@pytest.fixture
def house(tmp_path: Path, database_url: str, caplog: pytest.LogCaptureFixture) -> Iterator[House]:
    # every statement; its own DEBUG level would show rows as the program sees them, and must be asked for
    caplog.set_level(logging.INFO, "sqlalchemy")
    caplog.set_level(logging.DEBUG)
    with TwilioEmulator() as twilio, TelegramEmulator() as telegram, GatewayEmulator() as gateway:
        settings = Settings.from_env(
            {
                "PUENTE_DATA": str(tmp_path / "data"),
                "PUENTE_KEYS": str(tmp_path / "keys"),
                "DATABASE_URL": database_url,
                "PUENTE_PUBLIC_URL": PUBLIC_URL,
                "PUENTE_SIMULATOR": "on",
                "PUENTE_TWILIO_URL": twilio.url,
                "PUENTE_TELEGRAM_URL": telegram.url,
            }
        )
        Keyring.create(settings.keys_path)
        sessions = open_database(settings)
        with transaction(sessions) as session:
            add_channels(session, gateway.url)
        app = create_app(settings, takes_in_spool=False)
        connections = Connections(endpoints(settings))
        worker = TurnWorker(sessions, TurnMaker(sessions, Content.load(), connections.limits), FakeParser())
        providers: dict[str, Emulator] = {"sms-mx": twilio, "tg": telegram, "sms-sv": gateway}
        sender = Sender(sessions, connections)
        yield House(app, sessions, worker, sender, connections, providers, settings.data_dir)
        with transaction(sessions) as session:
            channel = connections.channel(session.get_one(ChannelRow, "tg"))
        assert isinstance(channel, TelegramChannel)
        channel.close()
        app.extensions["reception"].database.close()
        sessions.kw["bind"].dispose()


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """All that went to logs, standard output and standard error, with the tracebacks of errors."""

    def said() -> str:
        output = capfd.readouterr()
        errors = [repr(record.exc_info) + repr(record.args) for record in caplog.records]
        return "\n".join([caplog.text, output.out, output.err, *errors])

    return said


def found_in(haystack: str) -> list[str]:
    folded = haystack.casefold()
    return [word for word in PRIVATE if word.casefold() in folded or word.encode().hex() in folded]


def texts(house: House, direction: Direction, channel_id: str) -> str:
    with transaction(house.sessions) as session:
        own = select(Message).where(Message.direction == direction, Message.channel_id == channel_id)
        return "\n".join(message.text for message in session.scalars(own))


def test_nothing_private_leaves_by_the_side_doors(house: House, said: Callable[[], str]) -> None:
    for words in SCRIPT:
        house.everybody_writes(words)
        house.work()

    assert found_in(house.everything_readable()) == []
    output = said()
    assert found_in(output) == []
    # and it was not for want of anything private, or of anybody who logs
    assert "sqlalchemy.engine" in output
    assert "INSERT INTO messages" in output
    assert "DEBUG" in output
    for channel_id in ("sms-mx", "tg", "sms-sv", "sim"):
        assert STORY in texts(house, Direction.IN, channel_id)
    with transaction(house.sessions) as session:
        narratives = [
            case.narrative for case in session.scalars(select(Case).where(Case.kind == "complaint"))
        ]
        comments = [response.answers.get("comment") for response in session.scalars(select(SurveyResponse))]
        urns = [urn.urn for urn in session.scalars(select(ContactURN))]
    assert len([told for told in narratives if told and STORY in told]) == 4
    assert len([told for told in comments if told and STORY in told]) == 4
    assert {f"tel:{number}" for number in NUMBERS} < set(urns)
    assert all(emulator.sent for emulator in house.providers.values())


def test_whoever_erases_their_data_by_message_is_forgotten(house: House) -> None:
    for words in (*SCRIPT, "borrar mis datos", "1"):
        house.everybody_writes(words)
        house.work()
    with transaction(house.sessions) as session:
        addresses = [urn.urn for urn in session.scalars(select(ContactURN))]
        assert left_of(session, STORY)
        assert left_of(session, *addresses) == ["contact_urns.urn"]

    house.everybody_writes("sí")
    house.work()

    with transaction(house.sessions) as session:
        assert left_of(session, STORY, NAME) == []
        session.execute(update(Contact).values(erase_at=now() - timedelta(seconds=1)))
        assert erasure.purge(session) == 4
        assert left_of(session, STORY, NAME, *NUMBERS, str(CHAT_ID), *addresses) == []
        assert session.scalars(select(Message)).all() == []


def fail_with(kind: str) -> Callable[..., None]:
    def run(turn: Turn) -> None:
        words = turn.message.text
        urn = turn.effects.conversation.urn.urn
        if kind == "bug":
            raise RuntimeError(f"{words} {urn}")
        if kind == "key":
            raise KeyError(words)
        turn.effects.session.execute(text("SELECT CAST(:words AS integer)"), {"words": words + urn})

    return run


@pytest.mark.parametrize("kind", ["bug", "key", "database"])
def test_a_turn_that_fails_says_nothing_of_what_was_written(
    house: House, said: Callable[[], str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(Turn, "run", fail_with(kind))

    house.everybody_writes(f"Soy {NAME}: {STORY}")
    house.work()

    output = said()
    assert found_in(output) == []
    assert output.count("turn failed: message") >= 4
    assert found_in(house.everything_readable()) == []
    assert "sorry" in str(keys(house))


def keys(house: House) -> list[str | None]:
    with transaction(house.sessions) as session:
        return list(session.scalars(select(Message.key).where(Message.direction == Direction.OUT)))


def test_a_send_that_fails_says_nothing_of_what_was_answered(house: House, said: Callable[[], str]) -> None:
    words = f"{STORY} for {NAME}, {NUMBERS[0]}, {NUMBERS[1]}, {CHAT_ID} by {BOT_TOKEN}"
    for status in (400, 401, 500):
        house.everybody_writes(f"Soy {NAME}: {STORY} {status}")
        body = {"code": 21211, "message": words, "ok": False, "error_code": status, "description": words}
        for emulator in house.providers.values():
            emulator.failures.extend([Failure(status, body)] * 20)
        house.work()

    output = said()
    assert output.count("not sent:") >= 3
    assert found_in(output) == []
    assert found_in(house.everything_readable()) == []


def test_a_channel_with_a_bug_says_nothing_of_what_was_answered(
    house: House, said: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object, message: Any) -> None:
        raise ValueError(f"{message.text} {message.urn.path} {STORY} {NAME}")

    monkeypatch.setattr(TelegramChannel, "send", fail)
    house.everybody_writes(f"Soy {NAME}: {STORY}")
    house.work()

    output = said()
    assert "send failed: message" in output
    assert found_in(output) == []
    assert found_in(house.everything_readable()) == []
    with transaction(house.sessions) as session:
        failed = select(Message.error_code).where(Message.status == MessageStatus.ERRORED)
        assert set(session.scalars(failed)) == {"internal"}


def test_a_message_that_cannot_be_stored_is_spooled_unreadable(
    house: House, said: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(f"{STORY} {NAME} {NUMBERS[0]}")

    house.everybody_writes("hola")  # there has been a job before
    with monkeypatch.context() as broken:
        broken.setattr(inbox, "record_message", fail)
        assert house.provider.sms(f"{NAME}: {STORY}", From=NUMBERS[0]).status_code == 200

    assert len(list((house.data_dir / "spool").glob("*.request"))) == 1
    assert found_in(house.everything_readable()) == []
    assert found_in(said()) == []


def test_a_worker_with_a_bug_says_where_and_nothing_more(said: Callable[[], str]) -> None:
    done = []

    def work() -> float:
        done.append(1)
        raise RuntimeError(f"{NAME} {STORY}")

    pump = Pump("turns", work)
    pump.start()
    while not done:
        pump.wake()
    pump.stop()

    output = said()
    assert "RuntimeError in" in output
    assert found_in(output) == []
