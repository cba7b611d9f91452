"""N-grams of the normalized text, as sparse sentence features that any of Rasa's classifiers can use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.components.features import in_doubt
from nlu.components.linear import Ngrams
from nlu.components.normalizer import NORMALIZED
from nlu.components.stored import StoredComponent


class NgramFeaturizer(StoredComponent):
    """Pieces of words survive typing errors and endings; pairs of words carry a little order."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"char_ngrams": [2, 5], "word_ngrams": [1, 2], "min_count": 2}

    def __init__(self, config: dict[str, Any], *others: Any) -> None:
        super().__init__(config, *others)
        options = {"lowercase": False, "sublinear_tf": True, "min_df": config["min_count"]}
        self._ngrams = Ngrams(
            TfidfVectorizer(analyzer="char_wb", ngram_range=tuple(config["char_ngrams"]), **options),
            TfidfVectorizer(
                tokenizer=str.split, token_pattern=None, ngram_range=tuple(config["word_ngrams"]), **options
            ),
        )

    def _learn(self, training_data: TrainingData, folder: Path) -> None:
        self._ngrams.fit([message.get(NORMALIZED) for message in training_data.training_examples])
        self._ngrams.save(folder, "ngrams")

    def _read(self, folder: Path) -> None:
        self._ngrams.load(folder, "ngrams")

    def process(self, messages: list[Message]) -> list[Message]:
        if asked := in_doubt(messages):
            rows = self._ngrams.transform([message.get(NORMALIZED) for message in asked])
            for message, row in zip(asked, rows, strict=True):
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data
