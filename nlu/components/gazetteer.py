"""Names of places in a text: well-known ones anywhere, all towns where the words before speak of a place."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import rasa.shared.utils.io
from rapidfuzz import fuzz, process

from nlu.writing import fold

PLACES = Path(__file__).parent.parent / "places.yml"
TOWNS = Path(__file__).parents[2] / "core" / "data" / "places.csv"  # GeoNames, CC BY 4.0

LARGE = 20_000  # people; "de" and "para" are before names of people as well, only a city is meant by them
SIZABLE = 2_000  # people; names of smaller places are too often plain words
MIN_LIKENESS = 85  # of 100
FUZZY_FROM = 6  # letters; shorter names are too easily another one
MAX_FUZZY_WORDS = 3

# After these a place is expected, after the other prepositions of places.yml people and things as well.
_WHERE = frozenset(("en", "in", "at", "near", "around", "cerca", "desde", "hacia", "from"))
_WORD = re.compile(r"\w+")
_ARTICLE = re.compile(r"^(el|la|los|las) ")
# There are towns of these names, but nobody means them.
_COUNTRIES = frozenset(("costa rica", "el salvador", "guatemala", "honduras", "mexico", "panama", "belize"))


@dataclass(frozen=True)
class Found:
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class _Word:
    folded: str
    start: int
    end: int


class Gazetteer:
    """Ignores accents and capitals; the longest name wins. `common_words` are never a town misspelled."""

    def __init__(self, common_words: set[str]) -> None:
        content = rasa.shared.utils.io.read_yaml_file(PLACES)
        self._known = {fold(name): name for country in content["places"].values() for name in country}
        self._known.update(content["aliases"])
        self._doubtful = set(content["only_after_preposition"])
        self._prepositions = set(content["prepositions"])
        self._common_words = common_words
        self._towns, self._cities = _towns(common_words)
        self._longest = max(len(name.split()) for name in (*self._known, *self._towns))
        self._long_names = [name for name in {**self._towns, **self._known} if len(name) >= FUZZY_FROM]

    def places(self, text: str) -> list[Found]:
        words = [_Word(fold(one.group()), one.start(), one.end()) for one in _WORD.finditer(text)]
        found, at = [], 0
        while at < len(words):
            name, length = self._exact(words, at) or self._misspelled(words, at) or ("", 1)
            if name:
                found.append(Found(name, words[at].start, words[at + length - 1].end))
            at += length
        return found

    def _exact(self, words: list[_Word], at: int) -> tuple[str, int] | None:
        before = words[at - 1].folded if at else ""
        for length in range(min(self._longest, len(words) - at), 0, -1):
            name = " ".join(word.folded for word in words[at : at + length])
            if name in self._known and (name not in self._doubtful or before in self._prepositions):
                return self._known[name], length
            if name in self._towns and (
                before in _WHERE or (name in self._cities and before in self._prepositions)
            ):
                return self._towns[name], length
        return None

    def _misspelled(self, words: list[_Word], at: int) -> tuple[str, int] | None:
        if not at or words[at - 1].folded not in _WHERE or words[at].folded in self._common_words:
            return None
        best = (0.0, "", 0)
        for length in range(1, min(MAX_FUZZY_WORDS, len(words) - at) + 1):
            name = " ".join(word.folded for word in words[at : at + length])
            if len(name) < FUZZY_FROM:
                continue
            near = process.extractOne(name, self._long_names, scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS)
            if near and near[1] > best[0]:
                best = (near[1], near[0], length)
        _, name, length = best
        return (self._known.get(name) or self._towns[name], length) if name else None


def _towns(common_words: set[str]) -> tuple[dict[str, str], set[str]]:
    """All names of sizable towns, and which of them are of cities."""
    towns, cities = {}, set()
    with TOWNS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            people = int(row["population"] or 0)
            if people < SIZABLE:
                continue
            for name in (row["name"], *row["aliases"].split("|")):
                folded = fold(name)
                is_plain = _ARTICLE.sub("", folded) in common_words or folded in _COUNTRIES
                if len(folded) > 3 and not is_plain:
                    towns[folded] = row["name"]
                    cities |= {folded} if people >= LARGE else set()
    return towns, cities
