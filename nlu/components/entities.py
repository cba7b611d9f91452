"""Entities by pattern and by name: places, case numbers, telephones, ages and languages asked for.

Each kind is found by a module of its own, which needs no Rasa. Nothing found is logged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
from nlu.components.stored import StoredComponent

WORDS = "common_words.json"

_FINDERS: dict[str, Callable[[str], list[Span]]] = {
    "case_number": case_numbers,
    "phone": phones,
    "age": ages,
    "language": asked_languages,
}


class EntityExtractor(StoredComponent):
    """Values: the full name of a place, numbers in one form, ages by ISO 8601, languages by ISO 639."""

    def __init__(self, config: dict[str, Any], *others: Any) -> None:
        super().__init__(config, *others)
        self._gazetteer: Gazetteer | None = None

    def _learn(self, training_data: TrainingData, folder: Path) -> None:
        common = sorted(common_words(message.get(TEXT) for message in training_data.training_examples))
        (folder / WORDS).write_text(json.dumps(common), encoding="utf-8")

    def _read(self, folder: Path) -> None:
        self._gazetteer = Gazetteer(set(json.loads((folder / WORDS).read_text(encoding="utf-8"))))

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
