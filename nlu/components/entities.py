"""Entities by pattern and by name: places, case numbers, telephones, ages and languages asked for.

Each kind is found by a module of its own, which needs no Rasa. Nothing found is logged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.ages import ages
from nlu.components.asked_language import asked_languages
from nlu.components.case_numbers import case_numbers
from nlu.components.gazetteer import Gazetteer
from nlu.components.phones import phones
from nlu.components.place_names import common_words
from nlu.components.spans import Span

WORDS = "common_words.json"

_FINDERS: dict[str, Callable[[str], list[Span]]] = {
    "case_number": case_numbers,
    "phone": phones,
    "age": ages,
    "language": asked_languages,
}


class EntityExtractor(GraphComponent):
    """Values: the full name of a place, numbers in one form, ages by ISO 8601, languages by ISO 639."""

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
        common = sorted(common_words(message.get(TEXT) for message in training_data.training_examples))
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
            message.set("entities", (message.get("entities") or []) + self._found(text), add_to_output=True)
        return messages

    def _found(self, text: str) -> list[dict[str, Any]]:
        places = self._gazetteer.places(text) if self._gazetteer else []
        spans = [(kind, span) for kind, find in _FINDERS.items() for span in find(text)]
        spans += [("place", Span(place.name, place.start, place.end)) for place in places]
        return [
            {
                "entity": kind,
                "value": span.value,
                "start": span.start,
                "end": span.end,
                "extractor": type(self).__name__,
            }
            for kind, span in spans
        ]
