"""New services as rows for bulk inserts: a first file brings tens of thousands, too many for objects."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.db import Base, now
from core.directory import Location, Phone, Schedule, Service, ServiceAtLocation, ServiceNeed, details
from core.directory.records import LOCATION_COLUMNS, SERVICE_COLUMNS, Entry, ScheduleRecord

Row = tuple[type[Base], dict[str, Any]]

ORDER: tuple[type[Base], ...] = (
    Service,
    Location,
    ServiceNeed,
    Phone,
    ServiceAtLocation,
    Schedule,
    *(table for _, table in details.TABLES.values()),
)


class NewRows:
    """Collected until `insert`; only for services whose locations are all new, too."""

    def __init__(self) -> None:
        self._rows: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self.locations: set[uuid.UUID] = set()

    def add(self, entry: Entry) -> None:
        for table, row in _rows(entry):
            self._rows[table].append(row)
        self.locations.update(place.location_id for place in entry.values["places"])

    def insert(self, session: Session) -> None:
        for table in ORDER:
            if rows := self._rows.pop(table, None):
                session.execute(insert(table), rows)
        self.locations.clear()


def _rows(entry: Entry) -> Iterator[Row]:
    values = entry.values
    columns = {field: values.get(field) for field in SERVICE_COLUMNS}
    columns["for_whom"] = ",".join(values["for_whom"]) or None
    yield Service, {"id": entry.id, "last_modified": now(), **columns}
    for need in values["needs"]:
        yield ServiceNeed, {"service_id": entry.id, "need": need}
    for phone in values["phones"]:
        yield Phone, {**phone._asdict(), "service_id": entry.id}
    yield from _schedules(values["schedules"], entry.id, None)
    for name in details.OF_SERVICE:
        yield from _details(name, values[name], service_id=entry.id)
    told: set[uuid.UUID] = set()
    for place in values["places"]:
        if place.location_id not in told:
            yield Location, {"id": place.location_id, **{f: getattr(place, f) for f in LOCATION_COLUMNS}}
            yield from _details("accessibility", place.accessibility, location_id=place.location_id)
            told.add(place.location_id)
        ids = {"service_id": entry.id, "location_id": place.location_id}
        yield ServiceAtLocation, {"id": place.id, **ids}
        yield from _schedules(place.schedules, entry.id, place.id)


def _details(name: str, found: tuple[details.Detail, ...], **keys: uuid.UUID) -> Iterator[Row]:
    _, table = details.TABLES[name]
    for one in found:
        yield table, {**one._asdict(), **keys}


def _schedules(
    schedules: tuple[ScheduleRecord, ...], service_id: uuid.UUID, place_id: uuid.UUID | None
) -> Iterator[Row]:
    for one in schedules:
        yield Schedule, {**one._asdict(), "service_id": service_id, "service_at_location_id": place_id}
