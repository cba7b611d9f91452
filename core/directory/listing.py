"""The directory as staff look through it: by name, place, need and by what nobody has verified for long."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from core.db import now
from core.directory import Location, Organization, Service, ServiceAtLocation, ServiceNeed

PAGE = 30
STALE = dt.timedelta(days=183)
"""Half a year: numbers and doors change, and a person who goes in vain does not ask again."""

ACCENTS = ("áéíóúüñ", "aeiouun")


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty leaves everything in."""

    text: str = ""
    country: str | None = None
    need: str | None = None
    status: str | None = None
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    total: int
    next: uuid.UUID | None


def services(session: Session, filters: Filters, after: uuid.UUID | None = None) -> Page:
    """By name; `after` is the last one of the page before."""
    wanted = []
    if filters.text:
        town = (
            select(ServiceAtLocation.service_id)
            .join(Location, Location.id == ServiceAtLocation.location_id)
            .where(_has(Location.city, filters.text))
        )
        names = (Service.name, Service.name_en, Organization.name, Organization.alternate_name)
        wanted.append(or_(*(_has(name, filters.text) for name in names), Service.id.in_(town)))
    if filters.country:
        wanted.append(Service.country == filters.country)
    if filters.need:
        wanted.append(Service.needs.any(ServiceNeed.need == filters.need))
    if filters.status:
        wanted.append(Service.status == filters.status)
    if filters.is_stale:
        wanted.append(is_stale())
    query = select(Service).join(Service.organization).where(*wanted)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after and (last := session.get(Service, after)):
        query = query.where(tuple_(Service.name, Service.id) > (last.name, last.id))
    query = query.order_by(Service.name, Service.id).limit(PAGE + 1)
    query = query.options(
        joinedload(Service.organization),
        selectinload(Service.needs),
        selectinload(Service.phones),
        selectinload(Service.service_at_locations).joinedload(ServiceAtLocation.location),
    )
    return _page(list(session.scalars(query)), total)


def organizations(
    session: Session, text: str = "", country: str | None = None, after: uuid.UUID | None = None
) -> Page:
    query = select(Organization)
    if text:
        names = (Organization.name, Organization.name_en, Organization.alternate_name)
        query = query.where(or_(*(_has(name, text) for name in names)))
    if country:
        query = query.where(Organization.country == country)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after and (last := session.get(Organization, after)):
        query = query.where(tuple_(Organization.name, Organization.id) > (last.name, last.id))
    query = query.order_by(Organization.name, Organization.id).limit(PAGE + 1)
    return _page(list(session.scalars(query.options(selectinload(Organization.services)))), total)


def stale_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Service).where(is_stale())) or 0


def is_stale() -> ColumnElement[bool]:
    """People are told of it, and nobody has verified it for half a year or ever."""
    since = now().date() - STALE
    return (Service.status == "active") & or_(Service.assured_date.is_(None), Service.assured_date < since)


def _page(rows: list[Any], total: int) -> Page:
    return Page(rows[:PAGE], total, rows[PAGE - 1].id if len(rows) > PAGE else None)


def _has(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """Without regard to case and accents."""
    wanted = text.lower().translate(str.maketrans(*ACCENTS))
    plain = func.translate(func.lower(column), *ACCENTS)
    return plain.contains(wanted, autoescape=True)
