"""Where help is missing: by need and place, how many services are open and how many questions were asked.

A service counts in the town where its door is, once however many doors it has there, if they name the town
alike; a hotline has no door. A question counts where it was asked, and as unmet if nothing within 50 km could
be named (`core.questions`).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.directory import Location, Service, ServiceAtLocation, ServiceNeed
from core.places import Gazetteer, Town, fold
from core.questions import DANGEROUS, QuestionsAsked, since

FEW = 5
"""Fewer questions than this are not told exactly: in a town somebody would guess who asked."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A town; without one a whole department, without that a whole country."""

    country: str
    department: str = ""
    town: str = ""


@dataclass(slots=True)
class Cell:
    open: int = 0
    asked: int = 0
    unmet: int = 0


@dataclass(slots=True)
class Line:
    """One place with its needs. What is wider than a town counts the open services of all its towns."""

    spot: Spot
    cells: dict[str, Cell] = field(default_factory=lambda: defaultdict(Cell))

    @property
    def weight(self) -> tuple[int, int]:
        cells = self.cells.values()
        return sum(weight(cell.unmet) for cell in cells), sum(weight(cell.asked) for cell in cells)


@dataclass(frozen=True, slots=True)
class Gap:
    spot: Spot
    need: str
    cell: Cell


def told(count: int, need: str) -> str:
    """A number of questions as it may be shown. Of dangerous ones not even whether there was any."""
    if count >= FEW:
        return str(count)
    if need in DANGEROUS:
        return f"<{FEW}"
    return f"1–{FEW - 1}" if count else "0"


def weight(count: int) -> int:
    """For sorting, which must not tell more than the numbers shown."""
    return count if count >= FEW else min(count, 1)


def lines(
    session: Session, towns: "Towns", country: str | None = None, department: str | None = None
) -> list[Line]:
    """Most unmet questions first."""
    found: dict[Spot, Line] = {}
    for name, spot, cell in (*_asked(session, towns, country), *_open(session, towns, country)):
        if department and spot.department != department:
            continue
        line = found.setdefault(spot, Line(spot))
        line.cells[name].open += cell.open
        line.cells[name].asked += cell.asked
        line.cells[name].unmet += cell.unmet
    _widen(found)
    return sorted(found.values(), key=_most_unmet)


def gaps(found: list[Line]) -> list[Gap]:
    """Where something was asked for that nobody near gives, or nobody there; the worst first."""
    missing = [
        Gap(line.spot, need, cell)
        for line in found
        for need, cell in line.cells.items()
        if cell.unmet or (cell.asked and not cell.open)
    ]
    return sorted(missing, key=lambda gap: (-weight(gap.cell.unmet), -weight(gap.cell.asked), gap.cell.open))


def _most_unmet(line: Line) -> tuple[int, int, str, str, str]:
    unmet, asked = line.weight
    return -unmet, -asked, line.spot.country, line.spot.department, line.spot.town


Counted = Iterator[tuple[str, Spot, Cell]]


def _asked(session: Session, towns: "Towns", country: str | None) -> Counted:
    """Few dangerous questions are as none: already a row for them would tell that somebody asked."""
    place = (QuestionsAsked.country, QuestionsAsked.department, QuestionsAsked.town_id, QuestionsAsked.need)
    asked = func.sum(QuestionsAsked.asked)
    query = select(*place, asked, func.sum(QuestionsAsked.unmet)).where(QuestionsAsked.day >= since())
    if country:
        query = query.where(QuestionsAsked.country == country)
    query = query.group_by(*place).having(QuestionsAsked.need.not_in(DANGEROUS) | (asked >= FEW))
    for code, department, town_id, need, count, unmet in session.execute(query):
        yield need, towns.spot(code, department, town_id), Cell(asked=count, unmet=unmet)


def _open(session: Session, towns: "Towns", country: str | None) -> Counted:
    """Doors first, then what is behind them: that is less to sort than counting distinct services."""
    place = (Location.country, Location.state_province, Location.city)
    active = (
        select(ServiceAtLocation.service_id, *place)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(Service.status == "active")
        .distinct()
    )
    if country:
        active = active.where(Location.country == country)
    door = active.cte("door")
    address = (door.c.country, door.c.state_province, door.c.city)
    counted = select(*address, ServiceNeed.need, func.count()).join(
        ServiceNeed, ServiceNeed.service_id == door.c.service_id
    )
    for code, department, city, need, count in session.execute(counted.group_by(*address, ServiceNeed.need)):
        yield need, towns.spot_of_address(code, department or "", city or ""), Cell(open=count)


def _widen(found: dict[Spot, Line]) -> None:
    """What was asked of a department is held against the services of all its towns."""
    for spot, line in found.items():
        if not spot.town:
            around = [other for place, other in found.items() if place.town and _is_in(place, spot)]
            for need, cell in line.cells.items():
                cell.open += sum(other.cells[need].open for other in around if need in other.cells)


def _is_in(place: Spot, region: Spot) -> bool:
    return place.country == region.country and region.department in ("", place.department)


class Towns:
    """Places of records and of questions under the same name."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._spots: dict[tuple[str, str, str], Spot] = {}

    def spot(self, country: str, department: str, town_id: str) -> Spot:
        town = self._gazetteer.by_id.get(town_id)
        return _spot(town) if town else Spot(country, department)

    def spot_of_address(self, country: str, department: str, city: str) -> Spot:
        """The largest town of that name there; one that the gazetteer lacks is called as the record says."""
        known = self._spots.get((country, department, city))
        if known is None:
            named = self._by_name.get((country, fold(city)), [])
            same = [town for town in named if fold(town.department) == fold(department)] or named
            known = _spot(max(same, key=_people)) if same else Spot(country, department, city)
            self._spots[country, department, city] = known
        return known

    def departments(self, country: str) -> list[str]:
        return sorted({town.department for town in self._gazetteer.towns if town.country == country})

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[Town]]:
        found: dict[tuple[str, str], list[Town]] = defaultdict(list)
        for town in self._gazetteer.towns:
            for name in {fold(name) for name in (town.name, *town.aliases)}:
                found[town.country, name].append(town)
        return dict(found)


def _people(town: Town) -> int:
    return town.population


def _spot(town: Town) -> Spot:
    return Spot(town.country, town.department, town.name)
