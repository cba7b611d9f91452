"""multilingual-e5-small in TensorFlow, with narrow pairs of matrices as the only part that learns."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from nlu.components.adapter import PARTS
from nlu.components.e5_weights import EPSILON, HEADS, LAYERS, WIDTH, Weights

RANK = 10  # of the pairs; 16 is no better, and does not fit in two megabytes
HIDDEN = -10_000.0
HEAD_WIDTH = WIDTH // HEADS


class Network:
    """Texts as embedded pieces in, one vector a text out; at first exactly as the weights are."""

    def __init__(self, weights: Weights, seed: int) -> None:
        chance = np.random.default_rng(seed)
        self._fixed = {}
        self.narrow: dict[str, tf.Variable] = {}
        for layer in range(LAYERS):
            for part, (inner, outer) in PARTS.items():
                name = f"l{layer}.{part}"
                matrix = weights.tensor(f"{name}.w").reshape(outer, inner).T
                self._fixed[name] = tf.constant(matrix), tf.constant(weights.tensor(f"{name}.b"))
                first = chance.normal(0, inner**-0.5, (inner, RANK)).astype(np.float32)
                self.narrow[f"{name}.in"] = tf.Variable(first)
                self.narrow[f"{name}.out"] = tf.Variable(np.zeros((RANK, outer), np.float32))
        norms = ["emb.ln", *(f"l{layer}.{part}" for layer in range(LAYERS) for part in ("aln", "oln"))]
        for name in norms:
            self._fixed[name] = tuple(tf.constant(weights.tensor(f"{name}.{kind}")) for kind in "wb")

    def vectors(self, embeddings: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """[text, place, WIDTH] and [text, place] to [text, WIDTH]."""
        shape = tf.shape(mask)
        hidden = (1 - mask)[:, None, None, :] * HIDDEN
        rows = self._normalized(tf.reshape(embeddings, (-1, WIDTH)), "emb.ln")
        for layer in range(LAYERS):
            attended = self._linear(self._attention(rows, f"l{layer}", shape, hidden), f"l{layer}.ao")
            rows = self._normalized(rows + attended, f"l{layer}.aln")
            inner = tf.nn.gelu(self._linear(rows, f"l{layer}.fi"), approximate=False)
            rows = self._normalized(rows + self._linear(inner, f"l{layer}.fo"), f"l{layer}.oln")
        present = tf.reshape(rows, (shape[0], shape[1], WIDTH)) * mask[:, :, None]
        return tf.reduce_sum(present, 1) / tf.reduce_sum(mask, 1, keepdims=True)

    def _attention(self, rows: tf.Tensor, name: str, shape: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        by_head = (shape[0], shape[1], HEADS, HEAD_WIDTH)
        query, key, value = (
            tf.transpose(tf.reshape(self._linear(rows, f"{name}.{part}"), by_head), (0, 2, 1, 3))
            for part in "qkv"
        )
        shares = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) * HEAD_WIDTH**-0.5 + hidden)
        return tf.reshape(tf.transpose(tf.matmul(shares, value), (0, 2, 1, 3)), (-1, WIDTH))

    def _linear(self, rows: tf.Tensor, name: str) -> tf.Tensor:
        matrix, bias = self._fixed[name]
        learned = tf.matmul(tf.matmul(rows, self.narrow[f"{name}.in"]), self.narrow[f"{name}.out"])
        return tf.matmul(rows, matrix) + bias + learned

    def _normalized(self, rows: tf.Tensor, name: str) -> tf.Tensor:
        weight, bias = self._fixed[name]
        away = rows - tf.reduce_mean(rows, -1, keepdims=True)
        return away * tf.math.rsqrt(tf.reduce_mean(away * away, -1, keepdims=True) + EPSILON) * weight + bias
