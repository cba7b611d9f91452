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
ONNXRUNTIME = "com.microsoft"  # where its own steps stand


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
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
        )


class _Graph:
    def __init__(self, weights: Weights, adapter: Adapter) -> None:
        self._weights = weights
        self._adapter = adapter
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self) -> onnx.ModelProto:
        for name, value in (("half", 0.5), ("one", 1.0), ("root_two", 2**0.5)):
            self._constant(name, np.float32(value))
        for name, axes in (("second", [1]), ("third", [2])):
            self._constant(name, np.array(axes))
        self._nodes.append(helper.make_node("Cast", ["mask"], ["present"], to=TensorProto.INT32))
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
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ONNXRUNTIME, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)

    def _layer(self, rows: str, name: str) -> str:
        attended = self._linear(self._attention(rows, name), [f"{name}.ao"], WIDTH)
        rows = self._normalized(self._node("Add", attended, rows), f"{name}.aln")
        inner = self._gelu(self._linear(rows, [f"{name}.fi"], WIDTH))
        outer = self._linear(inner, [f"{name}.fo"], INNER_WIDTH)
        return self._normalized(self._node("Add", outer, rows), f"{name}.oln")

    def _attention(self, rows: str, name: str) -> str:
        """One step of onnxruntime's own, with queries, keys and values from one product."""
        joined = self._linear(rows, [f"{name}.q", f"{name}.k", f"{name}.v"], WIDTH)
        parts = [f"{name}_{part}" for part in ("query", "key", "value")]
        self._nodes.append(helper.make_node("Split", [joined], parts, axis=2))
        return self._node("MultiHeadAttention", *parts, "", "present", domain=ONNXRUNTIME, num_heads=HEADS)

    def _linear(self, rows: str, names: list[str], width: int) -> str:
        weights = [self._tensor(f"{name}.w").reshape(-1, width) for name in names]
        biases = [self._tensor(f"{name}.b") for name in names]
        product = self._node("MatMul", rows, self._constant(f"{names[0]}.weights", np.concatenate(weights).T))
        return self._node("Add", product, self._constant(f"{names[0]}.biases", np.concatenate(biases)))

    def _gelu(self, rows: str) -> str:
        """In the one form that onnxruntime knows, and makes a single step of."""
        raised = self._node("Add", self._node("Erf", self._node("Div", rows, "root_two")), "one")
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
