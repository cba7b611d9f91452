"""What phones and haste do to a text: in training, so that its careless form is judged as the text is."""

from __future__ import annotations

import string
import unicodedata
from collections import defaultdict
from random import Random

from nlu.writing import SHORTENINGS

OFTEN = 0.5  # of each kind of carelessness, and of shortening a word that has a short form
RARELY = 0.08  # a typing error in a word
MARKS = str.maketrans("", "", "¿?¡!.,;:")

_SHORT: dict[str, list[str]] = defaultdict(list)
for _short, _word in SHORTENINGS.items():
    _SHORT[_word].append(_short)


def careless(text: str, chance: Random) -> str:
    """The same text as it might have been written; never empty."""
    changed = text
    if chance.random() < OFTEN:
        changed = _without_accents(changed)
    if chance.random() < OFTEN:
        changed = changed.translate(MARKS)
    changed = chance.choice([str, str, str, str.lower, str.lower, str.upper])(changed)
    words = changed.split()
    if chance.random() < OFTEN:
        words = [_shortened(word, chance) for word in words]
    if chance.random() < OFTEN:
        words = [_mistyped(word, chance) if chance.random() < RARELY else word for word in words]
    return " ".join(words) or text


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _shortened(word: str, chance: Random) -> str:
    forms = _SHORT.get(word.lower())
    return chance.choice(forms) if forms and chance.random() < OFTEN else word


def _mistyped(word: str, chance: Random) -> str:
    """A letter is missing, doubled, wrong, or changes places with the next."""
    if len(word) < 4:
        return word
    at = chance.randrange(len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return chance.choice(
        [
            before + after,
            before + after[0] + letter + after[1:],
            before + letter + letter + after,
            before + chance.choice(string.ascii_lowercase) + after,
        ]
    )
