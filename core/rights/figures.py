"""Numbers that stand in one place and not in the other: a deadline that was changed in one text only.

Not a fault, since an answer may be right so; but somebody has to look before it is published.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.rights.entries import Raw
from core.types import Language

COMPARED = ("short", "full", "deadline", "cost")


@dataclass(frozen=True, slots=True)
class Doubt:
    """`code`: `languages` when the languages differ in a field, `sizes` when the full answer of one lacks
    what its short one says."""

    code: str
    field: str
    language: Language | None
    numbers: str


def doubts(texts: Mapping[Language, Raw]) -> Iterator[Doubt]:
    for field in COMPARED:
        spanish, english = (_numbers(texts[language].get(field)) for language in Language)
        if spanish != english:
            yield Doubt("languages", field, None, _told(spanish ^ english))
    for language in Language:
        raw = texts[language]
        said = _numbers(raw.get("short")) | _numbers(raw.get("deadline"))
        if lacking := said - _numbers(raw.get("full")):
            yield Doubt("sizes", "full", language, _told(lacking))


def _numbers(text: object) -> frozenset[str]:
    """Without what separates thousands, which differs between the languages."""
    found = re.findall(r"\d+(?:[.,]\d+)*", str(text or ""))
    return frozenset(re.sub(r"[.,](?=\d{3}\b)", "", number) for number in found)


def _told(numbers: frozenset[str]) -> str:
    return ", ".join(sorted(numbers, key=lambda number: (len(number), number)))
