"""The language of a text, learned from the folders of the training data; of two mixed, the stronger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.components.linear import Linear, Ngrams, Task
from nlu.components.stored import StoredComponent
from nlu.labels import LANGUAGES

LANGUAGE = "language"


class LanguageClassifier(StoredComponent):
    """Reads the text before normalizing: accents, ñ and ¿ tell a language. No letters, no language."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"c": 0.5}

    def __init__(self, config: dict[str, Any], *others: Any) -> None:
        super().__init__(config, *others)
        self._ngrams = Ngrams(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
        )
        self._languages: Linear | None = None

    def _learn(self, training_data: TrainingData, folder: Path) -> None:
        examples = [
            message for message in training_data.training_examples if message.get(LANGUAGE) in LANGUAGES
        ]
        texts = [message.get(TEXT) for message in examples]
        self._ngrams.fit(texts)
        languages = [message.get(LANGUAGE) for message in examples]
        task = Task(LANGUAGE, np.arange(len(texts)), languages)
        self._ngrams.save(folder, "ngrams")
        Linear.fit(self._ngrams.transform(texts), [task], self._config["c"]).save(folder, "languages")

    def _read(self, folder: Path) -> None:
        self._ngrams.load(folder, "ngrams")
        self._languages = Linear.load(folder, "languages")

    def process(self, messages: list[Message]) -> list[Message]:
        if not messages or self._languages is None:
            return messages
        texts = [message.get(TEXT) or "" for message in messages]
        best = self._languages.probabilities(self._ngrams.transform(texts))[LANGUAGE].argmax(axis=1)
        for message, text, place in zip(messages, texts, best, strict=True):
            has_letters = any(letter.isalpha() for letter in text)
            message.set(
                LANGUAGE, self._languages.labels(LANGUAGE)[place] if has_letters else None, add_to_output=True
            )
        return messages
