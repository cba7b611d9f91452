"""Sentence vectors, as dense features that any of Rasa's classifiers can use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.e5_weights import Weights, weights_path
from nlu.components.encoders import E5Encoder, Encoder, UseEncoder

GRAPH = "e5.onnx"
SAMPLED = 10  # every tenth text is enough for a mean


class SentenceVectors(GraphComponent):
    """Of each encoder the difference from the mean of the training data, at the length that `weights` gives.

    All vectors of an encoder point much the same way; what tells texts apart is what is left without that.
    Raw texts, not normalized ones: the encoders have learned accents and capitals.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"weights": {"use": 0.7, "e5": 1.0}}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, name: str
    ) -> None:
        self._weights: dict[str, float] = config["weights"]
        self._model_storage = model_storage
        self._resource = resource
        self._name = name
        self._encoders: dict[str, Encoder] = {}
        self._means: dict[str, np.ndarray] = {}

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
        with self._model_storage.write_to(self._resource) as folder:
            self._prepare(folder)
            for name, encoder in self._encoders.items():
                self._means[name] = encoder.vectors(texts).mean(axis=0)
            np.savez(folder / "means.npz", **self._means)
            (folder / "encoders.json").write_text(json.dumps(list(self._encoders)), encoding="utf-8")
        return self._resource

    def _prepare(self, folder: Path) -> None:
        if "use" in self._weights:
            self._encoders["use"] = UseEncoder()
        path = weights_path()
        if "e5" in self._weights and path:
            # imported here: the parse server has no need of the package `onnx`
            from nlu.components.e5_graph import write_graph

            weights = Weights(path)
            write_graph(weights, folder / GRAPH)
            self._encoders["e5"] = E5Encoder(weights, folder / GRAPH)

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
            names = json.loads((folder / "encoders.json").read_text(encoding="utf-8"))
            with np.load(folder / "means.npz") as means:
                component._means = {name: means[name] for name in names}
            if "use" in names:
                component._encoders["use"] = UseEncoder()
            if "e5" in names:
                component._encoders["e5"] = E5Encoder(Weights(weights_path()), folder / GRAPH)
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        if messages:
            rows = self._rows([_encodable(message.get(TEXT) or "") for message in messages])
            for message, row in zip(messages, rows, strict=True):
                message.add_features(Features(row[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def _rows(self, texts: list[str]) -> np.ndarray:
        parts = []
        for name, encoder in self._encoders.items():
            vectors = encoder.vectors(texts) - self._means[name]
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            parts.append(vectors / np.maximum(lengths, 1e-9) * self._weights[name])
        return np.hstack(parts).astype(np.float32)


def _encodable(text: str) -> str:
    """Half a surrogate pair is no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
