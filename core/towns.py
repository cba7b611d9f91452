"""Towns and departments as the data files give them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Town:
    id: str
    name: str
    country: str
    department: str
    latitude: float
    longitude: float
    population: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A department (state, province, district), or a whole country if it has no `id`."""

    id: str
    name: str
    country: str
    timezone: str


def town_of(row: dict[str, str], regions: dict[tuple[str, str], Region]) -> Town:
    return Town(
        row["id"],
        row["name"],
        row["country"],
        regions[row["country"], row["department"]].name,
        float(row["latitude"]),
        float(row["longitude"]),
        int(row["population"]),
        tuple(filter(None, row["aliases"].split("|"))),
    )


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
