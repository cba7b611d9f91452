"""Rights items for the eyes of staff: as a phone would show them, and what changed word by word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask import current_app

from admin.current import me
from bot import render
from core.catalog import Catalog
from core.rights import item_of
from core.rights.check import SMS_LIMIT, TOPICS, septets
from core.rights.entries import FIELDS, SHARED, Entry, Raw
from core.types import Language
from flows.events import Reply
from flows.services import Text

UNWRITTEN = {"id": "", "question": "", "short": "", "full": "", "source": "", "year": "", "review_by": None}


@dataclass(frozen=True, slots=True)
class Preview:
    """One language of an item as it would be sent. `left` is None where it is no GSM-7."""

    language: Language
    question: str
    sms: tuple[str, ...]
    segments: int
    left: int | None
    chat: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of a field that stayed ("same"), went ("del") or came ("ins"). No language: both say it alike."""

    language: Language | None
    field: str
    words: tuple[tuple[str, str], ...]


def topic_words() -> dict[str, str]:
    """As the bot itself calls its topics."""
    catalog: Catalog = current_app.extensions["catalog"]
    return {topic: catalog.text(f"rights.topic.{topic}", me().language) for topic in TOPICS}


def previews(texts: Mapping[Language, Raw]) -> list[Preview]:
    """Also of texts that are not finished."""
    return [_preview(texts[language], language) for language in Language]


def _preview(raw: Raw, language: Language) -> Preview:
    item = item_of({**UNWRITTEN, "facts": (), **raw}, "", "", language)
    reply = Reply("rights.answer", {"answer": Text(item.short_text, item.full_text)})
    catalog: Catalog = current_app.extensions["catalog"]
    parts = render.sms(render.wording(reply, language, catalog, is_short=True))
    length = septets(" ".join(part.text for part in parts))
    return Preview(
        language,
        item.question,
        tuple(part.text for part in parts),
        sum(part.segments for part in parts),
        None if length is None else SMS_LIMIT - length,
        render.wording(reply, language, catalog, is_short=False),
    )


def told_differences(before: Entry, after: Entry) -> list[Difference]:
    """Field by field, in the order in which they are edited."""
    return [
        Difference(None if field in SHARED else language, field, tuple(words(old, new)))
        for field in FIELDS
        for language in (Language if field not in SHARED else (Language.SPANISH,))
        if (old := _text(before.texts[language].get(field)))
        != (new := _text(after.texts[language].get(field)))
    ]


def words(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Both texts in one, word by word."""
    was, is_ = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, was, is_, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(was[i1:i2])
            continue
        if i1 < i2:
            yield "del", "".join(was[i1:i2])
        if j1 < j2:
            yield "ins", "".join(is_[j1:j2])


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(value)
    return "" if value is None else str(value).strip()
