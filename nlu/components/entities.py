"""Entities by pattern and by name: case numbers, and places of the seven countries."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import rasa.shared.utils.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.writing import fold

# Letters and digits that cannot be taken for one another: no 0, 1, I, O. "K7PM-4XQ".
_SIGN = "[2-9A-HJ-NP-Z]"
_CASE_NUMBER = re.compile(rf"\b({_SIGN}{{4}})(-| |)({_SIGN}{{3}})\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_PLACES_PATH = Path(__file__).parent.parent / "places.yml"


class EntityExtractor(GraphComponent):
    """The value of a place is its full name, that of a case number its written form."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityExtractor:
        return cls(Gazetteer.from_file(_PLACES_PATH))

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            found = case_numbers(text) + self._gazetteer.places(text)
            message.set("entities", (message.get("entities") or []) + found, add_to_output=True)
        return messages


def case_numbers(text: str) -> list[dict[str, Any]]:
    """With a hyphen any such pair of groups is one; without, digits must show that it is no word."""
    numbers = []
    for found in _CASE_NUMBER.finditer(text):
        first, between, last = found.groups()
        has_letters = any(sign.isalpha() for sign in first + last)
        groups = {"-": (), " ": (first, last), "": (first + last,)}[between]
        if has_letters and all(any(sign.isdigit() for sign in group) for group in groups):
            numbers.append(_entity("case_number", f"{first}-{last}".upper(), found.start(), found.end()))
    return numbers


class Gazetteer:
    """The names of `places.yml`, whatever their accents and capitals; the longest name wins."""

    def __init__(
        self, names: dict[str, str], only_after_preposition: set[str], prepositions: set[str]
    ) -> None:
        self._names = names
        self._doubtful = only_after_preposition
        self._prepositions = prepositions
        self._longest = max(len(name.split()) for name in names)

    @classmethod
    def from_file(cls, path: Path) -> Gazetteer:
        content = rasa.shared.utils.io.read_yaml_file(path)
        names = {fold(name): name for country in content["places"].values() for name in country}
        names.update(content["aliases"])
        return cls(names, set(content["only_after_preposition"]), set(content["prepositions"]))

    def places(self, text: str) -> list[dict[str, Any]]:
        words = [(fold(found.group()), found.start(), found.end()) for found in _WORD.finditer(text)]
        places, at = [], 0
        while at < len(words):
            length = self._length_of_name(words, at)
            if length:
                name = " ".join(word for word, _, _ in words[at : at + length])
                places.append(_entity("place", self._names[name], words[at][1], words[at + length - 1][2]))
            at += length or 1
        return places

    def _length_of_name(self, words: list[tuple[str, int, int]], at: int) -> int:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            name = " ".join(word for word, _, _ in words[at : at + length])
            if name in self._names and (name not in self._doubtful or self._is_after_preposition(words, at)):
                return length
        return 0

    def _is_after_preposition(self, words: list[tuple[str, int, int]], at: int) -> bool:
        return at > 0 and words[at - 1][0] in self._prepositions


def _entity(kind: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": kind, "value": value, "start": start, "end": end, "extractor": "EntityExtractor"}
