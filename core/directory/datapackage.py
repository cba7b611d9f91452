"""The directory as a tabular data package: HSDS's tables as CSV in a zip, described by `datapackage.json`.

A table is what stands at one level of the nested JSON, with the id of what it stood in.
"""

import json
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Any

from core.directory import details, hsds, sheets
from core.directory.cells import Cells, Problem, shown
from core.directory.hsds import Object, Unreadable
from core.directory.records import Entry

TABLES: dict[str, tuple[str, ...]] = {
    "organizations": ("id", "name", "alternate_name", "name_en", "description", "website", "email"),
    "services": (
        "id",
        "organization_id",
        "name",
        "name_en",
        "description",
        "status",
        "eligibility_description",
        "minimum_age",
        "maximum_age",
        "interpretation_services",
        "application_process",
        "fees_description",
        "alert",
        "url",
        "email",
        "assured_date",
    ),
    "phones": ("id", "service_id", "number", "extension", "type", "description"),
    "schedules": (
        "id",
        "service_id",
        "service_at_location_id",
        "freq",
        "byday",
        "opens_at",
        "closes_at",
        "description",
        "valid_from",
        "valid_to",
    ),
    **{name: ("id", details.KEYS[name], *record._fields[1:]) for name, (record, _) in details.TABLES.items()},
    "service_at_locations": ("id", "service_id", "location_id"),
    "locations": ("id", "location_type", "name", "latitude", "longitude"),
    "addresses": ("id", "location_id", "address_1", "city", "state_province", "country", "address_type"),
    "attributes": ("id", "link_id", "link_entity", "link_type", "value", "taxonomy_term_id"),
    "taxonomy_terms": ("id", "code", "name", "taxonomy"),
}

NEEDED: dict[str, tuple[str, ...]] = {
    "organizations": ("id", "name"),
    "services": ("id", "organization_id", "name", "status"),
    "phones": ("id", "number"),
    "schedules": ("id",),
    "service_at_locations": ("id", "service_id", "location_id"),
    "locations": ("id",),
    "addresses": ("location_id",),
    **{name: ("id", field) for name, field in details.NEEDED.items()},
    "attributes": ("link_id", "link_type"),
    "taxonomy_terms": ("id", "code"),
}
"""Columns without which a table makes no sense; organizations and services cannot be missing themselves."""

PARENTS = {
    "phones": (("service_id", "services"),),
    "schedules": (("service_at_location_id", "service_at_locations"), ("service_id", "services")),
    **{name: ((key, f"{key.removesuffix('_id')}s"),) for name, key in details.KEYS.items()},
    "service_at_locations": (("service_id", "services"),),
    "addresses": (("location_id", "locations"),),
}

ELSEWHERE = ("organization_id", "location_id", "service_at_location_id", "contact_id", "phone_id")
"""What a row may belong to in HSDS where we keep only what belongs to a service: it is left out."""

LINKED = {"organization": "organizations", "service": "services", "location": "locations", "phone": "phones"}
"""Tables by the `link_entity` of an attribute; attributes of others are left out."""

MAX_ATTRIBUTES = 4 * sheets.MAX_ROWS  # a service answers several needs

Tables = dict[str, dict[str, Object]]


def read(file: IO[bytes]) -> Iterator[Entry | Problem]:
    """Raises Unreadable."""
    sheets.check_zip(file)
    with zipfile.ZipFile(file) as package:
        problems: list[Problem] = []
        tables = {name: _table(package, name, problems) for name in TABLES}
    yield from problems
    yield from _joined(tables)
    inherited = {}
    for raw in tables["organizations"].values():
        inherited[raw.get("id")] = raw
        yield from hsds.read(iter([raw]))
    for raw in tables["services"].values():
        parent = inherited.get(raw.get("organization_id"), {})
        attributes = hsds.attributes(parent)
        yield from hsds.read_service(raw, raw["_row"], raw.get("organization_id"), attributes)


def _table(package: zipfile.ZipFile, name: str, problems: list[Problem]) -> dict[str, Object]:
    """Rows by their id, or by their number where a table needs none."""
    path = next((one for one in package.namelist() if one.rsplit("/", 1)[-1] == f"{name}.csv"), None)
    if path is None:
        if name in ("organizations", "services"):
            raise Unreadable("no_table", f"{name}.csv")
        return {}
    rows: dict[str, Object] = {}
    header: list[str] = []
    limit = MAX_ATTRIBUTES if name == "attributes" else sheets.MAX_ROWS
    with package.open(path) as file:
        for number, line in sheets.csv_lines(file):
            if not header:
                header = _header(line, name)
            elif any(line):
                if len(rows) >= limit:
                    raise Unreadable("too_many_rows", f"{limit:,}")
                _add(rows, sheets.cells(header, line, f"{name}.csv {number}"), problems)
    if not header:
        raise Unreadable("columns", f"{name}.csv: {', '.join(NEEDED.get(name, ()))}")
    return rows


