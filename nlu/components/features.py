"""What the classifiers see of a text: its n-grams and its sentence vectors, and which texts need both."""

from __future__ import annotations

import numpy as np
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, vstack

SURE = "is_sure"  # of a message: the first judge, the fine-tuned encoder, needs no second opinion


def in_doubt(messages: list[Message]) -> list[Message]:
    """All, where the pipeline has no first judge."""
    return [message for message in messages if not message.get(SURE)]


def ngrams(messages: list[Message]) -> csr_matrix:
    return vstack([message.get_sparse_features(TEXT)[1].features for message in messages], format="csr")


def vectors(messages: list[Message]) -> np.ndarray:
    return np.vstack([message.get_dense_features(TEXT)[1].features for message in messages])


def label(example: Message) -> str:
    """Of the training data: `intent/topic`, or the intent where it has no topics."""
    return str(example.get(INTENT_RESPONSE_KEY) or example.get(INTENT))
