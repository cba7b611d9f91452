"""What a person entrusts to us is in no output of any program, and in no column that can be read.

One run over the real parts, from each provider's request to the provider's API, with everything logged that
any library can log. Then the same where turns and sends fail with errors whose words hold what was written.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.channels.telegram import TelegramChannel
from bot.connections import Connections, endpoints
from bot.content import Content
from bot.conversing import Turn
from bot.pump import Pump
from bot.sender import Sender
from bot.turn import TurnMaker
from bot.worker import TurnWorker
from core import channels, inbox
from core.cases import Case
from core.channels import Channel as ChannelRow
from core.contacts import ContactURN
from core.crypto import Keyring
from core.database import open_database
from core.db import SessionMaker, transaction
from core.messages import Message
from core.settings import Settings
from core.surveys import SurveyResponse
from core.types import ChannelType, Direction, MessageStatus
from nlu.parser import Parser
from nlu.understanding import Decision, Understanding
from tests.webhook.posting import GATEWAY_SECRET, PUBLIC_URL, TELEGRAM_SECRET, Provider, telegram_message
from tools.emulators.server import Emulator, Failure
from tools.emulators.telegram import TelegramEmulator
from tools.emulators.twilio import ACCOUNT, TOKEN, TwilioEmulator
from webhook.app import create_app

NAME = "Xiomara"
STORY = "zarzamora"
NUMBERS = ("+50371998877", "+50371998866")  # one by Twilio, one by the gateway
CHAT_ID = 987612345
BOT_TOKEN = "7788990011:AAsecretTokenOfTheBot"

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


class FakeParser(Parser):
    """Understands the complaint and the survey; for the rest nobody listens, and keywords answer."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9")

    def parse(self, texts: list[str]) -> list[Understanding]:  # type: ignore[override]
        return [self._known(words) or super(FakeParser, self).parse([words])[0] for words in texts]

    def _known(self, words: str) -> Understanding | None:
        if "queja" in words:
            return Understanding(
                "file_complaint", "corruption", 0.9, None, None, Decision.ACT, "es", None, None
            )
        if "encuesta" in words:
            return Understanding("take_survey", None, 0.9, None, None, Decision.ACT, "es", None, None)
        return None


class GatewayEmulator(Emulator):
    def __init__(self) -> None:
        super().__init__()
        self.app.add_url_rule("/send", view_func=self._send, methods=["POST"])

    def _send(self) -> Response:
        if failure := self.next_failure():
            return self.answer(failure)
        self.sent.append(request.get_json())
        return jsonify({})


@dataclass
class House:
    """Everything but the model, in one process."""

    app: Flask
    sessions: SessionMaker
    worker: TurnWorker
    sender: Sender
    connections: Connections
    providers: dict[str, Emulator]
    data_dir: Path

    def __post_init__(self) -> None:
        self.provider = Provider(self.app.test_client())
        self.browser = self.app.test_client()
        self.browser.get("/simulator/")
        self.answers: list[str] = []

    def everybody_writes(self, words: str) -> None:
        """On each channel the same."""
        update, id_ = telegram_message(words), f"message-{len(self.answers)}"
        update["message"]["chat"]["id"] = update["message"]["from"]["id"] = CHAT_ID
        update["message"]["from"] |= {"first_name": NAME, "username": STORY}
        for answer in (
            self.provider.sms(words, From=NUMBERS[0]),
            self.provider.gateway({"id": id_, "from": NUMBERS[1], "text": words}),
            self.provider.update(update),
            self.browser.post("/simulator/sim/messages", json={"id": id_, "text": words}),
        ):
            assert answer.status_code in (200, 202)
            self.answers.append(answer.text)

    def work(self) -> None:
        while self.worker.work() == 0:
            pass
        while self.sender.work() == 0:
            pass

    def everything_readable(self) -> str:
        """The database as somebody sees it who has no key, the pages for operators, and the files."""
        with transaction(self.sessions) as session:
            tables = session.scalars(
                text(
                    "SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND"
                    " relnamespace = 'public'::regnamespace"
                )
            ).all()
            rows = [
                row for table in tables for row in session.scalars(text(f"SELECT t::text FROM {table} t"))
            ]
        assert any("wake_turns" in row for row in rows)
        pages = [self.app.test_client().get(path).text for path in ("/metrics", "/health")]
        files = [path.read_bytes().decode("latin-1") for path in self.data_dir.rglob("*") if path.is_file()]
        return "\n".join([*rows, *pages, *files, *self.answers])


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


def add_channels(session: Session, gateway_url: str) -> None:
    twilio = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+525599990000"}
    gateway = {"secret": GATEWAY_SECRET, "url": f"{gateway_url}/send"}
    telegram = {"token": BOT_TOKEN, "secret": TELEGRAM_SECRET}
    fast: dict[str, Any] = {"rate": 1000}
    channels.add(session, "sms-mx", ChannelType.TWILIO, "SMS", twilio, **fast)
    channels.add(session, "tg", ChannelType.TELEGRAM, "Bot", telegram, **fast)
    channels.add(session, "sms-sv", ChannelType.GATEWAY, "Phone", gateway, **fast)
    channels.add(session, "sim", ChannelType.SIMULATOR, "Browser", {"flavor": "chat"}, **fast)


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
