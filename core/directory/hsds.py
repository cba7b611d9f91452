"""Reads HSDS 3.0 JSON, nested from the organization down; docs/content.md tells the attributes."""

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import IO, Any

from core.directory import details
from core.directory.attributes import Attributes
from core.directory.cells import Cells, Problem
from core.directory.records import (
    Entry,
    PhoneRecord,
    PlaceRecord,
    ScheduleRecord,
    codes,
    in_order,
    withheld,
)
from core.errors import AppError
from core.types import COUNTRIES

Object = dict[str, Any]

OWN = {
    "organization": ("country",),
    "service": ("country", "source", "as_of", "for_whom", "need"),
    "phone": ("hotline",),
    "location": ("address",),
}
"""Attributes that have a column; all others are kept as they are."""


class Unreadable(AppError):
    """The file as a whole cannot be read; `code` has words in the panel's catalogue."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def load(file: IO[bytes]) -> list[Object]:
    """The organizations of a file. Raises Unreadable."""
    try:
        document = json.loads(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        raise Unreadable("encoding") from e
    except (ValueError, RecursionError) as e:
        raise Unreadable("not_json") from e
    found = document.get("organizations") if isinstance(document, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable("no_organizations")
    return found


def read(organizations: Iterator[Object]) -> Iterator[Entry | Problem]:
    """An object's own `_row` says where it stood; else its number in the file does."""
    for number, raw in enumerate(organizations, 1):
        cells = Cells(raw, raw.get("_row") or str(number), [])
        own = _attributes(cells)
        made = _entry("organization", cells, _organization(cells, own))
        services = cells.list("services")
        yield from cells.problems
        if made and not cells.problems:
            yield made
        for place, service in enumerate(services, 1):
            yield from read_service(service, f"{number}.{place}", cells.raw.get("id"), own)


def read_service(
    raw: Object, row: str, organization_id: object, inherited: Mapping[str, list[str]]
) -> Iterator[Entry | Problem]:
    """`inherited` are the attributes of its organization, which hold where the service has none."""
    cells = Cells({"organization_id": organization_id} | raw, raw.get("_row") or row, [])
    made = _entry("service", cells, _service(cells, inherited))
    yield from cells.problems
    if made and not cells.problems:
        yield made


def _entry(kind: str, cells: Cells, values: Object) -> Entry | None:
    id_ = cells.id("id")
    if id_ is None:
        if not cells.raw.get("id"):
            cells.wrong("no_id", "id")
        return None
    return Entry(kind, id_, values, cells.row)


def _organization(cells: Cells, own: Mapping[str, list[str]]) -> Object:
    fields = ("name", "alternate_name", "name_en", "website", "email")
    values: Object = {field: cells.text(field) for field in fields}
    values["description"] = cells.text("description") or ""
    values["country"] = _first(own, "country") or "any"
    values["attributes"] = _others(own, "organization")
    return values


def _service(cells: Cells, inherited: Mapping[str, list[str]]) -> Object:
    own = _attributes(cells)
    as_of = _first(own, "as_of") or _first(inherited, "as_of")
    fields = ("name", "name_en", "eligibility_description", "application_process", "fees_description", "url")
    areas = cells.list("service_areas")
    own_areas = [area for area in areas if not _is_country(area)]
    lists = {name: _details(name, cells.list(name), cells) for name in details.OF_SERVICE}
    return {
        **{field: cells.text(field) for field in (*fields, "email", "interpretation_services", "alert")},
        **{field: cells.number(field) for field in ("minimum_age", "maximum_age")},
        **lists,
        "service_areas": _details("service_areas", own_areas, cells),
        "organization_id": cells.id("organization_id"),
        "description": cells.text("description") or "",
        "status": cells.text("status") or "active",
        "country": _first(own, "country") or _first(inherited, "country") or "any",
        "is_nationwide": len(own_areas) < len(areas),
        "for_whom": codes(own.get("for_whom", ())),
        "source": _first(own, "source") or _first(inherited, "source"),
        "source_year": Cells({"as_of": as_of}, cells.row, cells.problems).year("as_of"),
        "assured_date": cells.day("assured_date"),
        "needs": codes(own.get("need", ())),
        "phones": in_order(filter(None, (_phone(one, cells) for one in cells.list("phones")))),
        "schedules": _schedules(cells),
        "places": in_order(filter(None, (_place(one, cells) for one in cells.list("service_at_locations")))),
        "attributes": _others(own, "service"),
    }


