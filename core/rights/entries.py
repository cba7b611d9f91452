"""A rights item as staff see it: one thing in both languages, as it stands in the files."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.rights import RightsItem, files, item_of
from core.rights.check import Problem, item_problems
from core.types import Language

FIELDS = (
    "id",
    "question",
    "asked_as",
    "short",
    "full",
    "steps",
    "papers",
    "deadline",
    "cost",
    "need",
    "situations",
    "source",
    "year",
    "facts",
    "review_by",
)
"""In the order in which a file has them."""

SHARED = ("need", "situations", "year", "facts", "review_by")
"""No translation changes these; an entry has them alike in both languages."""

OWN = ("question", "asked_as", "short", "full", "steps", "papers", "deadline", "cost", "source")
TWINS = ("asked_as", "steps", "papers", "deadline", "cost")
"""Stand in both languages or in none."""

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """`texts` are items as files have them, in normal form (see `normal`): equal entries say the same."""

    id: str
    country: str
    topic: str
    texts: Mapping[Language, Raw]

    @classmethod
    def of(cls, id_: str, country: str, topic: str, texts: Mapping[Language, Raw]) -> "Entry":
        return cls(id_, country, topic, {one: normal({**texts[one], "id": id_}) for one in Language})

    def item(self, language: Language) -> RightsItem:
        return item_of(self.texts[language], self.country, self.topic, language)

    @property
    def review_by(self) -> dt.date:
        """For an entry without problems."""
        date: dt.date = self.texts[Language.SPANISH]["review_by"]
        return date

    @property
    def digest(self) -> str:
        """Equal exactly when the texts are."""
        return hashlib.sha256(json.dumps(as_json(self.texts)).encode()).hexdigest()[:16]


def of_files(root: Path) -> dict[str, Entry]:
    """All items by id, in the order of the files. One that lacks its twin is left to `core.rights.check`."""
    found: dict[str, dict[Language, tuple[str, str, Raw]]] = {}
    for language in Language:
        for country, topic, raws in files(root, language):
            for raw in raws:
                found.setdefault(str(raw.get("id")), {})[language] = (country, topic, raw)
    return {
        id_: Entry.of(id_, *twins[Language.SPANISH][:2], {one: twins[one][2] for one in Language})
        for id_, twins in found.items()
        if len(twins) == len(Language)
    }


@cache
def released(root: Path) -> Mapping[str, Entry]:
    """The files of this installation, read once: they change with an upgrade, which starts us anew."""
    return of_files(root)


def normal(raw: Raw) -> dict[str, Any]:
    """The same item with its fields in order, without empty ones, and each value in its one form."""
    return {field: value for field in FIELDS if (value := _normal(field, raw.get(field)))}


def _normal(field: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(line).strip() for line in value if str(line).strip()]
    if field == "full":
        # lines that end in a blank would not be a block in YAML
        text = "\n".join(line.rstrip() for line in str(value or "").replace("\r\n", "\n").split("\n")).strip()
        return f"{text}\n" if text else None
    if isinstance(value, str):
        value = " ".join(value.split())
        return int(value) if field == "year" and value.isdecimal() else value
    return value


def problems(entry: Entry, on: dt.date) -> Iterator[tuple[Language, Problem]]:
    """What `core.rights.check` would say of its files; what is shared is said once, of the Spanish."""
    for language in Language:
        for problem in item_problems(entry.texts[language], on):
            if problem.field in OWN or language is Language.SPANISH:
                yield language, problem
    for field in TWINS:
        lacking = [language for language in Language if field not in entry.texts[language]]
        if len(lacking) == 1:
            yield lacking[0], Problem(field, "missing")


def as_json(texts: Mapping[Language, Raw]) -> dict[str, dict[str, Any]]:
    """For a column; `from_json` gives the same back."""
    return {
        language.value: {
            field: value.isoformat() if isinstance(value, dt.date) else value
            for field, value in texts[language].items()
        }
        for language in Language
    }


def from_json(texts: Mapping[str, Mapping[str, Any]]) -> dict[Language, Raw]:
    return {
        language: {
            **texts[language.value],
            "review_by": dt.date.fromisoformat(texts[language.value]["review_by"]),
        }
        for language in Language
    }
