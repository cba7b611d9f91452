"""Everything of Puente but the model, in one process, and four people who write to it at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.connections import Connections
from bot.sender import Sender
from bot.worker import TurnWorker
from core import channels
from core.db import SessionMaker, transaction
from core.types import ChannelType
from nlu.parser import Parser
from nlu.understanding import Decision, Understanding
from tests.webhook.posting import GATEWAY_SECRET, TELEGRAM_SECRET, Provider, telegram_message
from tools.emulators.server import Emulator
from tools.emulators.twilio import ACCOUNT, TOKEN

NAME = "Xiomara"
STORY = "zarzamora"
NUMBERS = ("+50371998877", "+50371998866")  # one by Twilio, one by the gateway
CHAT_ID = 987612345
BOT_TOKEN = "7788990011:AAsecretTokenOfTheBot"


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


def add_channels(session: Session, gateway_url: str) -> None:
    twilio = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+525599990000"}
    gateway = {"secret": GATEWAY_SECRET, "url": f"{gateway_url}/send"}
    telegram = {"token": BOT_TOKEN, "secret": TELEGRAM_SECRET}
    fast: dict[str, Any] = {"rate": 1000}
    channels.add(session, "sms-mx", ChannelType.TWILIO, "SMS", twilio, **fast)
    channels.add(session, "tg", ChannelType.TELEGRAM, "Bot", telegram, **fast)
    channels.add(session, "sms-sv", ChannelType.GATEWAY, "Phone", gateway, **fast)
    channels.add(session, "sim", ChannelType.SIMULATOR, "Browser", {"flavor": "chat"}, **fast)
