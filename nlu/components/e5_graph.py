"""Writes multilingual-e5-small, with what was learned, as an ONNX graph with weights of eight bits.

Words enter as vectors, so that their table of 250,000 rows stays in the mapped file.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlu.components.adapter import Adapter
from nlu.components.e5_weights import EPSILON, HEADS, INNER_WIDTH, LAYERS, WIDTH, Weights

OPSET, IR_VERSION = 17, 8
HIDDEN = -10_000.0  # what is added to the attention for a place without a word


def write_graph(weights: Weights, adapter: Adapter, target: Path) -> None:
    logging.getLogger().setLevel(logging.ERROR)  # the quantizer recommends itself a preparation
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        onnx.save(_Graph(weights, adapter).model(), exact)
        quantize_dynamic(
            exact,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            extra_options={"MatMulConstBOnly": True},
        )


class _Graph:
    def __init__(self, weights: Weights, adapter: Adapter) -> None:
        self._weights = weights
        self._adapter = adapter
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self) -> onnx.ModelProto:
        width = HEADS, WIDTH // HEADS
        self._constant("by_head", np.array([0, 0, 3, *width]))
        self._constant("together", np.array([0, 0, WIDTH]))
        for name, value in (("half", 0.5), ("one", 1.0), ("root_half", 0.5**0.5), ("hidden", -HIDDEN)):
            self._constant(name, np.float32(value))
        for name, axes in (("first", [0]), ("second", [1]), ("third", [2]), ("middle", [1, 2])):
            self._constant(name, np.array(axes))
        present = self._node("Sub", "mask", "one")
        self._bias = self._node("Unsqueeze", self._node("Mul", present, "hidden"), "middle")
        rows = self._normalized("embeddings", "emb.ln")
        for layer in range(LAYERS):
            rows = self._layer(rows, f"l{layer}")
        self._mean(rows)
        graph = helper.make_graph(
            self._nodes,
            "e5",
            [_value("embeddings", "text", "place", WIDTH), _value("mask", "text", "place")],
            [_value("vector", "text", WIDTH)],
            list(self._constants.values()),
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)

    def _layer(self, rows: str, name: str) -> str:
        attended = self._linear(self._attention(rows, name), [f"{name}.ao"], WIDTH)
        rows = self._normalized(self._node("Add", attended, rows), f"{name}.aln")
        inner = self._gelu(self._linear(rows, [f"{name}.fi"], WIDTH))
        outer = self._linear(inner, [f"{name}.fo"], INNER_WIDTH)
        return self._normalized(self._node("Add", outer, rows), f"{name}.oln")

    def _attention(self, rows: str, name: str) -> str:
        joined = self._linear(rows, [f"{name}.q", f"{name}.k", f"{name}.v"], WIDTH)
        by_head = self._node("Reshape", joined, "by_head")
        parts = [f"{name}_{part}" for part in ("query", "key", "value")]
        first = self._node("Transpose", by_head, perm=[2, 0, 3, 1, 4])
        self._nodes.append(helper.make_node("Split", [first], parts, axis=0))
        query, key, value = (self._node("Squeeze", part, "first") for part in parts)
        scores = self._node("MatMul", query, self._node("Transpose", key, perm=[0, 1, 3, 2]))
        shares = self._node("Softmax", self._node("Add", scores, self._bias), axis=-1)
        mixed = self._node("Transpose", self._node("MatMul", shares, value), perm=[0, 2, 1, 3])
        return self._node("Reshape", mixed, "together")

    def _linear(self, rows: str, names: list[str], width: int) -> str:
        weights = [self._tensor(f"{name}.w").reshape(-1, width) for name in names]
        biases = [self._tensor(f"{name}.b") for name in names]
        if len(names) == 3:  # queries come divided by the root of the width of a head
            shrink = np.float32((WIDTH // HEADS) ** -0.5)
            weights[0], biases[0] = weights[0] * shrink, biases[0] * shrink
        product = self._node("MatMul", rows, self._constant(f"{names[0]}.weights", np.concatenate(weights).T))
        return self._node("Add", product, self._constant(f"{names[0]}.biases", np.concatenate(biases)))

    def _gelu(self, rows: str) -> str:
        raised = self._node("Add", self._node("Erf", self._node("Mul", rows, "root_half")), "one")
        return self._node("Mul", self._node("Mul", rows, raised), "half")

    def _normalized(self, rows: str, name: str) -> str:
        names = [self._constant(f"{name}.{part}", self._tensor(f"{name}.{part}")) for part in "wb"]
        return self._node("LayerNormalization", rows, *names, epsilon=EPSILON)

    def _mean(self, rows: str) -> None:
        """Over the places that hold a word."""
        present = self._node("Mul", rows, self._node("Unsqueeze", "mask", "third"))
        total = self._node("ReduceSum", present, "second", keepdims=0)
        count = self._node("ReduceSum", "mask", "second", keepdims=1)
        self._nodes.append(helper.make_node("Div", [total, count], ["vector"]))

    def _tensor(self, name: str) -> np.ndarray:
        return self._adapter.tensor(self._weights, name)

    def _node(self, kind: str, *inputs: str, **options: object) -> str:
        output = f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **options))
        return output

    def _constant(self, name: str, value: np.ndarray) -> str:
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name


def _value(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
