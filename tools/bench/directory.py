"""How soon the directory answers, from 1,000 to 100,000 services at locations, made up where people live.

The floor is a single look-up by primary key over the same connection: what any question costs at least.
"""

import random
import time
import uuid
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db import now, transaction
from core.directory import Organization
from core.directory.search import FOR_WHOM, Asker, search
from core.places import Gazetteer, Town
from core.rights.check import NEEDS
from tools.bench.house import House
from tools.bench.rows import Row
from tools.table import percentile

SIZES = (1_000, 10_000, 100_000)
QUESTIONS = 300
FLOOR = "one row by its key"
COLUMNS = {
    "organizations": "id, name, description, country",
    "services": "id, organization_id, name, description, status, country, is_nationwide, for_whom, "
    "last_modified",
    "service_needs": "service_id, need",
    "phones": "id, service_id, number, type, is_hotline",
    "locations": "id, city, country, latitude, longitude, is_withheld",
    "service_at_locations": "id, service_id, location_id",
    "schedules": "id, service_id, byday, opens_at, closes_at",
}
Line = tuple[str, tuple[object, ...]]


def measure(house: House) -> list[Row]:
    random.seed(20_260_000)
    towns = Gazetteer.load().towns
    rows: list[Row] = []
    made = 0
    for size in SIZES:
        _grow(house, towns, made, size)
        made = size
        times, floor = _ask(house, towns)
        for share in (50, 95):
            name = f"directory search, {size:,} services at locations, p{share}"
            value, beside = 1000 * percentile(times, share / 100), 1000 * percentile(floor, 0.5)
            rows.append(Row(name, value, "ms", FLOOR, beside))
    return rows


def _ask(house: House, towns: tuple[Town, ...]) -> tuple[list[float], list[float]]:
    """As people ask: where many live, every need alike, some of them of a group."""
    times, floor = [], []
    weights = [town.population + 500 for town in towns]
    with transaction(house.sessions) as session:
        known = session.scalars(text("SELECT id FROM organizations LIMIT 1")).one()
        for number in range(-20, QUESTIONS):
            [town] = random.choices(towns, weights)
            groups = frozenset(random.sample(FOR_WHOM, number % 3 == 0))
            seconds = _seconds(session, town, groups)
            began = time.perf_counter()
            session.get(Organization, known, populate_existing=True)
            if number >= 0:  # the first ones warm up
                times.append(seconds)
                floor.append(time.perf_counter() - began)
    return times, floor


def _seconds(session: Session, town: Town, groups: frozenset[str]) -> float:
    session.expunge_all()
    began = time.perf_counter()
    position = (town.latitude, town.longitude)
    asker = Asker(town.country, position, town.department, groups, local=now())
    search(session, random.choice(NEEDS), asker)
    return time.perf_counter() - began


def _grow(house: House, towns: tuple[Town, ...], start: int, end: int) -> None:
    weights = [town.population + 500 for town in towns]
    lines: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
    while start + len(lines["service_at_locations"]) < end:
        for table, line in _service(random.choices(towns, weights, k=random.choice((1, 2, 3, 4)))):
            lines[table].append(line)
    with house.connect() as connection:
        for table, columns in COLUMNS.items():
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for line in lines[table]:
                    copy.write_row(line)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _service(towns: list[Town]) -> Iterator[Line]:
    id_, organization, country = uuid.uuid4(), uuid.uuid4(), towns[0].country
    for_whom = ",".join(random.sample(FOR_WHOM, random.choice((1, 2)))) if random.random() < 0.3 else None
    status = "active" if random.random() < 0.92 else "inactive"
    yield "organizations", (organization, f"Organization {organization.hex[:6]}", "", country)
    name, is_nationwide = f"Service {id_.hex[:6]}", random.random() < 0.01
    about = (name, "", status, country, is_nationwide, for_whom, "2026-01-01T00:00:00Z")
    yield "services", (id_, organization, *about)
    for need in random.sample(NEEDS, random.choice((1, 2, 3, 4))):
        yield "service_needs", (id_, need)
    yield "phones", (uuid.uuid4(), id_, "2222-2222", "voice", random.random() < 0.02)
    yield "schedules", (uuid.uuid4(), id_, "MO,TU,WE,TH,FR", "08:00", "16:00")
    for town in (town for town in towns if town.country == country):
        location = uuid.uuid4()
        at = (random.gauss(town.latitude, 0.05), random.gauss(town.longitude, 0.05))
        yield "locations", (location, town.name, country, *at, False)
        yield "service_at_locations", (uuid.uuid4(), id_, location)
