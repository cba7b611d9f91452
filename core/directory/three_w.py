"""A 3W sheet: who does what where, one line per service at a location, under a row of HXL hashtags.

People make such sheets by hand, so it needs no ids: organizations, services and places are known again by
their names. It adds and corrects; an empty cell says nothing, and nothing is removed by it.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from core.directory.cells import Cells, Problem
from core.directory.checks import hours
from core.directory.hsds import Unreadable
from core.directory.matching import Names, name_key
from core.directory.records import (
    DAYS,
    OWN_IDS,
    Entry,
    PhoneRecord,
    PlaceRecord,
    ScheduleRecord,
    codes,
    derived_id,
)
from core.directory.sheets import MAX_ROWS, Line, cells

COLUMNS = {
    "organization_id": "#org+id",
    "organization": "#org+name",
    "acronym": "#org+acronym",
    "service_id": "#service+id",
    "service": "#service+name",
    "service_en": "#service+name+i_en",
    "needs": "#sector+list",
    "for_whom": "#beneficiary+type",
    "status": "#status",
    "country": "#country+code",
    "is_nationwide": "#country+nationwide",
    "state_province": "#adm1+name",
    "city": "#adm2+name",
    "place": "#loc+name",
    "address_1": "#loc+address",
    "is_withheld": "#loc+withheld",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "phones": "#contact+phone",
    "service_hours": "#description+hours",
    "place_hours": "#description+hours+loc",
    "description": "#description+service",
    "eligibility_description": "#description+eligibility",
    "fees_description": "#description+fees",
    "url": "#contact+url",
    "assured_date": "#date+verified",
    "source": "#meta+source",
    "source_year": "#meta+year",
}
NEEDED = ("organization", "service", "needs", "country")

SPANISH = dict(zip(("LU", "MA", "MI", "JU", "VI", "SA", "DO"), DAYS, strict=True))

SEARCHED_ROWS = 10
"""The hashtags stand in one of the first rows, below titles and headers."""

OPEN_END = ".."
DATE = r"\d{4}-\d{2}-\d{2}"
RULE = re.compile(
    r"(?P<days>(?:[A-Z]{2}[-, ]*)+)?"
    rf"(?: ?(?P<start>{DATE}|\.\.)(?:/(?P<end>{DATE}|\.\.))?)?"
    r" (?:(?P<opens>\d{1,2}:\d{2}) ?[-–] ?(?P<closes>\d{1,2}:\d{2})|(?P<closed>CLOSED|CERRADO))"
)


def read(lines: Iterable[Line], names: Names) -> Iterator[Entry | Problem]:
    """Each organization and service once, with all places of its lines. Raises Unreadable."""
    header: list[str] = []
    organizations: dict[uuid.UUID, Entry] = {}
    services: dict[uuid.UUID, Entry] = {}
    count = 0
    for number, line in lines:
        if not header:
            header = _header(line)
            if not header and number >= SEARCHED_ROWS:
                break
        elif any(cell.strip() for cell in line):
            count += 1
            if count > MAX_ROWS or number > 2 * MAX_ROWS:
                raise Unreadable("too_many_rows", f"{MAX_ROWS:,}")
            yield from _line(cells(header, line, str(number)), names, organizations, services)
    if not header:
        raise Unreadable("no_hashtags")
    yield from organizations.values()
    yield from services.values()


def _header(line: list[str]) -> list[str]:
    """Our name for each column, empty for those that are none of ours; nothing if this is no HXL row."""
    tags = [_tag(cell) for cell in line]
    if not any(tag.startswith("#org") for tag, _ in tags):
        return []
    by_detail = sorted(COLUMNS.items(), key=lambda column: -column[1].count("+"))
    header = []
    for tag, attributes in tags:
        fits = (name for name, ours in by_detail if _tag(ours)[0] == tag and _tag(ours)[1] <= attributes)
        name = next(fits, "")
        header.append("" if name in header else name)
    if missing := [COLUMNS[name] for name in NEEDED if name not in header]:
        raise Unreadable("columns", ", ".join(missing))
    return header


def _tag(cell: str) -> tuple[str, frozenset[str]]:
    tag, *attributes = cell.lower().replace(" ", "").split("+")
    return tag, frozenset(attributes)


def _line(
    row: Cells, names: Names, organizations: dict[uuid.UUID, Entry], services: dict[uuid.UUID, Entry]
) -> Iterator[Problem]:
    organization, country = row.text("organization") or "", (row.text("country") or "").upper()
    country = "any" if country == "ANY" else country
    service = row.text("service") or ""
    for field, name in (("organization", organization), ("service", service)):
        if not name and field not in {problem.field for problem in row.problems}:
            row.wrong("no_name", field)
    organization_id = row.id("organization_id") or names.organization(country, organization)
    organization_id = organization_id or derived_id(OWN_IDS, country, name_key(organization))
    service_id = row.id("service_id") or names.service(organization_id, service)
    service_id = service_id or derived_id(organization_id, name_key(service))
    # all cells are read before anything is judged, so that a person sees all that is wrong with the row
    values = _service(row, service_id, organization_id, country, service)
    place = _place(row, service_id, country)
    yield from row.problems
    if row.problems:
        return
    given = {"name": organization, "alternate_name": row.text("acronym"), "country": country}
    given = {field: value for field, value in given.items() if value}
    organizations.setdefault(organization_id, Entry("organization", organization_id, given, row.row, True))
    entry = services.setdefault(service_id, Entry("service", service_id, values, row.row, True))
    if differing := [field for field, value in values.items() if entry.values.get(field, value) != value]:
        yield Problem(row.row, "differs_above", differing[0], entry.row)
        return
    entry.values |= values
    if place:
        entry.values["places"] = (*entry.values.get("places", ()), place)


def _service(
    row: Cells, service_id: uuid.UUID, organization_id: uuid.UUID, country: str, name: str
) -> dict[str, Any]:
    texts = ("description", "eligibility_description", "fees_description", "url", "source")
    numbers = codes(re.split(r"[;\n]", row.text("phones") or ""))
    values = {
        "organization_id": organization_id,
        "name": name,
        "name_en": row.text("service_en"),
        "country": country,
        "needs": codes(_list(row.text("needs"))),
        "for_whom": codes(_list(row.text("for_whom"))),
        "status": (row.text("status") or "").lower() or None,
        "is_nationwide": row.flag("is_nationwide") if row.text("is_nationwide") else None,
        "assured_date": row.day("assured_date"),
        "source_year": row.year("source_year"),
        "phones": tuple(PhoneRecord(derived_id(service_id, "phone", one), one) for one in numbers),
        "schedules": _hours(row, "service_hours", service_id),
        **{field: row.text(field) for field in texts},
    }
    return {field: value for field, value in values.items() if value not in (None, ())}


def _list(text: str | None) -> list[str]:
    return [one.strip().lower().replace(" ", "_") for one in re.split(r"[,;|\n]", text or "")]


def _place(row: Cells, service_id: uuid.UUID, country: str) -> PlaceRecord | None:
    texts: dict[str, Any] = {field: row.text(field) for field in ("address_1", "city", "state_province")}
    name, latitude, longitude = row.text("place"), row.number("latitude"), row.number("longitude")
    is_withheld = row.flag("is_withheld")
    if not (name or latitude is not None or longitude is not None or any(texts.values())):
        return None
    id_ = derived_id(service_id, "place", name_key(texts["city"]), name_key(name or texts["address_1"]))
    schedules = _hours(row, "place_hours", id_)
    return PlaceRecord(
        id_,
        derived_id(id_, "location"),
        country,
        name,
        latitude=latitude,
        longitude=longitude,
        is_withheld=is_withheld,
        schedules=schedules,
        **texts,
    )


def _hours(row: Cells, field: str, parent: uuid.UUID) -> tuple[ScheduleRecord, ...]:
    found = []
    for part in re.split(r"[;\n]", row.text(field) or ""):
        text = part.strip()
        try:
            found += [_schedule(text, derived_id(parent, "hours", text))] if text else []
        except ValueError:
            row.wrong("not_time", field, text)
    return tuple(found)


def _schedule(text: str, id_: uuid.UUID) -> ScheduleRecord:
    """`MO-FR 08:00-17:00` becomes a rule, `2026-12-25 closed` an exception, anything else stays words.

    Raises ValueError for 25:00.
    """
    rule = RULE.fullmatch(text.upper())
    days = _days(rule["days"] or "") if rule else []
    is_dated = bool(rule and rule["start"])
    if not rule or (rule["days"] and not days) or not (days or is_dated) or (days and rule["closed"]):
        return ScheduleRecord(id_, description=text)
    opens, closes = (
        dt.time.fromisoformat(at.zfill(5)) if at else None for at in rule.group("opens", "closes")
    )
    dates = (rule["start"], rule["end"] or (None if days else rule["start"]))
    start, end = (dt.date.fromisoformat(date) if date and date != OPEN_END else None for date in dates)
    return ScheduleRecord(id_, ",".join(days) or None, opens, closes, None, start, end)


def _days(text: str) -> list[str]:
    """In the order of the week; nothing if a word is no day."""
    found: set[str] = set()
    for part in filter(None, re.split(r"[, ]+", text.strip(" ,"))):
        ends = [SPANISH.get(end, end) for end in part.split("-")]
        if set(ends) - set(DAYS):
            return []
        start, end = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found.update(DAYS[start : end + 1] if start <= end else (*DAYS[start:], *DAYS[: end + 1]))
    return [day for day in DAYS if day in found]


def write(services: Iterable[tuple[Entry, Entry]]) -> Iterator[list[Any]]:
    """Lines of the sheet, from services each with its organization."""
    yield list(COLUMNS)
    yield list(COLUMNS.values())
    for organization, service in services:
        for place in service.values["places"] or (None,):
            told = _told(organization, service, place)
            yield [told.get(column) for column in COLUMNS]


def _told(organization: Entry, service: Entry, place: PlaceRecord | None) -> dict[str, Any]:
    values = service.values
    told = {
        **values,
        "organization_id": str(organization.id),
        "organization": organization.values["name"],
        "acronym": organization.values["alternate_name"],
        "service_id": str(service.id),
        "service": values["name"],
        "service_en": values["name_en"],
        "needs": "; ".join(values["needs"]),
        "for_whom": "; ".join(values["for_whom"]),
        "is_nationwide": "yes" if values["is_nationwide"] else "no",
        "phones": "; ".join(phone.number for phone in values["phones"]),
        "service_hours": "; ".join(map(hours, values["schedules"])),
        "assured_date": values["assured_date"] and values["assured_date"].isoformat(),
    }
    if place:
        told |= place._asdict() | {"place": place.name, "place_hours": "; ".join(map(hours, place.schedules))}
        told |= {"is_withheld": "yes" if place.is_withheld else "no", "country": place.country}
    return told
