"""Towns of the seven countries (GeoNames, CC BY 4.0), found by the name that a person writes."""

import csv
import math
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz, process

COUNTRY_NAMES = {
    "belice": "BZ",
    "belize": "BZ",
    "costa rica": "CR",
    "guatemala": "GT",
    "honduras": "HN",
    "mexico": "MX",
    "mejico": "MX",
    "panama": "PA",
    "el salvador": "SV",
}

PREFIXES = {
    "501": "BZ",
    "502": "GT",
    "503": "SV",
    "504": "HN",
    "506": "CR",
    "507": "PA",
    "52": "MX",
}

FILE = Path(__file__).parent / "data" / "places.csv"

MIN_LIKENESS = 86
"""Of 100; "tapachla" passes, "tapanatepec" for "tapachula" does not."""

CLEARLY_LARGER = 4
"""A name that several towns bear means the one that has this many times the people of the next."""

MAX_CANDIDATES = 4
FUZZY_FROM = 5  # letters; shorter names are too easily another one
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Town:
    id: str
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    aliases: tuple[str, ...] = ()


class Gazetteer:
    """Read once at start; answers from memory."""

    def __init__(self, towns: list[Town]) -> None:
        self._towns = towns

    @classmethod
    def load(cls, path: Path = FILE) -> "Gazetteer":
        with path.open(encoding="utf-8", newline="") as file:
            return cls(
                [
                    Town(
                        row["id"],
                        row["name"],
                        row["country"],
                        float(row["latitude"]),
                        float(row["longitude"]),
                        int(row["population"]),
                        tuple(filter(None, row["aliases"].split("|"))),
                    )
                    for row in csv.DictReader(file)
                ]
            )

    @cached_property
    def _by_name(self) -> dict[str, list[Town]]:
        found: dict[str, list[Town]] = defaultdict(list)
        for town in self._towns:
            for name in {fold(name) for name in (town.name, *town.aliases)}:
                found[name].append(town)
        return dict(found)

    def find(self, text: str, country: str | None = None) -> list[Town]:
        """None: unknown. One: this one. Several: the name is ambiguous, the largest first.

        A town of `country` is preferred to one of the same name elsewhere.
        """
        name = fold(text)
        towns = self._by_name.get(name) or self._by_name.get(self._nearest(name) or "", [])
        if not towns:
            towns = self._named_in(name)
        towns = [town for town in towns if town.country == country] or towns
        towns = sorted(towns, key=lambda town: -town.population)
        if len(towns) > 1 and towns[0].population >= CLEARLY_LARGER * towns[1].population:
            return towns[:1]
        return towns[:MAX_CANDIDATES]

    def _nearest(self, name: str) -> str | None:
        if len(name) < FUZZY_FROM:
            return None
        found = process.extractOne(name, self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS)
        return found[0] if found else None

    def _named_in(self, text: str) -> list[Town]:
        """The longest town name that stands in a sentence: "estoy en san pedro sula con mis hijos"."""
        words = text.split()
        for length in range(min(4, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                name = " ".join(words[start : start + length])
                if len(name) >= FUZZY_FROM and name in self._by_name:
                    return self._by_name[name]
        return []

    def nearest_to(self, latitude: float, longitude: float) -> Town:
        return min(self._towns, key=lambda t: distance_km((latitude, longitude), (t.latitude, t.longitude)))


def country_in(text: str) -> str | None:
    """The one country that a text names; None when it names none or several."""
    padded = f" {fold(text)} "
    named = {code for name, code in COUNTRY_NAMES.items() if f" {name} " in padded}
    return named.pop() if len(named) == 1 else None


def country_of_number(urn: str) -> str | None:
    """Where a telephone number is registered, which need not be where its owner is."""
    return next((code for prefix, code in PREFIXES.items() if urn.startswith(f"tel:+{prefix}")), None)


def fold(text: str) -> str:
    """Lower case, no accents, only letters and single spaces."""
    letters = unicodedata.normalize("NFD", text.lower())
    kept = "".join(c if c.isalpha() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Along the great circle (haversine)."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, p)) for p in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))
