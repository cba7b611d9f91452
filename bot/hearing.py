"""A stored message, as the router hears it."""

from bot.routing import Heard
from core.messages import Message
from flows.session import Session
from nlu.danger import is_danger
from nlu.keywords import command
from nlu.understanding import UNKNOWN, Understanding

MAX_CHARS = 1600
"""A longer text is a paste or an attack; what follows is kept for staff, but not interpreted."""


def needs_parsing(message: Message) -> bool:
    """Buttons, commands and empty texts are clear without the model."""
    return (
        message.kind in ("text", "photo", "video", "document")
        and bool(_words(message))
        and not command(message.text)
    )


def _words(message: Message) -> str:
    return message.text[:MAX_CHARS].strip()


def hear(message: Message, session: Session | None, understanding: Understanding | None) -> Heard:
    text = "" if message.kind in ("start", "group") else _words(message)
    location = message.payload.get("location")
    question, choice = _pressed(message)
    is_current = session is not None and _is_current(session, question, choice)
    if question:
        # the label of the button says nothing: only the choice counts
        text = choice[1:] if is_current and choice.startswith("#") else ""
    return Heard(
        kind=message.kind,
        text=text,
        command=command(text),
        # where a text was parsed, the parser has heard the words of danger beside the model
        is_danger=understanding is None and is_danger(text),
        understanding=understanding or UNKNOWN,
        choice=choice if is_current and not text else None,
        old_choice=(question, choice) if question and not is_current else None,
        is_cut=len(message.text) > MAX_CHARS,
        location=(float(location[0]), float(location[1])) if location else None,
    )


def _is_current(session: Session, question: str, choice: str) -> bool:
    """Of what is asked now; or one of the further questions that the same flow listed and still offers."""
    listed = {str(id_) for id_, *_ in session.answers.get("others", ())}
    is_listed = choice in listed and question.partition(".")[0] == session.flow
    return question == f"{session.flow}.{session.step}" or is_listed


def _pressed(message: Message) -> tuple[str, str]:
    """The question that a pressed button belonged to, and the choice."""
    question, _, choice = str(message.payload.get("choice", "")).partition("|")
    return question, choice
