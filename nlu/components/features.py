"""What the classifiers see of a text: its n-grams, and its sentence vectors where the pipeline has them."""

from __future__ import annotations

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, vstack


def ngrams(messages: list[Message]) -> csr_matrix:
    return vstack([message.get_sparse_features(TEXT)[1].features for message in messages], format="csr")


def vectors(messages: list[Message]) -> np.ndarray:
    """No columns where no encoder is in the pipeline."""
    found = [message.get_dense_features(TEXT)[1] for message in messages]
    rows = [one.features[0] if one else np.empty(0, np.float32) for one in found]
    return np.asarray(rows, np.float32)
