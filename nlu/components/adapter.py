"""What fine-tuning adds to multilingual-e5-small, and how its vectors are judged: `nlu/adapter.npz`.

Low-rank adaptation (LoRA, Hu and others 2021): to each matrix of the layers a product of two narrow ones is
added. That is a hundredth of the numbers, so they lie in the repository beside the data that they come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from nlu.components.e5_weights import INNER_WIDTH, WIDTH, Weights
from nlu.components.linear import softmax

ADAPTER = Path(__file__).parents[1] / "adapter.npz"
SHARPNESS = 4  # vectors of this length make the first scores of the head neither flat nor certain

PARTS = {  # of a layer: how many numbers go in, how many come out
    "q": (WIDTH, WIDTH),
    "k": (WIDTH, WIDTH),
    "v": (WIDTH, WIDTH),
    "ao": (WIDTH, WIDTH),
    "fi": (WIDTH, INNER_WIDTH),
    "fo": (INNER_WIDTH, WIDTH),
}


@dataclass(frozen=True)
class Adapter:
    """`narrow` holds `<layer>.<part>.in` and `.out`; the head a column per `intent/topic`."""

    narrow: dict[str, np.ndarray]
    mean: np.ndarray
    head: np.ndarray
    bias: np.ndarray
    labels: list[str]

    def tensor(self, weights: Weights, name: str) -> np.ndarray:
        """The weights of that name with what was learned."""
        tensor, part = weights.tensor(name), name.removesuffix(".w")
        if f"{part}.in" not in self.narrow:
            return tensor
        return tensor + (self.narrow[f"{part}.in"] @ self.narrow[f"{part}.out"]).T.reshape(-1)

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """Of vectors of the adapted encoder, one row each: a column per label."""
        return softmax(centered(vectors, self.mean) @ self.head + self.bias)

    @cached_property
    def intents(self) -> np.ndarray:
        """A row per label, a column per intent: one where the label is of the intent."""
        of_labels = np.array([label.split("/")[0] for label in self.labels])
        return (of_labels[:, None] == np.unique(of_labels)).astype(np.float32)

    def save(self, path: Path) -> None:
        narrow = {name: array.astype(np.float16) for name, array in self.narrow.items()}
        np.savez_compressed(
            path, **narrow, mean=self.mean, head=self.head, bias=self.bias, labels=np.array(self.labels)
        )

    @classmethod
    def load(cls, path: Path) -> Adapter:
        with np.load(path) as stored:
            arrays = {name: stored[name] for name in stored.files}
        labels = arrays.pop("labels").tolist()
        whole = {name: arrays.pop(name) for name in ("mean", "head", "bias")}
        narrow = {name: array.astype(np.float32) for name, array in arrays.items()}
        return cls(narrow, **whole, labels=labels)


def centered(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """All vectors point much the same way; what tells texts apart is what is left without that."""
    away = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) - mean
    return SHARPNESS * away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
