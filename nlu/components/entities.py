"""Entities by pattern and by name: case numbers, and places of the seven countries."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.gazetteer import Gazetteer
from nlu.writing import fold

# Letters and digits that cannot be taken for one another: no 0, 1, I, O. "K7PM-4XQ".
_SIGN = "[2-9A-HJ-NP-Z]"
_CASE_NUMBER = re.compile(rf"\b({_SIGN}{{4}})(-| |)({_SIGN}{{3}})\b", re.IGNORECASE)

COMMON_FROM = 4  # examples; a word of so many is a word, not a town misspelled
WORDS = "common_words.json"


class EntityExtractor(GraphComponent):
    """The value of a place is its full name, that of a case number its written form."""

    def __init__(self, model_storage: ModelStorage, resource: Resource) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._gazetteer: Gazetteer | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityExtractor:
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        counts: Counter[str] = Counter()
        for message in training_data.training_examples:
            counts.update(set(fold(message.get(TEXT)).split()))
        common = sorted(word for word, count in counts.items() if count >= COMMON_FROM)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / WORDS).write_text(json.dumps(common), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityExtractor:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._gazetteer = Gazetteer(set(json.loads((folder / WORDS).read_text(encoding="utf-8"))))
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            found = case_numbers(text) + self._places(text)
            message.set("entities", (message.get("entities") or []) + found, add_to_output=True)
        return messages

    def _places(self, text: str) -> list[dict[str, Any]]:
        found = self._gazetteer.places(text) if self._gazetteer else []
        return [_entity("place", place.name, place.start, place.end) for place in found]


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


def _entity(kind: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": kind, "value": value, "start": start, "end": end, "extractor": "EntityExtractor"}
