"""The whole directory as a file, read in batches so that its size does not matter."""

import json
import uuid
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.directory import Organization, datapackage, hsds_writing, records, sheets, three_w
from core.directory.hsds import Object
from core.directory.importing import WHOLE, forget
from core.directory.records import Entry
from core.rights.check import NEEDS

IN_MEMORY = 1024 * 1024
ORGANIZATIONS = 50  # at once, with all their services


def write(session: Session, format_: str, *, country: str | None = None) -> IO[bytes]:
    """A temporary file, at its beginning."""
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- the caller closes it
    if format_ == "json":
        for text in _json(organizations(session, country)):
            file.write(text.encode())
    elif format_ == "zip":
        datapackage.write(_nested(organizations(session, country)), file)
    elif format_ == "xlsx":
        sheets.write_xlsx(three_w.write(_pairs(organizations(session, country))), "3W", file)
    else:
        for chunk in sheets.write_csv(three_w.write(_pairs(organizations(session, country)))):
            file.write(chunk)
    file.seek(0)
    return file


Whole = tuple[Entry, list[Entry]]


def organizations(session: Session, country: str | None) -> Iterator[Whole]:
    """Each with its services."""
    last: uuid.UUID | None = None
    while True:
        query = select(Organization).order_by(Organization.id).limit(ORGANIZATIONS)
        query = query.options(selectinload(Organization.services).options(*WHOLE))
        if country:
            query = query.where(Organization.country == country)
        if last:
            query = query.where(Organization.id > last)
        batch = list(session.scalars(query))
        for row in batch:
            services = sorted(row.services, key=lambda service: service.id)
            yield (
                Entry("organization", row.id, records.of_organization(row)),
                [Entry("service", one.id, records.of_service(one)) for one in services],
            )
        if len(batch) < ORGANIZATIONS:
            return
        last = batch[-1].id
        forget(session)


def _nested(whole: Iterator[Whole]) -> Iterator[Object]:
    for organization, services in whole:
        inside = [hsds_writing.service(one.id, one.values) for one in services]
        yield hsds_writing.organization(organization.id, organization.values, inside)


def _pairs(whole: Iterator[Whole]) -> Iterator[tuple[Entry, Entry]]:
    for organization, services in whole:
        for service in services:
            yield organization, service


def _json(whole: Iterator[Whole]) -> Iterator[str]:
    terms = [
        {"id": str(hsds_writing.term_id(need)), "code": need, "name": need.replace("_", " ")}
        for need in NEEDS
    ]
    yield f'{{"version": "3.0", "taxonomy_terms": {json.dumps(terms)}, "organizations": ['
    for number, organization in enumerate(_nested(whole)):
        yield (",\n" if number else "\n") + json.dumps(organization, ensure_ascii=False)
    yield "\n]}\n"
