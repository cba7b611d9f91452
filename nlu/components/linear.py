"""N-gram weights and linear classifiers as plain arrays: trained by scikit-learn, stored without pickles."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import cross_val_predict
from sklearn.svm import LinearSVC

LEAST = 1e-9  # what nothing is divided by instead of zero


class Ngrams:
    """Words and their pieces, weighted by how telling they are."""

    def __init__(self, *vectorizers: TfidfVectorizer) -> None:
        """Of each vectorizer: the logarithm of counts, weighted by rarity, at length one."""
        self._vectorizers = vectorizers
        self._tables: list[tuple[Callable[[str], list[str]], dict[str, int], np.ndarray]] = []

    def fit(self, texts: list[str]) -> None:
        for vectorizer in self._vectorizers:
            vectorizer.fit(texts)
            self._use(vectorizer, vectorizer.vocabulary_, vectorizer.idf_)

    def transform(self, texts: list[str]) -> csr_matrix:
        """As the vectorizers do, without their checks of each call, which take longer than one text."""
        columns, weights, ends = [], [], [0]
        for text in texts:
            first = 0
            for analyze, vocabulary, rarity in self._tables:
                counts = Counter(vocabulary[term] for term in analyze(text) if term in vocabulary)
                found = np.fromiter(counts, np.int32, len(counts))
                weight = (np.log(np.fromiter(counts.values(), np.float32, len(counts))) + 1) * rarity[found]
                columns.append(found + first)
                weights.append(weight / max(float(np.linalg.norm(weight)), LEAST))
                first += len(vocabulary)
            ends.append(ends[-1] + sum(map(len, columns[-len(self._tables) :])))
        arrays = np.concatenate(weights), np.concatenate(columns), ends
        return csr_matrix(arrays, shape=(len(texts), sum(len(table[1]) for table in self._tables)))

    def save(self, folder: Path, name: str) -> None:
        terms = [sorted(vocabulary, key=vocabulary.__getitem__) for _, vocabulary, _ in self._tables]
        (folder / f"{name}.json").write_text(json.dumps(terms), encoding="utf-8")
        np.savez(folder / f"{name}.npz", *(rarity for _, _, rarity in self._tables))

    def load(self, folder: Path, name: str) -> None:
        terms = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        with np.load(folder / f"{name}.npz") as rarities:
            for number, vectorizer in enumerate(self._vectorizers):
                vocabulary = {term: place for place, term in enumerate(terms[number])}
                self._use(vectorizer, vocabulary, rarities[f"arr_{number}"])

    def _use(self, vectorizer: TfidfVectorizer, vocabulary: dict[str, int], rarity: np.ndarray) -> None:
        self._tables.append((vectorizer.build_analyzer(), vocabulary, rarity.astype(np.float32)))


@dataclass(frozen=True)
class Task:
    """One question to all rows, or to some of them."""

    name: str
    rows: np.ndarray
    labels: list[str]


class Linear:
    """Answers all tasks at once: each label has a column of weights, and the softmax of a task's scores is
    what is probable."""

    def __init__(self, labels: dict[str, list[str]], weights: np.ndarray, bias: np.ndarray) -> None:
        self._labels = labels
        self._weights = weights
        self._bias = bias

    @classmethod
    def fit(cls, features: csr_matrix, tasks: list[Task], c: float) -> Linear:
        """`c` is scikit-learn's: the larger, the closer to the training data."""
        labels, columns, biases = {}, [], []
        for task in tasks:
            labels[task.name], weights, bias = _fitted(features[task.rows], task.labels, c)
            columns.append(weights)
            biases.append(bias)
        return cls(labels, np.hstack(columns).astype(np.float32), np.hstack(biases).astype(np.float32))

    def labels(self, task: str) -> list[str]:
        return self._labels[task]

    def probabilities(self, sparse: csr_matrix, dense: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Per task one row a text, one column a label. The columns of `dense` follow those of `sparse`."""
        scores = sparse @ self._weights[: sparse.shape[1]] + self._bias
        if dense is not None:
            scores += dense @ self._weights[sparse.shape[1] :]
        answers, at = {}, 0
        for task, labels in self._labels.items():
            answers[task] = softmax(scores[:, at : at + len(labels)])
            at += len(labels)
        return answers

    def save(self, folder: Path, name: str) -> None:
        labels = {f"labels_{task}": np.array(found) for task, found in self._labels.items()}
        np.savez(folder / f"{name}.npz", weights=self._weights, bias=self._bias, **labels)

    @classmethod
    def load(cls, folder: Path, name: str) -> Linear:
        with np.load(folder / f"{name}.npz") as arrays:
            labels = {
                stored.removeprefix("labels_"): arrays[stored].tolist()
                for stored in arrays.files
                if stored.startswith("labels_")
            }
            return cls(labels, arrays["weights"], arrays["bias"])


def _fitted(features: csr_matrix, labels: list[str], c: float) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Labels, their columns of weights, their biases, by a linear SVM.

    As accurate here as multinomial logistic regression, in a twentieth of its time. Its scores know no
    probability, so they are stretched by the one factor that makes the softmax of scores on rows left out of
    training most likely.
    """
    if len(set(labels)) == 1:
        return labels[:1], np.zeros((features.shape[1], 1)), np.zeros(1)
    svm = LinearSVC(C=c, class_weight="balanced", random_state=0)
    unseen = _columns(cross_val_predict(svm, features, labels, cv=3, method="decision_function"))
    svm.fit(features, labels)
    stretch = best_stretch(unseen, np.searchsorted(svm.classes_, labels))
    return list(svm.classes_), stretch * _columns(svm.coef_.T), stretch * _columns(svm.intercept_[None, :])[0]


def softmax(scores: np.ndarray) -> np.ndarray:
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponents / exponents.sum(axis=1, keepdims=True)


def _columns(scores: np.ndarray) -> np.ndarray:
    """One column per label; of two labels scikit-learn keeps only the second one's."""
    if scores.ndim == 1:
        scores = scores[:, None]
    return np.hstack([-scores, scores]) if scores.shape[1] == 1 else scores


def best_stretch(scores: np.ndarray, rows_labels: np.ndarray) -> float:
    """The factor that makes the right labels most likely under the softmax of the scores."""

    def unlikelihood(logarithm: float) -> float:
        right = softmax(np.exp(logarithm) * scores)[np.arange(len(scores)), rows_labels]
        return float(-np.log(right + 1e-12).mean())

    return float(np.exp(minimize_scalar(unlikelihood, bounds=(-1, 4), method="bounded").x))
