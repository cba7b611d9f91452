"""Writes multilingual-e5-small, with what was learned, as a graph.

Words enter as vectors, so that their table of 250,000 rows stays in the mapped file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto

from nlu.components.adapter import Adapter
from nlu.components.e5_weights import EPSILON, HEADS, INNER_WIDTH, LAYERS, WIDTH, Weights
from nlu.components.onnx_graph import ONNXRUNTIME, Graph


def write_graph(weights: Weights, adapter: Adapter, target: Path) -> None:
    _E5(weights, adapter).write(target)


class _E5:
    def __init__(self, weights: Weights, adapter: Adapter) -> None:
        self._weights = weights
        self._adapter = adapter
        self._graph = Graph()

    def write(self, target: Path) -> None:
        graph = self._graph
        for name, value in (("half", 0.5), ("one", 1.0), ("root_two", 2**0.5)):
            graph.constant(name, np.float32(value))
        self._present = graph.node("Cast", "mask", to=TensorProto.INT32)
        rows = self._normalized("embeddings", "emb.ln")
        for layer in range(LAYERS):
            rows = self._layer(rows, f"l{layer}")
        inputs = {
            "embeddings": (TensorProto.FLOAT, ["text", "place", WIDTH]),
            "mask": (TensorProto.FLOAT, ["text", "place"]),
        }
        graph.write(inputs, self._mean(rows), target)

    def _layer(self, rows: str, name: str) -> str:
        node = self._graph.node
        attended = self._linear(self._attention(rows, name), [f"{name}.ao"], WIDTH)
        rows = self._normalized(node("Add", attended, rows), f"{name}.aln")
        inner = self._gelu(self._linear(rows, [f"{name}.fi"], WIDTH))
        outer = self._linear(inner, [f"{name}.fo"], INNER_WIDTH)
        return self._normalized(node("Add", outer, rows), f"{name}.oln")

    def _attention(self, rows: str, name: str) -> str:
        """One step of onnxruntime's own, with queries, keys and values from one product."""
        joined = self._linear(rows, [f"{name}.q", f"{name}.k", f"{name}.v"], WIDTH)
        parts = self._graph.nodes("Split", 3, joined, axis=2)
        return self._graph.node(
            "MultiHeadAttention", *parts, "", self._present, domain=ONNXRUNTIME, num_heads=HEADS
        )

    def _linear(self, rows: str, names: list[str], width: int) -> str:
        weights = [self._tensor(f"{name}.w").reshape(-1, width) for name in names]
        biases = [self._tensor(f"{name}.b") for name in names]
        return self._graph.product(rows, names[0], np.concatenate(weights).T, np.concatenate(biases))

    def _gelu(self, rows: str) -> str:
        """In the one form that onnxruntime knows, and makes a single step of."""
        node = self._graph.node
        raised = node("Add", node("Erf", node("Div", rows, "root_two")), "one")
        return node("Mul", node("Mul", rows, raised), "half")

    def _normalized(self, rows: str, name: str) -> str:
        weights, biases = (self._tensor(f"{name}.{part}") for part in "wb")
        return self._graph.normalized(rows, name, weights, biases, EPSILON)

    def _mean(self, rows: str) -> str:
        """Over the places that hold a word."""
        node, constant = self._graph.node, self._graph.constant
        present = node("Mul", rows, node("Unsqueeze", "mask", constant("third", np.array([2]))))
        second = constant("second", np.array([1]))
        total = node("ReduceSum", present, second, keepdims=0)
        return node("Div", total, node("ReduceSum", "mask", second, keepdims=1))

    def _tensor(self, name: str) -> np.ndarray:
        return self._adapter.tensor(self._weights, name)
