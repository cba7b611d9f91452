"""What staff change in the directory by hand, under the same checks as a file."""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.db import now
from core.directory import Organization, Service, checks, records
from core.directory.cells import Problem
from core.directory.importing import existing_locations, existing_services
from core.directory.records import Entry
from core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Saved:
    """Nothing is written when there are problems; `fields` are those that changed."""

    problems: list[Problem]
    fields: list[str]


def service(session: Session, service_id: uuid.UUID) -> Service:
    """With all that belongs to it. Raises NotFound."""
    found = existing_services(session, {service_id}).get(service_id)
    if found is None:
        raise NotFound("service")
    return found


def organization(session: Session, organization_id: uuid.UUID) -> Organization:
    """Raises NotFound."""
    found = session.get(Organization, organization_id)
    if found is None:
        raise NotFound("organization")
    return found


def save_organization(session: Session, entry: Entry) -> Saved:
    """Adds it if there is none of this id."""
    row = session.get(Organization, entry.id)
    old = records.of_organization(row) if row else {}
    problems = list(checks.problems(entry))
    if problems:
        return Saved(problems, [])
    if row is None:
        row = Organization(id=entry.id)
        session.add(row)
    records.write_organization(row, entry.values)
    session.flush()
    return Saved([], _changed(old, entry))


def save_service(session: Session, entry: Entry) -> Saved:
    """Adds it if there is none of this id."""
    row = existing_services(session, {entry.id}).get(entry.id)
    old = records.of_service(row) if row else {}
    # also what the form did not touch must hold with what it did
    problems = list(checks.problems(Entry("service", entry.id, old | entry.values)))
    if problems:
        return Saved(problems, [])
    places = entry.values.get("places", ())
    locations = existing_locations(session, {place.location_id for place in places})
    if row is None:
        row = Service(id=entry.id)
        session.add(row)
    records.write_service(row, entry.values, locations)
    row.last_modified = now()
    session.flush()
    return Saved([], _changed(old, entry))


def verify(row: Service) -> None:
    """Somebody made sure today that all of it is so."""
    row.last_modified = now()
    row.assured_date = now().date()


def _changed(old: dict[str, object], entry: Entry) -> list[str]:
    return [field for field, value in entry.values.items() if old.get(field) != value]
