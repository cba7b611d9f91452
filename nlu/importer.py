"""Reads `data/<language>/<intent>.yml` as Rasa does; the folder stays with its texts as their language."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.features import label
from nlu.components.language import LANGUAGE
from nlu.model import DATA

PARTS = 3


class LanguageFolderImporter(RasaFileImporter):
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        messages: list[Message] = []
        for path in sorted(self._nlu_files):
            in_folder = load_data(path).training_examples
            for message in in_folder:
                message.set(LANGUAGE, Path(path).parent.name)
            messages += in_folder
        return TrainingData(messages)


def all_data() -> TrainingData:
    files = [str(path) for path in sorted(DATA.glob("*/*.yml"))]
    return LanguageFolderImporter(training_data_paths=files).get_nlu_data()


def part(examples: list[Message], number: int) -> tuple[list[Message], list[Message]]:
    """All but one of `PARTS` parts, and that one.

    What was written together lies together in a file, so each label in each language is cut into runs of
    rows: a text is not tested on its neighbors.
    """
    groups = defaultdict(list)
    for example in examples:
        groups[label(example), example.get(LANGUAGE)].append(example)
    learned, left_out = [], []
    for group in groups.values():
        for place, example in enumerate(group):
            (left_out if place * PARTS // len(group) == number else learned).append(example)
    return learned, left_out
