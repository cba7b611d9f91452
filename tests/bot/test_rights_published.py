"""A text on rights that staff publish is what the bot that is running answers next."""

from dataclasses import replace

from bot.content import Content
from core import users
from core.db import SessionMaker, transaction
from core.rights import ROOT, load, versions
from core.rights.current import LOOK_EVERY, CurrentRights
from core.rights.entries import Entry, released
from core.types import Direction, Language, Role
from nlu.understanding import Decision, Understanding
from tests.chat import SMS, Chat

DEADLINE = released(ROOT)["mx-asylum-deadline"]
QUESTION = "¿cuánto tiempo tengo para pedir refugio en México?"
UNDERSTOOD = Understanding("ask_rights", "asylum", 0.95, None, None, Decision.ACT, "es", None, None)


def answer(sessions: SessionMaker, content: Content, name: str) -> str:
    """What somebody who never wrote before is told by SMS."""
    chat = Chat(sessions, content, limits=SMS, urn=f"telegram:{len(name)}", channel_id=name)
    chat.says(QUESTION, UNDERSTOOD)
    return " ".join(message.text or "" for message in chat.messages(Direction.OUT))


def publish(sessions: SessionMaker, short: str) -> None:
    with transaction(sessions) as session:
        ana, eva = (
            users.create(session, f"{name}@example.org", "a long password", Role.COORDINATOR)
            for name in ("ana", "eva")
        )
        texts = {language: {**DEADLINE.texts[language], "short": short} for language in Language}
        entry = Entry.of(DEADLINE.id, DEADLINE.country, DEADLINE.topic, texts)
        versions.save_draft(session, ana.id, entry, seen=0, base=DEADLINE)
        versions.approve(session, eva.id, DEADLINE.id, seen=1)


def test_a_running_bot_answers_with_what_was_published_since(
    sessions: SessionMaker, content: Content
) -> None:
    time = [0.0]
    files = {language: load(ROOT, language) for language in Language}
    running = replace(content, rights=CurrentRights(files, clock=lambda: time[0]))

    before = answer(sessions, running, "first")
    publish(sessions, "Ahora son 45 días.")
    time[0] = LOOK_EVERY
    after = answer(sessions, running, "second")

    assert "30 dias" in before
    assert "Ahora son 45 dias. (ACNUR México, 2026)" in after
