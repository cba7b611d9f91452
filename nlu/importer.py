"""Reads `data/<language>/<intent>.yml` as Rasa does; the folder stays with its texts as their language."""

from __future__ import annotations

from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.language import LANGUAGE


class LanguageFolderImporter(RasaFileImporter):
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        messages: list[Message] = []
        for path in sorted(self._nlu_files):
            in_folder = load_data(path).training_examples
            for message in in_folder:
                message.set(LANGUAGE, Path(path).parent.name)
            messages += in_folder
        return TrainingData(messages)
