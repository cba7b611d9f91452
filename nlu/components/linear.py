"""N-gram weights and linear classifiers as plain arrays: trained by scikit-learn, stored without pickles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import cross_val_predict
from sklearn.svm import LinearSVC


class Ngrams:
    """Words and their pieces, weighted by how telling they are."""

    def __init__(self, *vectorizers: TfidfVectorizer) -> None:
        self._vectorizers = vectorizers

    def fit(self, texts: list[str]) -> None:
        for vectorizer in self._vectorizers:
            vectorizer.fit(texts)

    def transform(self, texts: list[str]) -> csr_matrix:
        return hstack([vectorizer.transform(texts) for vectorizer in self._vectorizers], format="csr")

    def save(self, folder: Path, name: str) -> None:
        terms = [vectorizer.get_feature_names_out().tolist() for vectorizer in self._vectorizers]
        (folder / f"{name}.json").write_text(json.dumps(terms), encoding="utf-8")
        np.savez(folder / f"{name}.npz", *(vectorizer.idf_ for vectorizer in self._vectorizers))

    def load(self, folder: Path, name: str) -> None:
        terms = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        with np.load(folder / f"{name}.npz") as weights:
            for number, vectorizer in enumerate(self._vectorizers):
                vectorizer.set_params(vocabulary={term: place for place, term in enumerate(terms[number])})
                vectorizer.idf_ = weights[f"arr_{number}"]


@dataclass(frozen=True)
class Linear:
    """A trained classifier: per label a row of weights and a bias, whose softmax gives probabilities."""

    labels: list[str]
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def fit(cls, features: csr_matrix, labels: list[str], c: float) -> Linear:
        """A linear SVM; `c` is scikit-learn's: the larger, the closer to the training data.

        As accurate here as multinomial logistic regression, in a twentieth of its time. Its scores know no
        probability, so they are stretched by the one factor that makes the softmax of scores on rows left out
        of training most likely.
        """
        if len(set(labels)) == 1:
            return cls(labels[:1], np.zeros((1, features.shape[1]), np.float32), np.zeros(1, np.float32))
        svm = LinearSVC(C=c, class_weight="balanced", random_state=0)
        unseen = _columns(cross_val_predict(svm, features, labels, cv=3, method="decision_function"))
        svm.fit(features, labels)
        stretch = best_stretch(unseen, np.searchsorted(svm.classes_, labels))
        weights, bias = _columns(svm.coef_.T).T, _columns(svm.intercept_[None, :])[0]
        return cls(
            list(svm.classes_), (stretch * weights).astype(np.float32), (stretch * bias).astype(np.float32)
        )

    def probabilities(self, features: csr_matrix) -> np.ndarray:
        return softmax(features @ self.weights.T + self.bias)

    def save(self, folder: Path, name: str) -> None:
        np.savez(folder / f"{name}.npz", labels=np.array(self.labels), weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, folder: Path, name: str) -> Linear:
        with np.load(folder / f"{name}.npz") as arrays:
            return cls(arrays["labels"].tolist(), arrays["weights"], arrays["bias"])


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
