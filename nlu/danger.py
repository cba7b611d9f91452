"""Danger to life now, by the words of `danger.txt`: a false alarm costs a message, a miss may cost a life.

Quiet sentences count ("esta afuera con un cuchillo"). What is over, is news or is asked in general does not:
such texts keep their own way (an incident, a right, a service).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase, digits

from nlu.writing import MAX_CHARACTERS, normalize

_A_FEW_WORDS = r"(\w+ ){0,5}"
_LETTERS = ascii_lowercase + digits
# what a row may begin with, in this order: a mark that takes no room, a group, a letter or a class of letters
_PIECE = re.compile(r"(?P<mark>\^|\\b)|(?P<group>\()|(?P<letter>\\?\w)")


def _tables(content: str) -> dict[str, list[str]]:
    """Section name → its rows; the name ends at the colon that begins its explanation."""
    content = re.sub(r"(?m)^#.*\n", "", content).replace("\n    ", "")
    tables = {}
    for section in content.strip().split("\n\n"):
        title, *rows = section.splitlines()
        # groups that capture nothing are tried faster
        rows = [re.sub(r"\((?!\?)", "(?:", row.replace("WORD", _A_FEW_WORDS)) for row in rows]
        tables[title.strip("[]").split(":")[0]] = rows
    return tables


def _alternatives(pattern: str) -> Iterator[str]:
    """The parts between those "|" that stand in no group."""
    depth = begin = 0
    for at, letter in enumerate(pattern):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            yield pattern[begin:at]
            begin = at + 1
    yield pattern[begin:]


def _end_of_group(pattern: str) -> int:
    depth = 0
    for at, letter in enumerate(pattern):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return at + 1
    raise ValueError(f"a group without end: {pattern}")


def _first_letters(alternative: str) -> set[str]:
    """The letters that a match can begin with."""
    piece = _PIECE.match(alternative)
    if piece is None:
        return set(_LETTERS)
    end = _end_of_group(alternative) if piece["group"] else piece.end()
    found, rest = alternative[:end], alternative[end:]
    if piece["mark"] or found.startswith("(?<"):
        return _first_letters(rest)
    if piece["group"]:
        letters = set().union(*map(_first_letters, _alternatives(found[3:-1])))
    else:
        letters = {"\\d": set(digits), "\\w": set(_LETTERS)}.get(found, {found})
    may_be_missing = re.match(r"[?*]|\{0,\d\}", rest)
    return letters | _first_letters(rest[may_be_missing.end() :]) if may_be_missing else letters


def _by_first_letter(rows: list[str]) -> re.Pattern[str]:
    """One pattern that tries at each word only the rows that can begin with its letter: four times faster."""
    by_letter: dict[str, list[str]] = {}
    for alternative in _alternatives("|".join(rows)):
        for letter in _first_letters(alternative):
            by_letter.setdefault(letter, []).append(alternative)
    branches = (f"(?={letter})(?:{'|'.join(found)})" for letter, found in by_letter.items())
    return re.compile(rf"\b(?:{'|'.join(branches)})")


def _whole_words(rows: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(rows)})\b")


_TABLES = _tables(Path(__file__).with_name("danger.txt").read_text(encoding="utf-8"))
_PAST, _TALK, _NOW, _JOKE, _SIGN, _AT_HAND = (
    _whole_words(_TABLES.pop(name)) for name in ("past", "talk", "now", "joke", "sign", "at hand")
)
_DANGER = _by_first_letter([row for rows in _TABLES.values() for row in rows])


def is_danger(text: str) -> bool:
    """Recall first: marks of the past or of general talk only count when nothing in the text says "now"."""
    words = normalize(text[:MAX_CHARACTERS])
    is_told = _DANGER.search(words) or (_AT_HAND.search(words) and _SIGN.search(words))
    if not is_told or _JOKE.search(words):
        return False
    return bool(_NOW.search(words)) or not (_PAST.search(words) or _TALK.search(words))
