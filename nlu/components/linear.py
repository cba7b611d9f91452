"""N-gram weights and logistic regression as plain arrays: trained by scikit-learn, stored without pickles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression


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
    """A trained logistic regression: labels, one row of weights per label, one bias per label."""

    labels: list[str]
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def fit(cls, features: csr_matrix, labels: list[str], c: float) -> Linear:
        """`c` is scikit-learn's: the larger, the closer to the training data and the surer of itself."""
        if len(set(labels)) == 1:
            return cls(labels[:1], np.zeros((1, features.shape[1]), np.float32), np.zeros(1, np.float32))
        model = LogisticRegression(
            C=c, max_iter=200, tol=1e-3, class_weight="balanced", multi_class="multinomial"
        )
        model.fit(features, labels)
        weights, bias = model.coef_, model.intercept_
        if len(model.classes_) == 2:
            # scikit-learn keeps one row for two classes; as softmax that row is half for and half against
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls(list(model.classes_), weights.astype(np.float32), bias.astype(np.float32))

    def probabilities(self, features: csr_matrix) -> np.ndarray:
        scores = features @ self.weights.T + self.bias
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    def ranking(self, probabilities: np.ndarray) -> list[dict[str, str | float]]:
        """Best first, as Rasa writes a ranking."""
        order = np.argsort(-probabilities, kind="stable")
        return [{"name": self.labels[place], "confidence": float(probabilities[place])} for place in order]

    def save(self, folder: Path, name: str) -> None:
        np.savez(folder / f"{name}.npz", labels=np.array(self.labels), weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, folder: Path, name: str) -> Linear:
        with np.load(folder / f"{name}.npz") as arrays:
            return cls(arrays["labels"].tolist(), arrays["weights"], arrays["bias"])
