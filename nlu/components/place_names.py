"""The names of places: those of places.yml, all towns and departments; also as they sound, and misspelled.

Without Rasa, read by both environments.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.components.sounds import sound
from nlu.writing import fold

TABLES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent.parent / "places.yml").read_text(encoding="utf-8")
)
_DATA = Path(__file__).parents[2] / "core" / "data"  # GeoNames, CC BY 4.0

LARGE = 20_000  # people; who names a smaller one says that it is a place
SIZABLE = {"MX": 2_000}  # people; of the other countries GeoNames lists few that are smaller
COMMON_FROM = 4  # examples; a word of so many is a word, not a town misspelled
HEARD_FROM = 6  # letters; shorter names sound like too many words
SHORT = 5  # letters; in these one may be wrong where a place is spoken of
LONG = 7  # letters; in these also elsewhere
UNMISTAKABLE_WORDS = 4  # "san isidro del general"
VERY_LONG = 11  # two letters may be wrong
NEIGHBORHOOD = frozenset((*TABLES["neighborhood"], *TABLES["neighborhood_of_article"]))


class Need(IntEnum):
    """What must stand before a name for it to mean the place."""

    NOTHING = 0
    PREPOSITION = 1
    WHERE = 2


@dataclass(frozen=True)
class Name:
    """`place` is what the place is called, however its name was written."""

    place: str
    need: Need


def common_words(texts: Iterable[str]) -> set[str]:
    counts: dict[str, int] = defaultdict(int)
    for text in texts:
        for word in set(fold(text).split()):
            counts[word] += 1
    return {word for word, count in counts.items() if count >= COMMON_FROM}


class Names:
    """`common` are words of the language: no name that is one of them goes without a word for where."""

    def __init__(self, common: set[str]) -> None:
        self._common = common
        self._people = frozenset(TABLES["people"])
        self._doubtful = frozenset((*TABLES["only_where"], *TABLES["small_only_where"]))
        self._never = frozenset(TABLES["never_alone"])
        self.regions = frozenset(map(fold, _departments())) | _COUNTRIES | {"bocas"}
        self.elsewhere = frozenset(TABLES["elsewhere"]) | (_elsewhere() - self.regions)
        well_known = {**_of_departments(), **_curated()}
        towns = self._of_towns()
        self._names = {**{name: named for name, (_, named) in towns.items()}, **well_known}
        self.longest = max(len(name.split()) for name in self._names)
        self._by_sound = self._heard(self._names)
        self._first_words = {name.split()[0] for name in self._by_sound}
        self._first_words |= {sound(name.split()[0]) for name in ("ciudad", *self._names)}
        likely = [name for name, one in well_known.items() if one.need == Need.NOTHING]
        large = {name for name, (people, _) in towns.items() if people >= LARGE}
        self._short_names = _by_initial(likely, SHORT)
        self._likely = _by_initial(likely)
        self._all = _by_initial(large | well_known.keys())

    def begins(self, heard: str) -> bool:
        """Whether any name begins with a word that sounds so: most words of a text need no look-up."""
        return heard in self._first_words

    def exact(self, name: str, heard: str | None = None) -> Name | None:
        """`heard` is the name's sound, if it is known already."""
        if name in self._never:
            return None
        if name in self._names or name in self._common:
            return self._names.get(name)
        like = self._by_sound.get(sound(name) if heard is None else heard)
        return like or self._names.get(name.removeprefix("ciudad "))

    def like(self, name: str, *, is_place: bool) -> tuple[Name, int] | None:
        """The name that was meant by a misspelled one, and by how many letters it differs.

        Only names that are nothing else are looked for, unless it is clear that a place is meant.
        """
        article, written = _split(name)
        is_short = len(written) < LONG
        if len(written) < SHORT or (is_short and not is_place):
            return None
        if written in self._common or name in self._never:
            return None
        among = self._short_names if is_short else self._all if is_place else self._likely
        heard = sound(written)
        wrong = 2 if len(written) >= VERY_LONG else 1
        names = among.get(heard[0], {})
        found = process.extractOne(heard, names.keys(), scorer=OSA.distance, score_cutoff=wrong)
        if not found or (is_short and _split(names[found[0]])[0] != article):
            return None
        return self._names[names[found[0]]], int(found[1])

    def resolve(self, written: str) -> str:
        """What is meant by a name alone, folded; a name that is not known stands for itself."""
        words = _spelled_out(fold(written)).split()
        while len(words) > 1 and words[0] in NEIGHBORHOOD:
            words = words[1:]
        name = " ".join(words)
        like = None if self.exact(name) else self.like(name, is_place=True)
        found = self.exact(name) or (like and like[0])
        return _ARTICLE.sub("", fold(found.place) if found else name)

    def is_word(self, word: str) -> bool:
        return word in self._common

    def is_word_or_person(self, name: str) -> bool:
        return name in self._common or name in self._people or name in self._doubtful

    def is_name(self, name: str) -> bool:
        """Of a town, however small a word it may be, or of people: neighborhoods are called after both."""
        return name in self._names or name in self._people

    def is_unmistakable(self, name: str) -> bool:
        """Of a department, or a name that nothing else is called by."""
        named = self.exact(name)
        return name in self.regions or (named is not None and named.need == Need.NOTHING)

    def _of_towns(self) -> dict[str, tuple[int, Name]]:
        """All names of sizable towns with their people; of two towns the larger one has the name."""
        names: dict[str, tuple[int, Name]] = {}
        for row in _rows("places.csv"):
            people = int(row["population"] or 0)
            if people < SIZABLE.get(row["country"], 0):
                continue
            for written in (row["name"], *row["aliases"].split("|")):
                name = fold(written)
                if not self._is_plain(name) and people > names.get(name, (0,))[0]:
                    names[name] = (people, Name(row["name"], self._need(name, row["country"], people)))
        for country, places in TABLES["more_places"].items():
            for place in places:
                names.setdefault(fold(place), (0, Name(place, self._need(fold(place), country, people=0))))
        short = {
            self._short(name): (people, Name(named.place, Need.WHERE))
            for name, (people, named) in names.items()
        }
        return {**short, **names}

    def _is_plain(self, name: str) -> bool:
        """Words that nobody means as a town, though there is one of that name."""
        article, bare = _split(name)
        is_word = bool(article) and bare in self._common
        return len(name) < 4 or is_word or name in self._never or bare in self._never

    def _short(self, name: str) -> str:
        """San Pedro Tapanatepec is called Tapanatepec, Tlajomulco de Zuniga Tlajomulco."""
        *saint, last = name.split()
        head, is_long, _ = name.partition(" de ")
        short = last if _SAINTS.intersection(saint[:1]) else head if is_long else name
        is_unmistakable = len(short) > LONG and short not in self._common | self._people
        return short if is_unmistakable and " " not in short else name

    def _need(self, name: str, country: str, people: int) -> Need:
        words = name.split()
        if len(words) >= UNMISTAKABLE_WORDS:
            return Need.NOTHING
        rest = [word for word in words if word not in _JOINING]
        is_plain = all(word in self._common or word in self._people or len(word) < 4 for word in rest)
        is_one_of_many = people < LARGE and (country == "MX" or len(rest) < len(words) < 3)
        if is_plain or is_one_of_many or name in self._people | self._doubtful:
            return Need.WHERE
        return Need.NOTHING if len(name) >= LONG else Need.PREPOSITION

    def _heard(self, names: dict[str, Name]) -> dict[str, Name]:
        """By sound; where two names sound alike the one that needs less is meant."""
        heard: dict[str, Name] = {}
        for name, named in names.items():
            for key in {sound(name), sound(name).replace(" ", "")}:
                if len(key) >= HEARD_FROM and (key not in heard or named.need <= heard[key].need):
                    heard[key] = named
        return heard


