"""Takes a file into the directory: checked completely first, then all of it or nothing.

Looking and applying are the same walk in batches, so that what was shown is what is done, and a file of
100,000 rows needs little memory.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from sqlalchemy import ColumnElement, any_, cast, select, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from core.db import Base, now
from core.directory import (
    Accessibility,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    ServiceNeed,
    checks,
    datapackage,
    details,
    hsds,
    records,
    sheets,
    three_w,
)
from core.directory.adding import NewRows
from core.directory.cells import Problem
from core.directory.hsds import Unreadable
from core.directory.matching import Names, complete
from core.directory.records import Entry
from core.directory.report import SHOWN, Change, OnBatch, Report, Twin, silent, told

FORMATS = ("json", "zip", "xlsx", "csv")
MAX_BYTES = 20 * 1024 * 1024
BATCH = 500
LOCK = 8_730_222  # any number; two imports at once would each miss what the other adds


def run(
    session: Session, file: IO[bytes], format_: str, on_batch: OnBatch = silent, *, is_applied: bool = False
) -> Report:
    """Raises Unreadable for a file that is none of this format. `on_batch` hears of how many more.

    The caller rolls back if the report has problems: then nothing of it may stay.
    """
    if is_applied:
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    names = Names(session)
    walk = _Walk(session, names, is_applied)
    entries = _entries(file, format_, names)
    while batch := list(islice(entries, BATCH)):
        walk.take(batch)
        on_batch(len(batch))
    walk.report.digest = walk.hash.hexdigest()
    return walk.report


def _entries(file: IO[bytes], format_: str, names: Names) -> Iterator[Entry | Problem]:
    if format_ == "json":
        yield from hsds.read(iter(hsds.load(file)))
    elif format_ == "zip":
        yield from datapackage.read(file)
    elif format_ == "xlsx":
        yield from three_w.read(sheets.xlsx_lines(file), names)
    elif format_ == "csv":
        yield from three_w.read(sheets.csv_lines(file), names)
    else:
        raise Unreadable("unknown_format")


class _Walk:
    """One way through a file, with what must be remembered from row to row."""

    def __init__(self, session: Session, names: Names, is_applied: bool) -> None:
        self.session, self.names, self.is_applied = session, names, is_applied
        self._new = NewRows()
        self.report, self.hash = Report(), hashlib.sha256()
        self._seen: dict[uuid.UUID, int] = {}
        self._owners: dict[uuid.UUID, uuid.UUID | int] = {}

    def take(self, batch: list[Entry | Problem]) -> None:
        entries = [entry for entry in batch if isinstance(entry, Entry)]
        self._tell(problem for problem in batch if isinstance(problem, Problem))
        organizations = [entry for entry in entries if entry.kind == "organization"]
        services = [entry for entry in entries if entry.kind == "service"]
        known = existing_organizations(self.session, {entry.id for entry in organizations})
        for entry in organizations:
            self._organization(entry, known.get(entry.id))
        if self.is_applied:
            self.session.flush()
        self._take_services(services)
        if self.is_applied:
            self._new.insert(self.session)
            self.session.flush()
        forget(self.session)

    def _take_services(self, entries: list[Entry]) -> None:
        known = existing_services(self.session, {entry.id for entry in entries})
        locations = existing_locations(
            self.session, {place.location_id for e in entries for place in e.values.get("places", ())}
        )
        for service in known.values():
            locations |= {place.location_id: place.location for place in service.service_at_locations}
        owners = _owners(self.session, entries)
        parents = {entry.values["organization_id"] for entry in entries} - self._seen.keys()
        there = set(
            self.session.scalars(select(Organization.id).where(_among(Organization.id, parents - {None})))
        )
        for entry in entries:
            parent = entry.values["organization_id"]
            if parent not in there and parent not in self._seen:
                self._tell([Problem(entry.row, "reference", "organization_id", str(parent or ""))])
            else:
                self._service(entry, known.get(entry.id), locations, owners)

    def _organization(self, entry: Entry, row: Organization | None) -> None:
        old = records.of_organization(row) if row else None
        if entry.is_partial and old is None:
            blank = {"description": "", "attributes": ()}
            entry.values = dict.fromkeys(records.ORGANIZATION_FIELDS) | blank | entry.values
        if self._is_refused(entry) or not self._differs(entry, old) or not self.is_applied:
            return
        if row is None:
            row = Organization(id=entry.id)
            self.session.add(row)
        records.write_organization(row, entry.values)

    def _service(
        self,
        entry: Entry,
        row: Service | None,
        locations: dict[uuid.UUID, Location],
        owners: dict[uuid.UUID, uuid.UUID],
    ) -> None:
        old = records.of_service(row) if row else None
        problems = complete(entry, old, locations)
        self._tell(problems)
        if self._is_refused(entry) or problems or not self._owns(entry, owners):
            return
        if row is None:
            self._tell_twins(entry)
        if not self._differs(entry, old) or not self.is_applied:
            return
        self._write(entry, row, locations)

    def _write(self, entry: Entry, row: Service | None, locations: dict[uuid.UUID, Location]) -> None:
        used = {place.location_id for place in entry.values["places"]}
        if used & self._new.locations:
            self._new.insert(self.session)
            locations |= existing_locations(self.session, used)
        if row is None and not used & locations.keys():
            self._new.add(entry)
            return
        if row is None:
            row = Service(id=entry.id)
            self.session.add(row)
        records.write_service(row, entry.values, locations)
        row.last_modified = now()

    def _is_refused(self, entry: Entry) -> bool:
        """Faulty, or here a second time; the very same twice is no fault, but enough."""
        found = list(checks.problems(entry))
        mark = hash(tuple(sorted(entry.values.items(), key=lambda item: item[0])))
        if self._seen.setdefault(entry.id, mark) != mark:
            found.append(Problem(entry.row, "twice", "id", str(entry.id)))
        self._tell(found)
        return bool(found)

    def _owns(self, entry: Entry, owners: dict[uuid.UUID, uuid.UUID]) -> bool:
        """Whether phones, hours and places are this service's alone, and shared locations told alike."""
        wrong = []
        for id_ in _children(entry):
            owner = self._owners.setdefault(id_, owners.get(id_, entry.id))
            if owner != entry.id:
                wrong.append(Problem(entry.row, "taken", "id", str(id_)))
        for place in entry.values["places"]:
            for detail in place.accessibility:
                owner = self._owners.setdefault(detail.id, owners.get(detail.id, place.location_id))
                if owner != place.location_id:
                    wrong.append(Problem(entry.row, "taken", "id", str(detail.id)))
            mark = hash(place.of_location)
            if self._owners.setdefault(place.location_id, mark) != mark:
                wrong.append(Problem(entry.row, "location_differs", "location", str(place.location_id)))
        self._tell(wrong)
        return not wrong

    def _differs(self, entry: Entry, old: dict[str, Any] | None) -> bool:
        if old is None:
            fields = [(name, "", told(name, value)) for name, value in entry.values.items() if value]
            self.report.added[entry.kind] += 1
        else:
            fields = [
                (name, told(name, old[name]), told(name, value))
                for name, value in entry.values.items()
                if old[name] != value
            ]
            counts = self.report.changed if fields else self.report.unchanged
            counts[entry.kind] += 1
            if not fields:
                return False
        self.hash.update(repr((entry.id, old is None, sorted(entry.values.items()))).encode())
        if len(self.report.changes) < SHOWN:
            name = entry.values.get("name") or (old or {}).get("name", "")
            self.report.changes.append(Change(entry.kind, name, entry.row, old is None, fields))
        return True

    def _tell(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.report.problem_count += 1
            if len(self.report.problems) < SHOWN:
                self.report.problems.append(problem)

    def _tell_twins(self, entry: Entry) -> None:
        for other_id, name in self.names.twins(entry):
            self.report.twin_count += 1
            if len(self.report.twins) < SHOWN:
                self.report.twins.append(Twin(entry.row, entry.values["name"], str(other_id), name))


def _children(entry: Entry) -> Iterator[uuid.UUID]:
    places = entry.values.get("places", ())
    for field in ("phones", "schedules", "places", *details.OF_SERVICE):
        yield from (child.id for child in entry.values.get(field, ()))
    for place in places:
        yield from (schedule.id for schedule in place.schedules)


def _among(column: InstrumentedAttribute[uuid.UUID], ids: Iterable[uuid.UUID]) -> ColumnElement[bool]:
    """One parameter, however many ids: an IN of thousands takes longer to write than to answer."""
    return column == any_(cast(list(ids), ARRAY(UUID(as_uuid=True))))


OWNED: tuple[tuple[Any, Any], ...] = (
    *((table.id, table.service_id) for table in (Phone, Schedule, ServiceAtLocation)),
    *((details.table(name).id, details.table(name).service_id) for name in details.OF_SERVICE),
    (Accessibility.id, Accessibility.location_id),
)
"""What belongs to one service, or location, alone."""


def existing_organizations(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, Organization]:
    return {row.id: row for row in session.scalars(select(Organization).where(_among(Organization.id, ids)))}


TABLES: tuple[type[Base], ...] = (
    *(Organization, Service, ServiceNeed, ServiceAtLocation, Location, Phone, Schedule),
    *(table for _, table in details.TABLES.values()),
)


def forget(session: Session) -> None:
    """Lets go of the directory's rows, so that memory does not grow with the file."""
    for row in list(session):
        if isinstance(row, TABLES) and row in session:  # letting go of one lets go of what belongs to it
            session.expunge(row)


WHOLE = (
    selectinload(Service.needs),
    selectinload(Service.phones),
    selectinload(Service.schedules),
    selectinload(Service.service_at_locations)
    .joinedload(ServiceAtLocation.location)
    .selectinload(Location.accessibility),
    selectinload(Service.service_at_locations).selectinload(ServiceAtLocation.schedules),
    *(selectinload(getattr(Service, name)) for name in details.OF_SERVICE),
)


def existing_services(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, Service]:
    query = select(Service).where(_among(Service.id, ids)).options(*WHOLE)
    return {row.id: row for row in session.scalars(query)}


def existing_locations(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, Location]:
    query = select(Location).where(_among(Location.id, ids)).options(selectinload(Location.accessibility))
    return {row.id: row for row in session.scalars(query)}


def _owners(session: Session, entries: list[Entry]) -> dict[uuid.UUID, uuid.UUID]:
    """Of each phone, schedule and the like that is already there its service, or location."""
    ids = {id_ for entry in entries for id_ in _children(entry)}
    places = [place for entry in entries for place in entry.values.get("places", ())]
    ids.update(detail.id for place in places for detail in place.accessibility)
    found: dict[uuid.UUID, uuid.UUID] = {}
    for id_column, owner_column in OWNED:
        query = select(id_column, owner_column).where(_among(id_column, ids))
        for id_, owner in session.execute(query):
            found[id_] = owner
    return found
