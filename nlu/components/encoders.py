"""Two encoders that bring the meaning of a text, in any language, to a vector. Neither needs the network."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnxruntime

from nlu.components.e5_input import E5Input, batches
from nlu.components.e5_weights import WIDTH, Weights
from nlu.components.use_input import UseInput

BATCH = 16  # larger ones are no faster
SPREAD = 1.3  # of lengths in a batch


class UseEncoder:
    """Universal Sentence Encoder, multilingual, version 3: vectors of length one."""

    def __init__(self, graph: Path) -> None:
        self._input = UseInput()
        self._session = _session(graph)

    def vectors(self, texts: list[str]) -> np.ndarray:
        runs = range(0, len(texts), BATCH)
        return np.vstack([self._encoded(texts[first : first + BATCH]) for first in runs])

    def _encoded(self, texts: list[str]) -> np.ndarray:
        (vectors,) = self._session.run(None, self._input.arrays(texts))
        return np.asarray(vectors)


class E5Encoder:
    """multilingual-e5-small, without the prefix that its makers use for search: it would only cost time."""

    def __init__(self, weights: Weights, graph: Path) -> None:
        self._input = E5Input(weights)
        self._session = _session(graph)

    def vectors(self, texts: list[str]) -> np.ndarray:
        ids = self._input.ids(texts)
        vectors = np.empty((len(texts), WIDTH), np.float32)
        for places in batches(ids, BATCH, SPREAD):
            embeddings, mask = self._input.arrays([ids[place] for place in places])
            (vectors[places],) = self._session.run(None, {"embeddings": embeddings, "mask": mask})
        return vectors


def _session(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # threads that wait by spinning would take the second core from everybody else
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # the parse server sets one: its processes divide after loading, which threads do not survive
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    return onnxruntime.InferenceSession(graph.read_bytes(), options, providers=["CPUExecutionProvider"])
