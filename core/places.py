"""Towns of the seven countries (GeoNames, CC BY 4.0), found by the name that a person writes."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz, process

from core.distance import distance_km
from core.place_words import (
    ARTICLES,
    COUNTRY_NAMES,
    NO_PLACES,
    PLAIN_WORDS,
    bare_name,
    countries_elsewhere,
    country_in,
    country_of_number,
    country_stated,
    fold,
    is_neighborhood,
    is_only_statement,
    sound_of,
    windows_of_sentence,
)
from core.towns import Region, Town, rows_of, town_of

__all__ = [
    "COUNTRY_NAMES",
    "Gazetteer",
    "Region",
    "Town",
    "country_in",
    "country_of_number",
    "country_stated",
    "distance_km",
    "fold",
    "is_only_statement",
]

DATA = Path(__file__).parent / "data"
TOWNS = (
    "places.csv",
    "more_places.csv",
)  # GeoNames' lists, and municipalities and borders that they leave out

MIN_LIKENESS = 85
"""Of 100: one letter in seven; "tapachla" passes, "tapanatepec" for "tapachula" does not."""

CLEARLY_LARGER = 4
CLEARLY_LARGER_ABROAD = 10
"""A name that several towns bear means the one that has this many times the people of the next; nobody is
sent to another country on less."""

WELL_KNOWN = 20_000
"""People; a smaller town yields its name to a department or to a city that the whole world knows."""

MIN_IN_SENTENCE = 2_000
"""People; the names of smaller places are too often plain words ("La Iglesia", "El Centro"), and with an
article those of all but well-known towns."""

MAX_CANDIDATES = 4
FUZZY_FROM = 5  # letters; shorter names are too easily another one
_JOINT = re.compile(r" (?:de|en|del|departamento|depto|estado|provincia|distrito)$")
REACH_KM = 100.0  # farther from any town of ours is outside
BORDER_KM = 3.0  # a location sent is rounded to about one kilometer, and towns stretch


class Gazetteer:
    """Read once at start; answers from memory."""

    def __init__(
        self, towns: list[Town], regions: Iterable[Region] = (), elsewhere: Iterable[str] = ()
    ) -> None:
        self.towns = tuple(towns)
        self._regions = tuple(regions)
        self._elsewhere = frozenset(map(fold, elsewhere)) - set(COUNTRY_NAMES)

    @classmethod
    def load(cls, folder: Path = DATA) -> "Gazetteer":
        regions = {
            (row["country"], row["code"]): Region(
                f"{row['country']}-{row['code']}", row["name"], row["country"], row["timezone"]
            )
            for row in rows_of(folder / "departments.csv")
        }
        towns = [town_of(row, regions) for name in TOWNS for row in rows_of(folder / name)]
        elsewhere = [row["name"] for row in rows_of(folder / "elsewhere.csv")]
        return cls(towns, regions.values(), [*elsewhere, *countries_elsewhere()])

    @cached_property
    def by_id(self) -> dict[str, Town]:
        return {town.id: town for town in self.towns}

    @cached_property
    def points(self) -> frozenset[tuple[float, float]]:
        """Where towns are said to be: a place at just such a point is somewhere in that town."""
        return frozenset((town.latitude, town.longitude) for town in self.towns)

    @cached_property
    def _by_name(self) -> dict[str, list[Town]]:
        found: dict[str, list[Town]] = defaultdict(list)
        for town in self.towns:
            for name in {fold(name) for name in (town.name, *town.aliases)}:
                found[name].append(town)
        return dict(found)

    @cached_property
    def _names(self) -> list[str]:
        return list(self._by_name)

    @cached_property
    def _cells(self) -> dict[tuple[int, int], list[Town]]:
        cells: dict[tuple[int, int], list[Town]] = defaultdict(list)
        for town in self.towns:
            cells[math.floor(town.latitude), math.floor(town.longitude)].append(town)
        return dict(cells)

    def find(self, text: str, country: str | None = None) -> list[Town]:
        """None: unknown. One: this one. Several: the name is ambiguous, the largest first.

        A town of `country` is preferred to one of the same name elsewhere.
        """
        name = bare_name(text)
        if name in NO_PLACES:
            return []
        towns = self._by_name.get(name, [])
        if not towns and (behind := self._region_behind(name)):
            within = self._within(name.removesuffix(behind), behind) or self._named_in(text, behind)
            return _clearest(within, name, country)
        if not towns and not self.region(text) and not self.is_elsewhere(text):
            towns = self._by_name.get(self._nearest(name) or "", []) or self._named_in(text)
        return _clearest(towns, name, country)

    def region(self, text: str) -> Region | None:
        """The country or department that the text names, unless a well-known town is called so too."""
        name = bare_name(text)
        if name in COUNTRY_NAMES:
            code = COUNTRY_NAMES[name]
            return next((Region("", name, code, own.timezone) for own in self._of(code)), None)
        named = [region for region in self._regions if fold(region.name) == name]
        largest = max((town.population for town in self._by_name.get(name, ())), default=0)
        return named[0] if len(named) == 1 and largest < WELL_KNOWN else None

    def is_elsewhere(self, text: str) -> bool:
        """A country or city that is none of ours, unless a well-known town is called so too."""
        name = bare_name(text)
        largest = max((town.population for town in self._by_name.get(name, ())), default=0)
        return name in self._elsewhere and largest < WELL_KNOWN

    def place_in(self, text: str) -> str | None:
        """The words of a sentence that say where somebody is: "necesito comida en san pedro sula hoy"."""
        return next((words for words in windows_of_sentence(text) if self._is_place(words)), None)

    def _is_place(self, words: str) -> bool:
        behind = self._region_behind(words)
        towns = self._within(words.removesuffix(behind), behind) if behind else self._by_name.get(words, [])
        least = WELL_KNOWN if words.startswith(ARTICLES) else MIN_IN_SENTENCE
        is_town = words not in PLAIN_WORDS and any(town.population >= least for town in towns)
        return is_town or words in self._region_names

    def near(self, latitude: float, longitude: float) -> list[Town]:
        """The nearest town; near a border also that of the other side, since the river may lie between.

        None where no town of the seven countries is near.
        """
        row, column = math.floor(latitude), math.floor(longitude)
        nearest: dict[str, tuple[float, Town]] = {}
        cells = [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        for town in (town for cell in cells for town in self._cells.get(cell, ())):
            km = distance_km((latitude, longitude), (town.latitude, town.longitude))
            if km <= REACH_KM and (town.country not in nearest or km < nearest[town.country][0]):
                nearest[town.country] = (km, town)
        ranked = sorted(nearest.values(), key=lambda pair: pair[0])
        return [town for km, town in ranked if km <= 2 * ranked[0][0] + BORDER_KM]

    def timezone(self, country: str, department: str | None = None) -> str | None:
        """Of the department, else that of the country's largest town; None for a country that is not ours."""
        own = {fold(region.name): region.timezone for region in self._of(country)}
        if department and fold(department) in own:
            return own[fold(department)]
        capital = max(
            (t for t in self.towns if t.country == country), key=lambda t: t.population, default=None
        )
        return own.get(fold(capital.department)) if capital else None

    def _of(self, country: str) -> Iterator[Region]:
        return (region for region in self._regions if region.country == country)

    @cached_property
    def _region_names(self) -> frozenset[str]:
        return frozenset((*(fold(region.name) for region in self._regions), *COUNTRY_NAMES))

    def _region_behind(self, name: str) -> str | None:
        """The department or country that stands behind a town: "san jose chiapas"."""
        words = name.split()
        behind = (" ".join(words[start:]) for start in range(1, len(words)))
        return next((words for words in behind if words in self._region_names), None)

    def _within(self, name: str, region: str) -> list[Town]:
        name = _JOINT.sub("", name.strip())
        towns = self._by_name.get(name) or self._by_name.get(self._nearest(name) or "", [])
        return [t for t in towns if fold(t.department) == region or COUNTRY_NAMES.get(region) == t.country]

    def _countries(self, region: str) -> set[str]:
        return {own.country for own in self._regions if fold(own.name) == region} | {
            COUNTRY_NAMES.get(region, "")
        }

    @cached_property
    def _by_sound(self) -> dict[str, str]:
        """Of several names that sound alike that of the largest town."""
        return {
            sound_of(name): name
            for name in sorted(self._by_name, key=lambda name: max(map(_people, self._by_name[name])))
        }

    def _nearest(self, name: str) -> str | None:
        if len(name) < FUZZY_FROM or is_neighborhood(name):
            return None
        if heard := self._by_sound.get(sound_of(name)):
            return heard
        found = process.extractOne(name, self._names, scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS)
        return found[0] if found else None

    def _named_in(self, text: str, region: str | None = None) -> list[Town]:
        """What an answer names among other words, also with a typing error: "en tapachla, con mis hijos"."""
        windows = list(windows_of_sentence(text, is_answer=True))
        exact = (self._by_name[w] for w in windows if len(w) >= FUZZY_FROM and w in self._by_name)
        likely = (self._nearest(words) for words in windows_of_sentence(text))
        towns = next(exact, None) or next((self._by_name[name] for name in likely if name), [])
        return [town for town in towns if not region or town.country in self._countries(region)]


def _clearest(towns: list[Town], name: str, country: str | None) -> list[Town]:
    towns = [town for town in towns if town.country == country] or towns
    ranked = sorted(towns, key=_people, reverse=True)
    # what GeoNames lists twice
    unique = {(town.name, town.department, town.country): town for town in reversed(ranked)}
    towns = [town for town in ranked if town in unique.values()]
    if len(towns) > 1 and all(_is_clear(towns[0], other, name) for other in towns[1:]):
        return towns[:1]
    return towns[:MAX_CANDIDATES]


def _is_clear(first: Town, other: Town, name: str) -> bool:
    """A nickname is no reason to look for somebody in another country than the name itself says."""
    if first.country == other.country:
        return first.population >= CLEARLY_LARGER * other.population
    is_nickname = fold(other.name) == name != fold(first.name)
    return not is_nickname and first.population >= CLEARLY_LARGER_ABROAD * other.population


def _people(town: Town) -> int:
    return town.population
