"""The language of a text, learned from the folders of the training data; of two mixed, the stronger."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.components.linear import Linear, Ngrams, Task
from nlu.labels import LANGUAGES

LANGUAGE = "language"


class LanguageClassifier(GraphComponent):
    """Reads the text before normalizing: accents, ñ and ¿ tell a language. No letters, no language."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"c": 0.5}

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._ngrams = Ngrams(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
        )
        self._languages: Linear | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [
            message for message in training_data.training_examples if message.get(LANGUAGE) in LANGUAGES
        ]
        texts = [message.get(TEXT) for message in examples]
        self._ngrams.fit(texts)
        languages = [message.get(LANGUAGE) for message in examples]
        task = Task(LANGUAGE, np.arange(len(texts)), languages)
        self._languages = Linear.fit(self._ngrams.transform(texts), [task], self._config["c"])
        with self._model_storage.write_to(self._resource) as folder:
            self._ngrams.save(folder, "ngrams")
            self._languages.save(folder, "languages")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageClassifier:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._ngrams.load(folder, "ngrams")
            component._languages = Linear.load(folder, "languages")
        return component

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
