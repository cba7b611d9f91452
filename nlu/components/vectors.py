"""Sentence vectors, as dense features that any of Rasa's classifiers can use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.encoders import UseEncoder
from nlu.components.features import in_doubt
from nlu.components.stored import StoredComponent

GRAPH, MEAN = "use.onnx", "mean.npy"
SAMPLED = 10  # every tenth text is enough for a mean


class SentenceVectors(StoredComponent):
    """The difference from the mean of the training data, at the length that `weight` gives.

    All vectors point much the same way; what tells texts apart is what is left without that.
    Raw texts, not normalized ones: the encoder has learned accents and capitals.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"weight": 1.4}

    def __init__(self, config: dict[str, Any], *others: Any) -> None:
        super().__init__(config, *others)
        self.encoder: UseEncoder | None = None
        self._mean: np.ndarray | None = None

    def _learn(self, training_data: TrainingData, folder: Path) -> None:
        # imported here: the parse server has no need of the package `onnx`
        from nlu.components.use_graph import write_graph

        write_graph(folder / GRAPH)
        texts = [message.get(TEXT) for message in training_data.training_examples[::SAMPLED]]
        np.save(folder / MEAN, UseEncoder(folder / GRAPH).vectors(texts).mean(axis=0))

    def _read(self, folder: Path) -> None:
        self.encoder = UseEncoder(folder / GRAPH)
        self._mean = np.load(folder / MEAN)

    def process(self, messages: list[Message]) -> list[Message]:
        asked = in_doubt(messages)
        if asked and self.encoder:
            vectors = self.encoder.vectors([encodable(message) for message in asked]) - self._mean
            vectors *= self._config["weight"] / np.maximum(
                np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9
            )
            for message, row in zip(asked, vectors.astype(np.float32), strict=True):
                message.add_features(Features(row[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data


def encodable(message: Message) -> str:
    """Half a surrogate pair is no UTF-8."""
    return str(message.get(TEXT) or "").encode("utf-8", "replace").decode("utf-8")
