"""One whole Puente for all tests that need one: real programs, the providers' emulators around it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.connect import Desk, connect_telegram
from core.catalog import Catalog
from core.types import Language
from tools.emulators.telegram import TelegramEmulator
from tools.emulators.twilio import TwilioEmulator
from tools.replay_posting import make_channel
from tools.stack import Stack, stack

TOKEN = "110201543:" + "emulated-token-" * 3


@dataclass(frozen=True)
class Town:
    stack: Stack
    telegram: TelegramEmulator
    twilio: TwilioEmulator


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    with (
        TelegramEmulator(token=TOKEN) as telegram,
        TwilioEmulator() as twilio,
        stack(twilio_url=twilio.url, telegram_url=telegram.url) as running,
    ):
        twilio.callbacks = ("sent", "delivered")
        make_channel(running)
        connect_bot(running)
        yield Town(running, telegram, twilio)


def connect_bot(running: Stack) -> None:
    """As `make connect` does, with the token pasted and all else as proposed."""
    desk = Desk(
        running.settings,
        running.sessions,
        Catalog.load(domain="connect"),
        language=Language.ENGLISH,
        say=lambda line: None,
        listen=lambda question: "",
        listen_secretly=lambda question: TOKEN,
    )
    connect_telegram(desk)


class TelegramPhone:
    """Somebody with Telegram: writes to the webhook through the emulator, sees what the emulator was sent."""

    def __init__(self, telegram: TelegramEmulator, person: int, name: str = "Marisol") -> None:
        self._telegram = telegram
        self._user = {"id": person, "is_bot": False, "first_name": name, "language_code": "es"}
        self._chat = {"id": person, "type": "private", "first_name": name}
        self._seen = 0
        self._written = 0

    def writes(self, text: str) -> None:
        self._written += 1
        self._post(
            message={
                "message_id": self._written,
                "from": self._user,
                "chat": self._chat,
                "date": int(time.time()),
                "text": text,
            }
        )

    def presses(self, label: str) -> None:
        """The newest button with these words."""
        shown, data = next(
            (message, button["callback_data"])
            for message in reversed(self.received())
            for row in message.get("reply_markup", {}).get("inline_keyboard", ())
            for button in row
            if button["text"] == label
        )
        self._post(
            callback_query={
                "id": str(time.time_ns()),
                "from": self._user,
                "message": shown,
                "chat_instance": "1",
                "data": data,
            }
        )

    def hears(self, words: str, seconds: float = 20.0) -> str:
        """Wait for a message that holds these words; only what came since the last one heard counts."""
        give_up_at = time.monotonic() + seconds
        while time.monotonic() < give_up_at:
            for number, message in enumerate(self.received()[self._seen :], start=self._seen + 1):
                if words in message["text"]:
                    self._seen = number
                    return message["text"]
            time.sleep(0.05)
        raise AssertionError(f"nobody said {words!r}; since then: {self.received()[self._seen :]}")

    def received(self) -> list[dict[str, Any]]:
        return [message for message in self._telegram.sent if message["chat"]["id"] == self._chat["id"]]

    def _post(self, **update: Any) -> None:
        assert self._telegram.post(**update).is_success