_ARTICLE = re.compile(r"^(el|la|los|las) ")
_JOINING = frozenset(("de", "del", "la", "las", "los", "el", "y", "san", "santa", "santo"))
_SAINTS = frozenset(("san", "santa", "santo", "santiago"))
_COUNTRIES = frozenset(
    ("costa rica", "el salvador", "salvador", "guatemala", "honduras", "mexico", "panama", "belize", "belice")
)


def _spelled_out(name: str) -> str:
    return " ".join(TABLES["short_forms"].get(word, word) for word in name.split())


def _curated() -> dict[str, Name]:
    named = {fold(name): name for country in TABLES["places"].values() for name in country}
    named |= TABLES["aliases"]
    return {name: Name(place, _needed(name)) for name, place in named.items()}


def _needed(name: str) -> Need:
    if name in TABLES["only_where"]:
        return Need.WHERE
    return Need.PREPOSITION if name in TABLES["only_behind_preposition"] else Need.NOTHING


def _of_departments() -> dict[str, Name]:
    names = {fold(name): name for name in _departments()}
    return {name: Name(place, _needed(name)) for name, place in names.items() if name not in _COUNTRIES}


def _departments() -> list[str]:
    return [row["name"] for row in _rows("departments.csv")]


def _elsewhere() -> frozenset[str]:
    return frozenset(fold(row["name"]) for row in _rows("elsewhere.csv"))


def _by_initial(names: Iterable[str], shortest: int = LONG) -> dict[str, dict[str, str]]:
    """Names by their sound without article, under its first letter, which is seldom wrong."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        _, bare = _split(name)
        if len(bare) >= shortest:
            heard = sound(bare)
            found[heard[0]][heard] = name
    return dict(found)


def _split(name: str) -> tuple[str, str]:
    """The article, if there is one, and the rest."""
    bare = _ARTICLE.sub("", name)
    return name[: len(name) - len(bare)], bare


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
