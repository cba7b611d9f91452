"""Texts as multilingual-e5-small wants them: pieces of words, and for each piece a vector with its place."""

from __future__ import annotations

from math import inf

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from nlu.components.e5_weights import WIDTH, Weights

MAX_PIECES = 256
START, END, UNKNOWN = 0, 2, 3  # ids of pieces


class E5Input:
    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._tokenizer = _tokenizer(weights)
        types = weights.tensor("emb.type")[:WIDTH]
        self._places = weights.tensor("emb.pos").reshape(-1, WIDTH)[:MAX_PIECES] + types

    def ids(self, texts: list[str], most: int = MAX_PIECES) -> list[list[int]]:
        """What is longer than `most` pieces is cut."""
        found = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [[START, *one.ids[: most - 2], END] for one in found]

    def arrays(self, ids: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """[text, place, WIDTH] and [text, place]: ones where a place holds a piece."""
        longest = max(map(len, ids))
        embeddings = np.zeros((len(ids), longest, WIDTH), np.float32)
        mask = np.zeros((len(ids), longest), np.float32)
        for row, pieces in enumerate(ids):
            embeddings[row, : len(pieces)] = self._weights.words(pieces) + self._places[: len(pieces)]
            mask[row, : len(pieces)] = 1
        return embeddings, mask


def batches(ids: list[list[int]], size: int, spread: float = inf) -> list[list[int]]:
    """Places of texts of like length together: the longest of a batch has at most `spread` times the pieces
    of the shortest, since what is filled up takes time as well."""
    found: list[list[int]] = []
    for place in sorted(range(len(ids)), key=lambda place: len(ids[place])):
        if found and len(found[-1]) < size and len(ids[place]) <= spread * len(ids[found[-1][0]]):
            found[-1].append(place)
        else:
            found.append([place])
    return found


def _tokenizer(weights: Weights) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(weights.pieces(), UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer
