"""A reply of a flow → messages that fit the channel: buttons or numbered choices, GSM-7 or not, cut where
too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from bot.channels import gsm
from bot.channels.base import Choice, Limits
from core.catalog import Catalog
from core.types import Language
from flows.events import Choice as FlowChoice
from flows.events import Reply
from flows.services import Text

MAX_SEGMENTS = 10
"""Of one SMS: 10 x 153 characters stay below Twilio's limit of 1600, also with UCS-2."""

WITHOUT_CONCATENATION = ("tel:+506",)
"""Costa Rica: long texts arrive as separate messages in any order (messaging facts 3.1)."""

MAX_CHOICE_BYTES = 64  # Telegram's callback_data


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message as it will be sent. `key` is of the catalogue, for staff and statistics."""

    text: str
    choices: tuple[Choice, ...]
    segments: int
    key: str | None


def render(
    replies: Sequence[Reply],
    language: Language,
    limits: Limits,
    catalog: Catalog,
    *,
    is_numbered: bool = False,
) -> list[Rendered]:
    """By SMS all replies of a turn are one text, since every message costs and may overtake another."""
    if limits.is_sms:
        return _as_sms(replies, language, catalog, is_numbered=is_numbered)
    return [message for reply in replies for message in _chat(reply, language, limits, catalog)]


def _as_sms(
    replies: Sequence[Reply], language: Language, catalog: Catalog, *, is_numbered: bool
) -> list[Rendered]:
    """With as many of the spare choices as cost no further segment."""
    key = replies[-1].key if replies else None
    levels = sorted({choice.spare for reply in replies for choice in reply.choices} | {0})
    found: list[Rendered] = []
    for level in levels:
        texts = [_with_numbers(reply, language, catalog, level) for reply in replies]
        fuller = sms("\n\n".join(filter(None, texts)), key=key, is_numbered=is_numbered)
        if level and _segments(fuller) > _segments(found):
            break
        found = fuller
    return found


def _segments(rendered: Sequence[Rendered]) -> int:
    return sum(one.segments for one in rendered)


def sms(text: str, *, key: str | None = None, is_numbered: bool = False) -> list[Rendered]:
    """Any text as SMS: folded to GSM-7 where that loses only accents, cut between words."""
    if not text:
        return []
    # where parts are not put together again each segment is a message of its own
    parts = gsm.split(gsm.fold(text), 1 if is_numbered else MAX_SEGMENTS, is_numbered=is_numbered)
    return [Rendered(part, (), gsm.segments(part), key) for part in parts]


def needs_numbers(urn: str) -> bool:
    """Whether the parts of a long SMS to this address must say which comes first."""
    return urn.startswith(WITHOUT_CONCATENATION)


def wording(reply: Reply, language: Language, catalog: Catalog, *, is_short: bool) -> str:
    params = {name: _written(value, language, is_short=is_short) for name, value in reply.params.items()}
    return catalog.text(reply.key, language, **params)


def _written(value: object, language: Language, *, is_short: bool) -> object:
    match value:
        case Text():
            return value.short if is_short else value.full
        case date():
            return format_date(value, "medium", locale=language)
        case _:
            return value


def _with_numbers(reply: Reply, language: Language, catalog: Catalog, level: int) -> str:
    lines = [wording(reply, language, catalog, is_short=True)]
    lines += [
        f"{number} {_label(choice, language, catalog, is_short=True)}"
        for number, choice in enumerate(_numbered(reply, level), 1)
    ]
    return "\n".join(lines)


def _numbered(reply: Reply, level: int) -> list[FlowChoice]:
    return [choice for choice in reply.choices if not choice.url and choice.spare <= level]


def _chat(reply: Reply, language: Language, limits: Limits, catalog: Catalog) -> list[Rendered]:
    parts = _cut(wording(reply, language, catalog, is_short=False), limits.max_chars)
    choices = tuple(
        Choice(
            choice_id(reply.key, choice.id, number),
            _label(choice, language, catalog, is_short=False),
            choice.url,
        )
        for number, choice in enumerate(reply.choices, 1)
    )
    return [Rendered(part, choices if part is parts[-1] else (), 0, reply.key) for part in parts]


def _label(choice: FlowChoice, language: Language, catalog: Catalog, *, is_short: bool) -> str:
    if isinstance(choice.label, Text):
        return choice.label.short if is_short else choice.label.full
    return catalog.text(choice.label, language)


def choice_id(key: str, choice: str, number: int) -> str:
    """What a button carries: the question it belongs to and the choice. An old button is thereby known as
    old.

    A choice too long for Telegram goes by its number.
    """
    question = key.removesuffix(".retry")
    full = f"{question}|{choice}"
    return full if len(full.encode()) <= MAX_CHOICE_BYTES else f"{question}|#{number}"


def _cut(text: str, max_chars: int) -> list[str]:
    parts = []
    while len(text) > max_chars:
        end = max(text.rfind("\n", 0, max_chars), text.rfind(" ", 0, max_chars))
        end = end if end > max_chars // 2 else max_chars
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text] if text else parts