def _is_country(area: Object) -> bool:
    """Whether the whole of a country is served, and not a part of it."""
    codes_ = (*COUNTRIES, "any")
    return (
        area.get("extent_type") == "iso3166-1" or area.get("extent") in codes_ or area.get("name") in codes_
    )


def _details(name: str, raw: list[Object], parent: Cells) -> tuple[Any, ...]:
    """Of one of HSDS's lists all that have an id."""
    record = details.TABLES[name][0]
    needed = details.NEEDED.get(name)
    found = []
    for one in raw:
        cells = _inside(one, parent)
        values = {field: _detail(cells, field) for field in record._fields[1:]}
        if needed and values[needed] is None and not cells.problems:
            cells.wrong("empty_field", needed)
        if id_ := _id(cells):
            found.append(record(id_, **values))
    return tuple(sorted(found, key=lambda one: one.id))


def _detail(cells: Cells, field: str) -> Any:
    if field in details.DATES:
        return cells.day(field)
    return cells.number(field) if field in details.NUMBERS else cells.text(field)


def _phone(raw: Object, parent: Cells) -> PhoneRecord | None:
    cells = _inside(raw, parent)
    id_, number = _id(cells), cells.text("number")
    if number is None:
        cells.wrong("no_number", "number")
    if id_ is None or number is None:
        return None
    own = _attributes(cells)
    return PhoneRecord(
        id_,
        number,
        cells.text("type") or "voice",
        _first(own, "hotline") == "national",
        cells.text("description"),
        cells.text("extension"),
        _others(own, "phone"),
    )


def _schedules(parent: Cells) -> tuple[ScheduleRecord, ...]:
    found = []
    for raw in parent.list("schedules"):
        cells = _inside(raw, parent)
        if id_ := _id(cells):
            at = (cells.clock("opens_at"), cells.clock("closes_at"))
            dates = (cells.day("valid_from"), cells.day("valid_to"))
            found.append(ScheduleRecord(id_, cells.text("byday"), *at, cells.text("description"), *dates))
    return in_order(found)


def _place(raw: Object, parent: Cells) -> PlaceRecord | None:
    cells = _inside(raw, parent)
    location = raw.get("location")
    if not isinstance(location, dict):
        cells.wrong("no_location", "location")
        return None
    where = _inside(location, cells)
    address = Cells((where.list("addresses") or [{}])[0], where.row, where.problems)
    id_, location_id = _id(cells), _id(where)
    if id_ is None or location_id is None:
        return None
    own = _attributes(where)
    is_withheld = _first(own, "address") == "withheld"
    place = PlaceRecord(
        id_,
        location_id,
        address.text("country") or "any",
        where.text("name"),
        address.text("address_1"),
        address.text("city"),
        address.text("state_province"),
        where.number("latitude"),
        where.number("longitude"),
        is_withheld,
        _others(own, "location"),
        _details("accessibility", where.list("accessibility"), where),
        _schedules(cells),
    )
    # an address that stands here although it is withheld is kept, for the checks to refuse
    return withheld(place)._replace(address_1=place.address_1)


def _inside(raw: Object, parent: Cells) -> Cells:
    return Cells(raw, raw.get("_row") or parent.row, parent.problems)


def _id(cells: Cells) -> uuid.UUID | None:
    if not cells.raw.get("id"):
        cells.wrong("no_id", "id")
    return cells.id("id")


def attributes(record: Object) -> dict[str, list[str]]:
    return _attributes(Cells(record, "", []))


def _attributes(cells: Cells) -> dict[str, list[str]]:
    """Values by link type; of a taxonomy term its code."""
    found: dict[str, list[str]] = {}
    for raw in cells.list("attributes"):
        term = raw.get("taxonomy_term")
        value = term.get("code") if isinstance(term, dict) else raw.get("value")
        if isinstance(value, str) and isinstance(raw.get("link_type"), str):
            found.setdefault(raw["link_type"], []).append(value.strip())
    return found


def _others(found: Mapping[str, list[str]], entity: str) -> Attributes:
    pairs = {(link_type, value) for link_type, values in found.items() for value in values}
    return tuple(sorted((link_type, value) for link_type, value in pairs if link_type not in OWN[entity]))


def _first(found: Mapping[str, list[str]], link_type: str) -> str | None:
    return next(iter(found.get(link_type, ())), None)
