"""A graph in ONNX, written step by step, and stored with weights of eight bits."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

OPSET, IR_VERSION = 17, 8
ONNXRUNTIME = "com.microsoft"  # where its own steps stand


class Graph:
    """A step returns the name of what it makes, by which the next one takes it."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def node(self, kind: str, *inputs: str, **options: object) -> str:
        return self.nodes(kind, 1, *inputs, **options)[0]

    def nodes(self, kind: str, count: int, *inputs: str, **options: object) -> list[str]:
        """One step that makes several things."""
        outputs = [f"{kind.lower()}_{len(self._nodes)}_{number}" for number in range(count)]
        self._nodes.append(helper.make_node(kind, inputs, outputs, **options))
        return outputs

    def constant(self, name: str, value: np.ndarray) -> str:
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def product(self, rows: str, name: str, weights: np.ndarray, biases: np.ndarray | None = None) -> str:
        """Of rows and `weights`, [in, out], which will have eight bits."""
        found = self.node("MatMul", rows, self.constant(f"{name}.weights", weights))
        return found if biases is None else self.node("Add", found, self.constant(f"{name}.biases", biases))

    def normalized(
        self, rows: str, name: str, weights: np.ndarray, biases: np.ndarray, epsilon: float
    ) -> str:
        names = self.constant(f"{name}.weights", weights), self.constant(f"{name}.biases", biases)
        return self.node("LayerNormalization", rows, *names, epsilon=epsilon)

    def write(self, inputs: dict[str, tuple[int, list[str | int]]], vector: str, target: Path) -> None:
        """`inputs` by name: the type of the numbers, and how many there are in each direction.

        `vector` names the one output, a row a text.
        """
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info(name, *of_input) for name, of_input in inputs.items()],
            [helper.make_tensor_value_info(vector, TensorProto.FLOAT, ["text", "number"])],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ONNXRUNTIME, 1)]
        logging.getLogger().setLevel(logging.ERROR)  # the quantizer recommends itself a preparation
        with tempfile.TemporaryDirectory() as folder:
            exact = Path(folder) / "exact.onnx"
            onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION), exact)
            quantize_dynamic(
                exact,
                target,
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["MatMul"],
                extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
            )
