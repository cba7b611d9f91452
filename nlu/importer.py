"""Reads `data/<language>/<intent>.yml` as Rasa does; the folder stays with its texts as their language."""

from __future__ import annotations

from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.language import LANGUAGE


class LanguageFolderImporter(RasaFileImporter):
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        training_data = TrainingData()
        for path in sorted(self._nlu_files):
            folder_data = load_data(path)
            for message in folder_data.training_examples:
                message.set(LANGUAGE, Path(path).parent.name)
            training_data = training_data.merge(folder_data)
        return training_data
