"""The words of a text, folded, with where they stand and how they were written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.components.place_names import TABLES
from nlu.writing import fold

_WORD = re.compile(r"\w+")
_MARKS = ",;:!?()\n¿¡"


@dataclass(frozen=True)
class Word:
    """`is_new_phrase`: a mark stands before it. `is_capital`: in a text that has small letters too."""

    folded: str
    start: int
    end: int
    is_new_phrase: bool
    is_capital: bool


def words_of(text: str) -> list[Word]:
    words: list[Word] = []
    has_small = any(letter.islower() for letter in text)
    for one in _WORD.finditer(text):
        folded = fold(one.group())
        if not folded:
            continue
        between = text[words[-1].end : one.start()] if words else ""
        folded = TABLES["short_forms"].get(folded, folded)
        is_capital = has_small and one.group()[0].isupper()
        is_new = any(mark in between for mark in _MARKS)
        words.append(Word(folded, one.start(), one.end(), is_new, is_capital))
    return words
