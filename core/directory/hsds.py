"""The directory as HSDS 3.0 JSON, nested from the organization down; docs/content.md tells the attributes."""

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import IO, Any

from core.directory.cells import Cells, Problem
from core.directory.records import (
    OWN_IDS,
    Entry,
    PhoneRecord,
    PlaceRecord,
    ScheduleRecord,
    codes,
    derived_id,
    in_order,
    withheld,
)
from core.errors import AppError

Object = dict[str, Any]


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
    values: Object = {field: cells.text(field) for field in ("name", "alternate_name", "name_en", "website")}
    values["description"] = cells.text("description") or ""
    values["country"] = _first(own, "country") or "any"
    return values


def _service(cells: Cells, inherited: Mapping[str, list[str]]) -> Object:
    own = _attributes(cells)
    as_of = _first(own, "as_of") or _first(inherited, "as_of")
    fields = ("name", "name_en", "eligibility_description", "application_process", "fees_description", "url")
    return {
        **{field: cells.text(field) for field in fields},
        "organization_id": cells.id("organization_id"),
        "description": cells.text("description") or "",
        "status": cells.text("status") or "active",
        "country": _first(own, "country") or _first(inherited, "country") or "any",
        "is_nationwide": bool(cells.list("service_areas")),
        "for_whom": codes(own.get("for_whom", ())),
        "source": _first(own, "source") or _first(inherited, "source"),
        "source_year": Cells({"as_of": as_of}, cells.row, cells.problems).year("as_of"),
        "assured_date": cells.day("assured_date"),
        "needs": codes(own.get("need", ())),
        "phones": in_order(filter(None, (_phone(one, cells) for one in cells.list("phones")))),
        "schedules": _schedules(cells),
        "places": in_order(filter(None, (_place(one, cells) for one in cells.list("service_at_locations")))),
    }


def _phone(raw: Object, parent: Cells) -> PhoneRecord | None:
    cells = _inside(raw, parent)
    id_, number = _id(cells), cells.text("number")
    if number is None:
        cells.wrong("no_number", "number")
    if id_ is None or number is None:
        return None
    is_hotline = _first(_attributes(cells), "hotline") == "national"
    return PhoneRecord(id_, number, cells.text("type") or "voice", is_hotline, cells.text("description"))


def _schedules(parent: Cells) -> tuple[ScheduleRecord, ...]:
    found = []
    for raw in parent.list("schedules"):
        cells = _inside(raw, parent)
        if id_ := _id(cells):
            at = (cells.clock("opens_at"), cells.clock("closes_at"))
            found.append(ScheduleRecord(id_, cells.text("byday"), *at, cells.text("description")))
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
    is_withheld = _first(_attributes(where), "address") == "withheld"
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


def _first(found: Mapping[str, list[str]], link_type: str) -> str | None:
    return next(iter(found.get(link_type, ())), None)


def term_id(code: str) -> uuid.UUID:
    return derived_id(OWN_IDS, "term", code)


def organization(id_: uuid.UUID, values: Object, services: list[Object]) -> Object:
    return {
        "id": str(id_),
        **{field: values[field] for field in ("name", "alternate_name", "name_en", "description", "website")},
        "services": services,
        "attributes": _told(id_, "organization", [("country", values["country"])]),
    }


def service(id_: uuid.UUID, values: Object) -> Object:
    fields = ("name", "name_en", "description", "status", "eligibility_description", "application_process")
    pairs = [("country", values["country"]), ("source", values["source"])]
    pairs += [("as_of", values["source_year"] and str(values["source_year"]))]
    pairs += [("for_whom", code) for code in values["for_whom"]]
    area = {"name": values["country"], "extent": values["country"], "extent_type": "iso3166-1"}
    return {
        "id": str(id_),
        "organization_id": str(values["organization_id"]),
        **{field: values[field] for field in (*fields, "fees_description", "url")},
        "assured_date": values["assured_date"] and values["assured_date"].isoformat(),
        "phones": [_phone_out(phone) for phone in values["phones"]],
        "schedules": [_schedule_out(schedule) for schedule in values["schedules"]],
        "service_areas": [{"id": str(derived_id(id_, "area")), **area}] if values["is_nationwide"] else [],
        "service_at_locations": [_place_out(place) for place in values["places"]],
        "attributes": _told(id_, "service", pairs) + [_need(id_, need) for need in values["needs"]],
    }


def _told(id_: uuid.UUID, entity: str, pairs: list[tuple[str, str | None]]) -> list[Object]:
    return [
        {
            "id": str(derived_id(id_, link_type, value)),
            "link_id": str(id_),
            "link_entity": entity,
            "link_type": link_type,
            "value": value,
        }
        for link_type, value in pairs
        if value
    ]


def _need(id_: uuid.UUID, need: str) -> Object:
    (attribute,) = _told(id_, "service", [("need", need)])
    term = {"id": str(term_id(need)), "code": need, "name": need.replace("_", " ")}
    return attribute | {"value": None, "taxonomy_term_id": term["id"], "taxonomy_term": term}


def _phone_out(phone: PhoneRecord) -> Object:
    told = _told(phone.id, "phone", [("hotline", "national" if phone.is_hotline else None)])
    fields = {"number": phone.number, "type": phone.type, "description": phone.description}
    return {"id": str(phone.id), **fields, "attributes": told}


def _schedule_out(schedule: ScheduleRecord) -> Object:
    return {
        "id": str(schedule.id),
        "freq": "WEEKLY" if schedule.byday else None,
        "byday": schedule.byday,
        "opens_at": schedule.opens_at and f"{schedule.opens_at:%H:%M}",
        "closes_at": schedule.closes_at and f"{schedule.closes_at:%H:%M}",
        "description": schedule.description,
    }


def _place_out(place: PlaceRecord) -> Object:
    address = {field: getattr(place, field) for field in ("address_1", "city", "state_province", "country")}
    location = {
        "id": str(place.location_id),
        "location_type": "physical",
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "addresses": [
            {"id": str(derived_id(place.location_id, "address")), **address, "address_type": "physical"}
        ],
        "attributes": _told(
            place.location_id, "location", [("address", "withheld" if place.is_withheld else None)]
        ),
    }
    schedules = [_schedule_out(schedule) for schedule in place.schedules]
    return {"id": str(place.id), "location": location, "schedules": schedules}
