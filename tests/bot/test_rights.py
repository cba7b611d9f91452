"""A question on rights, from the message to the answer: as the model hears it, and by menus without it."""

import datetime as dt
import re
from typing import Any

import pytest

from bot import turn
from bot.channels.base import Limits
from bot.content import Content
from core.db import SessionMaker, now, transaction
from core.rights import feedback
from core.rights.feedback import ItemFeedback, Missed
from core.types import Language
from nlu.understanding import UNKNOWN, Decision, Understanding
from tests.chat import CHAT, SMS, Chat

BOTH = pytest.mark.parametrize("limits", [SMS, CHAT], ids=["sms", "chat"])
MEXICO, HONDURAS, EL_SALVADOR = "tel:+5215512345678", "tel:+50499887766", "tel:+50371234567"

SPEAKS = {"español": Language.SPANISH, "english": Language.ENGLISH}
QUESTION = "cuanto tiempo tengo para pedir refugio en mexico"


def asks_about(topic: str) -> Understanding:
    return Understanding(
        **{**_plain(UNKNOWN), "intent": "ask_rights", "topic": topic, "decision": Decision.ACT}
    )


def _plain(understanding: Understanding) -> dict[str, Any]:
    return {name: getattr(understanding, name) for name in understanding.__slots__}


def person(
    sessions: SessionMaker,
    content: Content,
    limits: Limits = CHAT,
    urn: str = MEXICO,
    *,
    language: str = "español",
    number: int = 0,
) -> Chat:
    chat = Chat(sessions, content, limits=limits, urn=urn, channel_id=f"test-{number}")
    chat.says(language).heard()
    return chat


def told(chat: Chat) -> str:
    return "\n".join(message.text for message in chat.heard())


def labels(chat: Chat) -> list[str]:
    return [label for _, label, *_ in chat.heard()[-1].payload["choices"]]


ACCEPTED = [
    ("español", MEXICO, "asylum", QUESTION, "(ACNUR México, 2026)"),
    ("english", MEXICO, "asylum", "how much time do i have to ask for asylum in mexico", "30 working days"),
    ("español", MEXICO, "health", "me van a deportar si voy al hospital?", "2011"),
    ("english", MEXICO, "health", "will they deport me if i go to the hospital?", "2011"),
    ("español", MEXICO, "work", "Puedo trabajar mientras espero la respuesta de COMAR?", "TVRH"),
    ("english", MEXICO, "work", "Can I work while I wait for the answer of COMAR?", "TVRH"),
    ("español", HONDURAS, "property", "perdi mi casa por las maras, la puedo reclamar?", "de la Propiedad"),
    ("english", HONDURAS, "property", "the gang took my house, can i claim it?", "de la Propiedad"),
    ("español", EL_SALVADOR, "property", "perdi mi casa por las maras, la puedo reclamar?", "539"),
    ("english", EL_SALVADOR, "property", "the gang took my house, can i claim it?", "539"),
]


@BOTH
def test_a_question_is_answered_after_one_tap_for_the_country(
    sessions: SessionMaker, content: Content, limits: Limits
) -> None:
    for number, (language, urn, topic, text, answer) in enumerate(ACCEPTED):
        chat = person(sessions, content, limits, urn, language=language, number=number)

        chat.says(text, asks_about(topic))
        if "mexico" not in text:
            chat.says("1")

        assert answer in told(chat), text


@BOTH
def test_without_the_model_the_menu_leads_to_the_same_text(
    sessions: SessionMaker, content: Content, limits: Limits
) -> None:
    for number, (language, urn, topic, text, answer) in enumerate(ACCEPTED):
        chat = person(sessions, content, limits, urn, language=language, number=number)
        label = content.catalog.text(f"rights.topic.{topic}", SPEAKS[language])

        # whoever asks is offered a menu, and the question goes with them
        chat.says(text).heard()
        chat.says("menu").says("1").says(label).says("1")

        assert answer in told(chat), text


def test_a_country_named_in_a_question_that_was_offered_is_not_asked_for(
    sessions: SessionMaker, content: Content
) -> None:
    chat = person(sessions, content, SMS, EL_SALVADOR)

    chat.says(QUESTION).says("1")

    assert "30 dias habiles" in told(chat)
    assert chat.conversation().contact.country is None


def test_now_in_another_country_the_same_question_is_answered_for_it(
    sessions: SessionMaker, content: Content
) -> None:
    chat = person(sessions, content, CHAT, MEXICO, language="english")
    chat.says("which office do i go to for asylum in mexico", asks_about("asylum")).heard()

    chat.says("I am in Belize now")

    assert "Belmopan" in told(chat)
    assert chat.conversation().contact.country == "BZ"


