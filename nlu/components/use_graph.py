"""Writes the multilingual Universal Sentence Encoder as a graph: pieces of words, read by two, three and five
together (a network of convolutions), are added up for each text, and the sum goes through a few layers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto

from nlu.components.onnx_graph import Graph
from nlu.components.use_input import INNER_WIDTH, ORDERS, WEIGHTS, WIDTH


def write_graph(target: Path) -> None:
    with np.load(WEIGHTS) as arrays:
        _Use({name: arrays[name] for name in arrays.files if not name.startswith("q")}).write(target)


class _Use:
    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self._arrays = arrays
        self._graph = Graph()

    def write(self, target: Path) -> None:
        inputs = {
            "pieces": (TensorProto.FLOAT, ["piece", WIDTH]),
            "around": (TensorProto.INT64, ["piece", len(ORDERS[5])]),
            "shares": (TensorProto.FLOAT, ["text", "piece"]),
        }
        self._graph.write(inputs, self._judged(self._added_up(self._read_together())), target)

    def _read_together(self) -> str:
        graph, joined = self._graph, self._joined
        rows = graph.product("pieces", "proj", joined("proj"), joined("proj_b"))
        rows = self._normalized(rows, "proj", joined("ln_g"), joined("ln_b"))
        graph.constant("nothing", np.zeros((1, INNER_WIDTH), np.float32))
        by_order = zip(ORDERS, graph.nodes("Split", len(ORDERS), rows, axis=1), strict=True)
        found = [self._convolved(part, order) for order, part in by_order]
        rows = graph.node("Concat", "pieces", *found, axis=1)
        return self._normalized(rows, "read", self._arrays["ln_g"], self._arrays["ln_b"])

    def _convolved(self, rows: str, order: int) -> str:
        graph = self._graph
        first = ORDERS[5].index(ORDERS[order][0])
        bounds = [
            graph.constant(f"{name}_{order}", np.array([value]))
            for name, value in (("first", first), ("end", first + order), ("axis", 1))
        ]
        places = graph.node("Slice", "around", *bounds)
        shape = graph.constant(f"shape_{order}", np.array([-1, order * INNER_WIDTH]))
        for step in ("w1", "w2"):
            read = graph.node("Gather", graph.node("Concat", rows, "nothing", axis=0), places, axis=0)
            name = f"{step}_{order}"
            read = graph.product(
                graph.node("Reshape", read, shape), name, self._arrays[name], self._arrays[f"b{name[1:]}"]
            )
            rows = graph.node("Add", graph.node("Relu", read), rows)
        return rows

    def _added_up(self, rows: str) -> str:
        """Over the pieces of a text, by the square root of their number."""
        graph = self._graph
        total = self._product(graph.node("MatMul", "shares", rows), "cnn_W")
        root = graph.node("ReduceSum", "shares", graph.constant("second", np.array([1])), keepdims=1)
        biases = graph.node("Mul", root, graph.constant("cnn_b", self._arrays["cnn_b"]))
        return graph.node("Add", total, biases)

    def _judged(self, rows: str) -> str:
        node, product = self._graph.node, self._product
        inner = node("Relu", product(rows, "d0"))
        rows = node("Relu", node("Add", product(rows, "p1"), product(inner, "d1")))
        inner = node("Relu", product(rows, "d2"))
        rows = node("Tanh", node("Add", product(rows, "p3"), product(inner, "d3")))
        return node("LpNormalization", rows, axis=1, p=2)

    def _product(self, rows: str, name: str) -> str:
        return self._graph.product(rows, name, self._arrays[name])

    def _normalized(self, rows: str, name: str, weights: np.ndarray, biases: np.ndarray) -> str:
        return self._graph.normalized(rows, f"{name}.norm", weights, biases, float(self._arrays["eps"]))

    def _joined(self, name: str) -> np.ndarray:
        """The three orders side by side."""
        return np.concatenate([self._arrays[f"{name}{order}"] for order in ORDERS], axis=-1)
