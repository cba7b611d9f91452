"""Sentence vectors, as dense features that any of Rasa's classifiers can use."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.encoders import UseEncoder

SAMPLED = 10  # every tenth text is enough for a mean


class SentenceVectors(GraphComponent):
    """The difference from the mean of the training data, at the length that `weight` gives.

    All vectors point much the same way; what tells texts apart is what is left without that.
    Raw texts, not normalized ones: the encoder has learned accents and capitals.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"weight": 1.4}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, name: str
    ) -> None:
        self._weight: float = config["weight"]
        self._model_storage = model_storage
        self._resource = resource
        self._name = name
        self.encoder = UseEncoder()
        self._mean: np.ndarray | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        return cls(config, model_storage, resource, execution_context.node_name)

    def train(self, training_data: TrainingData) -> Resource:
        texts = [message.get(TEXT) for message in training_data.training_examples[::SAMPLED]]
        self._mean = self.encoder.vectors(texts).mean(axis=0)
        with self._model_storage.write_to(self._resource) as folder:
            np.save(folder / "mean.npy", self._mean)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceVectors:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._mean = np.load(folder / "mean.npy")
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        if messages:
            vectors = self.encoder.vectors([encodable(message) for message in messages]) - self._mean
            vectors *= self._weight / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            for message, row in zip(messages, vectors.astype(np.float32), strict=True):
                message.add_features(Features(row[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data


def encodable(message: Message) -> str:
    """Half a surrogate pair is no UTF-8."""
    return str(message.get(TEXT) or "").encode("utf-8", "replace").decode("utf-8")