def _header(line: list[str], name: str) -> list[str]:
    header = [one.strip() for one in line]
    if missing := [column for column in NEEDED.get(name, ()) if column not in header]:
        raise Unreadable("columns", f"{name}.csv: {', '.join(missing)}")
    return header


def _add(rows: dict[str, Object], cells: Cells, problems: list[Problem]) -> None:
    raw = {key: value for key, value in cells.raw.items() if value}
    key = raw.get("id", cells.row)
    if key in rows:
        cells.wrong("twice", "id", key)
    else:
        rows[key] = {**raw, "_row": cells.row}
    problems += cells.problems


def _joined(tables: Tables) -> Iterator[Problem]:
    """Puts each row into what it belongs to, as HSDS JSON nests it; tells references to nothing."""
    for raw in tables["attributes"].values():
        if term := tables["taxonomy_terms"].get(raw.get("taxonomy_term_id", "")):
            raw["taxonomy_term"] = term
        elif raw.get("taxonomy_term_id"):
            yield Problem(raw["_row"], "reference", "taxonomy_term_id", shown(raw["taxonomy_term_id"]))
        found = [tables[name].get(raw.get("link_id", "")) for name in LINKED.values()]
        for linked in filter(None, found):
            linked.setdefault("attributes", []).append(raw)
        if not any(found) and raw.get("link_entity", "service") in LINKED:
            yield Problem(raw["_row"], "reference", "link_id", shown(raw.get("link_id", "")))
    for name, parents in PARENTS.items():
        for raw in tables[name].values():
            column, parent = next(((c, p) for c, p in parents if raw.get(c)), parents[-1])
            if (record := tables[parent].get(raw.get(column, ""))) is not None:
                record.setdefault(name, []).append(raw)
            elif raw.get(column) or not any(map(raw.get, ELSEWHERE)):
                yield Problem(raw["_row"], "reference", column, shown(raw.get(column, "")))
    for raw in tables["service_at_locations"].values():
        raw["location"] = tables["locations"].get(raw.get("location_id", ""))
        if raw["location"] is None:
            yield Problem(raw["_row"], "reference", "location_id", shown(raw.get("location_id", "")))
            raw["location"] = {"id": raw["id"]}


def write(organizations: Iterable[Object], file: IO[bytes]) -> None:
    """`organizations` as `hsds.organization` makes them."""
    with ExitStack() as stack:
        files = {name: stack.enter_context(tempfile.TemporaryFile()) for name in TABLES}
        for name, columns in TABLES.items():
            _append(files[name], [dict(zip(columns, columns, strict=True))], columns, is_first=True)
        seen: set[str] = set()
        for organization in organizations:
            found: dict[str, list[Object]] = defaultdict(list)
            for name, row in _rows("organizations", organization):
                if row["id"] not in seen:
                    found[name].append(row)
                if name in SHARED or row.get("link_entity") == "location":
                    seen.add(row["id"])
            for name, rows in found.items():
                _append(files[name], rows, TABLES[name])
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("datapackage.json", json.dumps(_description(), indent=1))
            for name, table in files.items():
                table.seek(0)
                with package.open(f"{name}.csv", "w") as target:
                    while chunk := table.read(64 * 1024):
                        target.write(chunk)


def _append(file: IO[bytes], rows: list[Object], columns: tuple[str, ...], *, is_first: bool = False) -> None:
    chunks = sheets.write_csv([row.get(column) for column in columns] for row in rows)
    for number, chunk in enumerate(chunks):
        if number or is_first:  # the mark of UTF-8 stands once
            file.write(chunk)


SHARED = ("locations", "addresses", "accessibility", "taxonomy_terms")  # by several services

INSIDE = {
    "phones": "service_id",
    "schedules": "service_id",
    **details.KEYS,
    "service_at_locations": "service_id",
    "addresses": "location_id",
}


def _rows(name: str, record: Object, **keys: Any) -> Iterator[tuple[str, Object]]:
    """The record's own row and those of all that is inside it."""
    if location := record.get("location"):
        keys["location_id"] = location["id"]
        yield from _rows("locations", location)
    yield name, {**record, **keys}
    for service in record.get("services", ()):
        yield from _rows("services", service)
    for table, column in INSIDE.items():
        own = "service_at_location_id" if name == "service_at_locations" else column
        for child in record.get(table, ()):
            yield from _rows(table, child, **{own: record["id"]})
    for attribute in record.get("attributes", ()):
        if term := attribute.get("taxonomy_term"):
            yield "taxonomy_terms", {**term, "taxonomy": "puente needs"}
        yield "attributes", attribute


def _description() -> Object:
    return {
        "profile": "tabular-data-package",
        "name": "puente-directory",
        "title": "HSDS 3.0",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name,
                "path": f"{name}.csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [{"name": column, "type": "string"} for column in columns],
                    **({"primaryKey": "id"} if name != "attributes" else {}),
                },
            }
            for name, columns in TABLES.items()
        ],
    }
