"""How the adapter is learned: the head starts where the frozen encoder stands, then both learn together."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

from nlu.components.adapter import SHARPNESS, Adapter, centered
from nlu.components.e5_input import E5Input, batches
from nlu.components.e5_weights import WIDTH, Weights
from nlu.tuning.network import Network
from nlu.tuning.noise import careless

EPOCHS = 6
BATCH = 32
RATE, HEAD_RATE, DECAY, WARM_UP = 2e-3, 1e-3, 0.01, 0.1
SMOOTHING = 0.1  # what the right label leaves to the others: two careful readers differ too
NOISY = 0.5  # of the texts of an epoch
TOPIC_SHARE = 0.5  # of the loss of the topic, against that of the intent
MAX_NORM = 1.0
MAX_PIECES = 96  # longer texts are rare, and would make a batch slow
SORTED_TOGETHER = 50  # batches among which texts of like length meet

MATRIX = tf.TensorSpec((None, None))
CUBE = tf.TensorSpec((None, None, WIDTH))
NUMBERS = tf.TensorSpec((None,), tf.int32)


class _Rate(tf.keras.optimizers.schedules.LearningRateSchedule):
    """Up during the warm-up, then down to nothing, both in a straight line."""

    def __init__(self, peak: float, steps: int) -> None:
        self._peak, self._steps = peak, steps

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        done = tf.cast(step, tf.float32) / self._steps
        return self._peak * tf.minimum(done / WARM_UP, (1 - done) / (1 - WARM_UP))


class Learning:
    def __init__(self, weights: Weights, texts: list[str], labels: list[str]) -> None:
        tf.keras.utils.set_random_seed(0)
        self._input, self._texts = E5Input(weights), texts
        self._chance = Random(0)
        self._network = Network(weights, seed=0)
        self._labels, self._numbers = np.unique(labels, return_inverse=True)
        intents = [label.split("/")[0] for label in self._labels]
        names, self._intent_of = np.unique(intents, return_inverse=True)
        self._belongs = tf.one_hot(self._intent_of, len(names))
        self._label_weights = _rarer_weigh_more(self._numbers, len(self._labels))
        self._intent_weights = _rarer_weigh_more(self._intent_of[self._numbers], len(names))

    def run(self) -> Adapter:
        """Prints a line an epoch."""
        self._begin()
        for epoch in range(EPOCHS):
            losses = [float(self._step(*batch)) for batch in self._batches()]
            print(f"  {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.3f}", flush=True)
        narrow = {name: variable.numpy() for name, variable in self._network.narrow.items()}
        return Adapter(narrow, self._mean, self._head.numpy(), self._bias.numpy(), self._labels.tolist())

    def _begin(self) -> None:
        vectors = self._encoded()
        self._mean = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).mean(axis=0)
        frozen = LogisticRegression(max_iter=60, class_weight="balanced")
        frozen.fit(centered(vectors, self._mean), self._numbers)
        self._head = tf.Variable(frozen.coef_.T.astype(np.float32))
        self._bias = tf.Variable(frozen.intercept_.astype(np.float32))
        steps = EPOCHS * -(-len(self._texts) // BATCH)
        self._optimizer = tf.keras.optimizers.AdamW(_Rate(RATE, steps), weight_decay=DECAY)
        self._head_optimizer = tf.keras.optimizers.AdamW(_Rate(HEAD_RATE, steps), weight_decay=DECAY)
        self._optimizer.build(list(self._network.narrow.values()))
        self._head_optimizer.build([self._head, self._bias])

    def _encoded(self) -> np.ndarray:
        encode = tf.function(self._network.vectors, input_signature=[CUBE, MATRIX])
        vectors = np.empty((len(self._texts), WIDTH), np.float32)
        ids = self._input.ids(self._texts, MAX_PIECES)
        for places in batches(ids, BATCH):
            vectors[places] = encode(*self._input.arrays([ids[place] for place in places])).numpy()
        return vectors

    def _batches(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Texts of like length together, in random order, half of them as a careless hand writes."""
        texts = [
            careless(text, self._chance) if self._chance.random() < NOISY else text for text in self._texts
        ]
        ids = self._input.ids(texts, MAX_PIECES)
        order = list(range(len(ids)))
        self._chance.shuffle(order)
        found = []
        for start in range(0, len(order), BATCH * SORTED_TOGETHER):
            run = order[start : start + BATCH * SORTED_TOGETHER]
            found += [[run[at] for at in places] for places in batches([ids[at] for at in run], BATCH)]
        self._chance.shuffle(found)
        for places in found:
            numbers = self._numbers[places].astype(np.int32)
            yield *self._input.arrays([ids[place] for place in places]), numbers

    # left as it is written: TensorFlow would rewrite `zip`, and its own knows no `strict`
    @tf.function(input_signature=[CUBE, MATRIX, NUMBERS], autograph=False)
    def _step(self, embeddings: tf.Tensor, mask: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
        narrow = list(self._network.narrow.values())
        with tf.GradientTape() as tape:
            loss = self._loss(self._network.vectors(embeddings, mask), numbers)
        gradients = tape.gradient(loss, [*narrow, self._head, self._bias])
        gentle, _ = tf.clip_by_global_norm(gradients[: len(narrow)], MAX_NORM)
        self._optimizer.apply_gradients(zip(gentle, narrow, strict=True))
        head = zip(gradients[len(narrow) :], [self._head, self._bias], strict=True)
        self._head_optimizer.apply_gradients(head)
        return loss

    def _loss(self, vectors: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
        """The intent is as likely as its topics together."""
        near = SHARPNESS * tf.math.l2_normalize(tf.math.l2_normalize(vectors, -1) - self._mean, -1)
        label_scores = tf.nn.log_softmax(tf.matmul(near, self._head) + self._bias)
        intent_scores = tf.math.log(tf.matmul(tf.exp(label_scores), self._belongs) + 1e-9)
        intents = tf.gather(self._intent_of.astype(np.int32), numbers)
        intent_loss = _smoothed(intent_scores, intents, self._intent_weights)
        return intent_loss + TOPIC_SHARE * _smoothed(label_scores, numbers, self._label_weights)


def _smoothed(scores: tf.Tensor, numbers: tf.Tensor, weights: np.ndarray) -> tf.Tensor:
    right = tf.one_hot(numbers, len(weights)) * (1 - SMOOTHING) + SMOOTHING / len(weights)
    own = tf.gather(weights, numbers)
    return -tf.reduce_sum(own[:, None] * right * scores) / tf.reduce_sum(own)


def _rarer_weigh_more(numbers: np.ndarray, count: int) -> np.ndarray:
    """But not so much that the rare ones drown the others."""
    return np.sqrt(len(numbers) / count / np.bincount(numbers, minlength=count)).astype(np.float32)
