"""Loads the project's own directory data. Loading it again changes nothing; rows made by staff are left
alone."""

import uuid
from pathlib import Path

from sqlalchemy.orm import Session

from core.directory import Organization, hsds, records
from core.directory.adding import NewRows
from core.directory.cells import Problem

FILE = Path(__file__).parents[1] / "data" / "directory.json"


def load(session: Session, path: Path = FILE) -> int:
    """Add the organizations that are not there yet, with all that belongs to them; returns how many."""
    with path.open("rb") as file:
        found = hsds.load(file)
    missing = [one for one in found if session.get(Organization, uuid.UUID(one["id"])) is None]
    services = NewRows()
    for entry in hsds.read(iter(missing)):
        if isinstance(entry, Problem):
            raise ValueError(f"{path.name}, {entry.row}: {entry.code} {entry.field}")
        if entry.kind == "organization":
            organization = Organization(id=entry.id)
            records.write_organization(organization, entry.values)
            session.add(organization)
        else:
            services.add(entry)
    session.flush()
    services.insert(session)
    return len(missing)
