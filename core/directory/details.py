"""The lists of a service or a place that HSDS has a table of its own for, each as a plain value.

Their fields are HSDS's, in the database, in both kinds of files and here; what one of them holds, all do.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from core.db import Base
from core.directory import (
    Accessibility,
    CostOption,
    OrganizationContact,
    RequiredDocument,
    ServiceArea,
    ServiceLanguage,
)


class LanguageRecord(NamedTuple):
    id: uuid.UUID
    name: str | None = None
    code: str | None = None
    note: str | None = None


class RequiredDocumentRecord(NamedTuple):
    id: uuid.UUID
    document: str | None = None
    uri: str | None = None


class CostOptionRecord(NamedTuple):
    id: uuid.UUID
    option: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    currency: str | None = None
    amount: float | None = None
    amount_description: str | None = None


class ServiceAreaRecord(NamedTuple):
    id: uuid.UUID
    name: str | None = None
    description: str | None = None
    extent: str | None = None
    extent_type: str | None = None
    uri: str | None = None


class ContactRecord(NamedTuple):
    id: uuid.UUID
    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None


class AccessibilityRecord(NamedTuple):
    id: uuid.UUID
    description: str | None = None
    details: str | None = None
    url: str | None = None


Detail = (
    LanguageRecord
    | RequiredDocumentRecord
    | CostOptionRecord
    | ServiceAreaRecord
    | ContactRecord
    | AccessibilityRecord
)

TABLES: dict[str, tuple[type[Detail], type[Base]]] = {
    "languages": (LanguageRecord, ServiceLanguage),
    "required_documents": (RequiredDocumentRecord, RequiredDocument),
    "cost_options": (CostOptionRecord, CostOption),
    "service_areas": (ServiceAreaRecord, ServiceArea),
    "contacts": (ContactRecord, OrganizationContact),
    "accessibility": (AccessibilityRecord, Accessibility),
}
"""By the name that HSDS gives the list."""

OF_SERVICE = ("languages", "required_documents", "cost_options", "service_areas", "contacts")

KEYS = {**dict.fromkeys(OF_SERVICE, "service_id"), "accessibility": "location_id"}
"""What each belongs to."""

NEEDED = {"required_documents": "document", "service_areas": "name"}
"""Fields without which a line of the list says nothing."""

DATES = ("valid_from", "valid_to")
NUMBERS = ("amount",)


def table(name: str) -> Any:
    return TABLES[name][1]


def of_rows(name: str, rows: list[Any]) -> tuple[Any, ...]:
    record, _ = TABLES[name]
    made = (record(*(getattr(row, field) for field in record._fields)) for row in rows)
    return tuple(sorted(made, key=lambda one: one.id))


def write_rows(name: str, rows: list[Any], wanted: Iterable[Detail]) -> list[Any]:
    """The rows as they should be, those that are there already changed and not made anew."""
    _, table = TABLES[name]
    kept = {row.id: row for row in rows}
    written = []
    for one in wanted:
        row = kept.get(one.id) or table()
        for field, value in one._asdict().items():
            setattr(row, field, value)
        written.append(row)
    return written


def told(detail: Detail) -> str:
    """As a line for a person."""
    return ", ".join(str(value) for value in detail[1:] if value is not None)