@BOTH
def test_every_answer_ends_with_its_source_and_year(
    sessions: SessionMaker, content: Content, limits: Limits
) -> None:
    chat = person(sessions, content, limits)
    chat.says(QUESTION, asks_about("asylum"))

    for _ in range(3):
        assert re.search(r"\([^()]+, ~?20\d\d\)(\n|$)", told(chat))
        chat.says("mas")


def test_by_sms_an_answer_with_what_comes_after_stays_within_three_segments(
    sessions: SessionMaker, content: Content
) -> None:
    chat = person(sessions, content, SMS)
    chat.says(QUESTION, asks_about("asylum"))

    for _ in range(8):
        segments = sum(message.segments for message in chat.heard())
        assert segments <= 3
        chat.says("mas")


def test_a_rating_is_counted_for_the_answer_that_was_shown(sessions: SessionMaker, content: Content) -> None:
    chat = person(sessions, content)
    chat.says(QUESTION, asks_about("asylum")).hears("rights.answer", "rights.rate")

    chat.presses("Sí, me sirvió").hears("rights.thanked")

    assert counted(sessions) == [ItemFeedback("mx-asylum-deadline", 1, 1, 0)]


def test_a_second_tap_is_answered_and_not_counted(sessions: SessionMaker, content: Content) -> None:
    chat = person(sessions, content)
    chat.says(QUESTION, asks_about("asylum")).heard()
    chat.presses("Sí, me sirvió").heard()

    chat.presses("No me sirvió").hears("system.thank")

    assert counted(sessions) == [ItemFeedback("mx-asylum-deadline", 1, 1, 0)]


def test_a_tap_that_is_delivered_twice_counts_once(sessions: SessionMaker, content: Content) -> None:
    chat = person(sessions, content)
    chat.says(QUESTION, asks_about("asylum")).heard()
    tap = {"kind": "choice", "payload": {"choice": "rights.rate|yes"}, "external_id": "the same"}

    assert chat.receives("Sí", **tap)
    assert not chat.receives("Sí", **tap)
    chat.turns()

    assert counted(sessions) == [ItemFeedback("mx-asylum-deadline", 1, 1, 0)]


def test_a_turn_that_fails_counts_nothing(
    sessions: SessionMaker, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = person(sessions, content)
    monkeypatch.setattr(turn, "render", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        chat.says(QUESTION, asks_about("asylum"))

    assert counted(sessions) == []


def test_a_rating_that_is_left_alone_blocks_nothing(sessions: SessionMaker, content: Content) -> None:
    chat = person(sessions, content)
    chat.says(QUESTION, asks_about("asylum")).heard()

    chat.says("y puedo trabajar mientras espero a COMAR", asks_about("work")).says("1")

    assert "TVRH" in told(chat)


def test_a_question_listed_by_an_older_message_can_still_be_pressed(
    sessions: SessionMaker, content: Content
) -> None:
    chat = person(sessions, content)
    chat.says(QUESTION, asks_about("asylum"))
    first, second = [label for label in labels(chat) if label.startswith("¿")][:2]

    chat.presses(first).hears("rights.answer", "rights.after")
    chat.presses(second).hears("rights.answer", "rights.after")


def test_what_fits_nothing_is_said_and_counted_by_country_and_topic(
    sessions: SessionMaker, content: Content
) -> None:
    chat = person(sessions, content)

    chat.says("zumban abejas lejanas por mexico", asks_about("asylum")).hears("rights.missing")

    with transaction(sessions) as session:
        assert feedback.missed(session, now().date()) == [Missed("MX", "asylum", 1)]
    assert counted(sessions) == []


def test_the_situation_is_asked_once_and_forgotten_with_the_talk(
    sessions: SessionMaker, content: Content
) -> None:
    chat = person(sessions, content, SMS)
    chat.says("que papeles me dan en mexico", asks_about("documents")).hears("rights.situation")

    chat.says("soy refugiado")
    assert "residencia permanente" in told(chat)
    chat.says("y que papeles me dan en mexico", asks_about("documents"))
    assert "residencia permanente" in told(chat)

    assert "refugee" in (chat.conversation().session or "")
    chat.says("cancelar")
    assert chat.conversation().session is None


def counted(sessions: SessionMaker) -> list[ItemFeedback]:
    with transaction(sessions) as session:
        return feedback.by_item(session, now().date() - dt.timedelta(days=1))
