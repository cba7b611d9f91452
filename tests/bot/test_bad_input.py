"""What people and machines send that no flow expects: each gets a clear answer, nothing crashes or leaks."""

import logging

import pytest

from bot.channels.base import Limits
from bot.content import Content
from core.db import SessionMaker
from core.types import ConversationStatus
from nlu.understanding import Decision, Understanding
from tests.chat import CHAT, SMS, Chat

FOOD = Understanding("find_service", "food", 0.95, None, None, Decision.ACT, "es", None, None)

BAD_INPUT = [
    "",
    "   ",
    "a" * 10_000,
    "🙏🙏🙏",
    "12345",
    "\x00\x00hola\x00",
    "مرحبا كيف حالك",
    "\u202egnirts desrever",
    "<script>alert(1)</script><b>hola</b>",
    "'; DROP TABLE contacts; --",
    "{{ 7*7 }} {number} {0.__class__} %s %(x)s",
    "\ud83d",
]


@pytest.mark.parametrize("limits", [SMS, CHAT], ids=["sms", "chat"])
@pytest.mark.parametrize("text", BAD_INPUT, ids=range(len(BAD_INPUT)))
def test_bad_input_gets_a_clear_answer(
    sessions: SessionMaker, content: Content, text: str, limits: Limits, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chat = Chat(sessions, content, limits=limits)

    chat.says("español").says(text)

    assert chat.heard()
    assert chat.conversation().status is ConversationStatus.PENDING
    assert chat.urn.path not in caplog.text
    assert len(text.strip()) < 6 or text not in caplog.text


@pytest.mark.parametrize("kind", ["voice", "photo", "video", "document", "sticker", "contact"])
def test_what_cannot_be_read_is_acknowledged_politely(chat: Chat, kind: str) -> None:
    chat.says("", kind=kind).hears(f"system.{kind}")


def test_what_cannot_be_read_leaves_a_form_where_it_was(chat: Chat) -> None:
    chat.says("necesito comida", FOOD).heard()

    chat.says("", kind="voice").hears("system.voice")
    chat.says("tapachula")

    chat.hears("find_service.none")  # the directory is empty, but the place was heard


def test_a_location_pin_finds_what_is_near(chat: Chat) -> None:
    chat.says("", kind="location", payload={"location": [14.9054, -92.2589]}).hears("find_service.need")
