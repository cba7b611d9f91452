"""The meaning of questions and of items as vectors, each text embedded once.

Vectors of items are learned ahead, so that a turn never waits for more than its own text.
"""

import hashlib
import math
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from operator import mul

from core.rights.profiles import Profile

Vector = tuple[float, ...]
Embed = Callable[[Sequence[str]], Sequence[Sequence[float]] | None]
"""Vectors of length one, or None while the model is away."""

REMEMBERED = 500  # questions, four kilobytes each: whoever reads on asks for the next answer to the same one
ANSWERS_COUNT = 0.2  # how much the answers count beside the wordings of the question


class Vectors:
    """Safe between threads."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._items: dict[tuple[str, ...], Vector] = {}
        self._questions: OrderedDict[bytes, Vector] = OrderedDict()
        self._key = os.urandom(16)  # no text is kept, and no digest that could be tried against a list
        self._lock = threading.Lock()

    def learn(self, profiles: Iterable[Profile], embed: Embed) -> bool:
        """Embed what is new, one item at a time; False when the model went away before the end.

        With an `embed` of its own, which may be patient.
        """
        for profile in profiles:
            if _texts(profile) in self._items:
                continue
            found = embed(_texts(profile))
            if found is None:
                return False
            asked = len(profile.questions)
            middle = _mean(found[:asked], found[asked:])
            self._items[_texts(profile)] = middle
        return True

    def of_item(self, profile: Profile) -> Vector | None:
        """In the middle of all its wordings; None while it is not learned."""
        return self._items.get(_texts(profile))

    def of_question(self, text: str) -> Vector | None:
        self.remember([text])
        with self._lock:
            return self._questions.get(self._digest(text))

    def remember(self, texts: Sequence[str]) -> None:
        """Embed questions in one call, before their turns begin."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if self._digest(text) not in self._questions]
        found = self._embed(new) if new else None
        with self._lock:
            for text, vector in zip(new, found or (), strict=False):
                self._questions[self._digest(text)] = tuple(vector)
            while len(self._questions) > REMEMBERED:
                self._questions.popitem(last=False)

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()


def likeness(one: Vector, other: Vector) -> float:
    return sum(map(mul, one, other), 0.0)


def _texts(profile: Profile) -> tuple[str, ...]:
    return (*profile.questions, *profile.answers)


def _mean(questions: Sequence[Sequence[float]], answers: Sequence[Sequence[float]]) -> Vector:
    asked = [sum(column) / len(questions) for column in zip(*questions, strict=True)]
    said = [sum(column) / len(answers) for column in zip(*answers, strict=True)]
    mixed = [a + ANSWERS_COUNT * s for a, s in zip(asked, said, strict=True)]
    length = math.sqrt(sum(number * number for number in mixed)) or 1.0
    return tuple(number / length for number in mixed)
