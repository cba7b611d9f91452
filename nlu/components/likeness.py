"""Classifiers by likeness to examples: kernel ridge regression, trained by NumPy, stored as plain arrays.

The likeness of a text and an example is what their n-grams share, and how near their sentence vectors
lie. Near counts far more than far, so that an odd way of saying something needs few examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold

from nlu.components.linear import best_stretch, softmax

FOLDS = 3
ROWS_AT_ONCE = 1000  # of the likeness of all with all, to spare memory


@dataclass(frozen=True)
class Task:
    """One question to all rows, or to some of them."""

    name: str
    rows: np.ndarray
    labels: list[str]


@dataclass(frozen=True)
class Settings:
    ngram_share: float
    nearness: float
    smoothing: float
    width: int


class Likeness:
    """Answers all tasks at once: what takes time, the likeness to all examples, is the same for all."""

    def __init__(self, arrays: dict[str, np.ndarray], labels: dict[str, list[str]]) -> None:
        self._arrays = arrays
        self._labels = labels

    @classmethod
    def fit(cls, ngrams: csr_matrix, vectors: np.ndarray, tasks: list[Task], settings: Settings) -> Likeness:
        mean, axes = _main_axes(vectors, settings.width)
        examples = (vectors - mean) @ axes
        likeness = _all_with_all(ngrams, examples, settings)
        shares = np.zeros((len(examples), sum(len(set(task.labels)) for task in tasks)), np.float32)
        labels, at = {}, 0
        for task in tasks:
            is_whole = len(task.rows) == len(likeness)
            among = likeness if is_whole else likeness[np.ix_(task.rows, task.rows)]
            labels[task.name], found = _fitted(among, task, settings)
            shares[task.rows, at : at + found.shape[1]] = found
            at += found.shape[1]
        weights = settings.ngram_share * (ngrams.T @ shares)
        arrays = {"mean": mean, "axes": axes, "examples": examples, "shares": shares, "weights": weights}
        arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
        return cls(arrays | {"nearness": np.float32(settings.nearness)}, labels)

    def labels(self, task: str) -> list[str]:
        return self._labels[task]

    def probabilities(self, ngrams: csr_matrix, vectors: np.ndarray) -> dict[str, np.ndarray]:
        """Per task one row a text, one column a label."""
        mine = self._arrays
        near = _nearness((vectors - mine["mean"]) @ mine["axes"], mine["examples"], mine["nearness"])
        scores = near @ mine["shares"] + ngrams @ mine["weights"]
        answers, at = {}, 0
        for task, labels in self._labels.items():
            answers[task] = softmax(scores[:, at : at + len(labels)])
            at += len(labels)
        return answers

    def save(self, folder: Path) -> None:
        names = {f"labels_{task}": np.array(labels) for task, labels in self._labels.items()}
        np.savez(folder / "likeness.npz", **self._arrays, **names)

    @classmethod
    def load(cls, folder: Path) -> Likeness:
        with np.load(folder / "likeness.npz") as stored:
            labels = {
                name.removeprefix("labels_"): stored[name].tolist()
                for name in stored.files
                if name.startswith("labels_")
            }
            return cls(
                {name: stored[name] for name in stored.files if not name.startswith("labels_")}, labels
            )


def _main_axes(vectors: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """The directions in which the vectors differ most: with a quarter of the numbers nothing is lost."""
    mean = vectors.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((vectors - mean).T)) if vectors.shape[1] else (None, np.empty((0, 0)))
    return mean, axes[:, ::-1][:, :width].astype(np.float32)


def _all_with_all(ngrams: csr_matrix, examples: np.ndarray, settings: Settings) -> np.ndarray:
    likeness = np.empty((len(examples), len(examples)), np.float32)
    for start in range(0, len(examples), ROWS_AT_ONCE):
        some = slice(start, start + ROWS_AT_ONCE)
        likeness[some] = _nearness(examples[some], examples, settings.nearness)
        likeness[some] += settings.ngram_share * (ngrams[some] @ ngrams.T).toarray()
    return likeness


def _nearness(these: np.ndarray, those: np.ndarray, nearness: float) -> np.ndarray:
    near = these @ those.T
    near *= 2
    near -= np.einsum("ij,ij->i", these, these)[:, None]
    near -= np.einsum("ij,ij->i", those, those)
    near *= nearness
    return np.exp(near, out=near)


def _fitted(likeness: np.ndarray, task: Task, settings: Settings) -> tuple[list[str], np.ndarray]:
    """Labels, and per example its share in each, stretched until the softmax of scores on rows left out of
    training is most likely."""
    classes, numbers = np.unique(task.labels, return_inverse=True)
    if len(classes) == 1:
        return classes.tolist(), np.zeros((len(numbers), 1), np.float32)
    # examples of a rare label weigh more, but not so much that the rare ones drown the others
    weights = np.sqrt(len(numbers) / len(classes) / np.bincount(numbers))[numbers]
    smoothing = (settings.smoothing / weights).astype(np.float32)
    aims = np.where(numbers[:, None] == np.arange(len(classes)), 1, -1).astype(np.float32)
    unseen = np.empty_like(aims)
    for learned, left_out in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(numbers, numbers):
        shares = _solved(likeness[np.ix_(learned, learned)], smoothing[learned], aims[learned])
        unseen[left_out] = likeness[np.ix_(left_out, learned)] @ shares
    return classes.tolist(), best_stretch(unseen, numbers) * _solved(likeness, smoothing, aims)


def _solved(likeness: np.ndarray, smoothing: np.ndarray, aims: np.ndarray) -> np.ndarray:
    matrix = likeness.copy()
    matrix[np.diag_indices_from(matrix)] += smoothing
    return cho_solve(cho_factor(matrix, overwrite_a=True, check_finite=False), aims, check_finite=False)
