"""Which cases need somebody first: what the panel reads for its queue and its start page.

`sees_sealed` is an argument of every query here: sealed cases are absent from what everybody else lists,
counts or looks up. Lists leave the narrative in the database, so that it is decrypted only for the one who
opens the case.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, func, select, true, tuple_
from sqlalchemy.orm import Session, defer, joinedload

from core.cases import Case, normalize_number
from core.db import now
from core.errors import NotFound
from core.keyset import Cursor
from core.types import CaseKind, CaseStatus

PAGE = 30
SOON = timedelta(days=3)
OLD = timedelta(days=30)

ACTIVE = (CaseStatus.NEW, CaseStatus.IN_PROGRESS, CaseStatus.REFERRED)
"""Somebody still owes the person something."""


class When(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"  # due within SOON
    OLD = "old"  # opened more than OLD ago


@dataclass(frozen=True, slots=True)
class Filters:
    """None leaves everything in; no `status` means the active ones, unless `is_everything`."""

    kind: CaseKind | None = None
    category: str | None = None
    place: str | None = None
    status: CaseStatus | None = None
    is_everything: bool = False
    assignee_id: uuid.UUID | None = None
    is_unassigned: bool = False
    when: When | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    cases: list[Case]
    total: int
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Counts:
    emergencies: int
    overdue: int
    unassigned: int
    mine: int


def page(session: Session, filters: Filters, *, sees_sealed: bool, after: Cursor | None = None) -> Page:
    """The cases that fit, the one due first at the top."""
    query = _fitting(select(Case), filters, sees_sealed=sees_sealed)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after:
        query = query.where(tuple_(Case.due_at, Case.id) > tuple_(after.at, after.id))
    rows = list(session.scalars(_listed(query).order_by(Case.due_at, Case.id).limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], total, Cursor(last.due_at, last.id) if last else None)


def first_needed(session: Session, *, sees_sealed: bool, limit: int = 8) -> list[Case]:
    """Emergencies, then what is overdue or due soon."""
    urgency = case((Case.kind == CaseKind.EMERGENCY, 0), else_=1)
    query = (
        select(Case)
        .where(_is_visible(sees_sealed=sees_sealed), Case.status.in_(ACTIVE))
        .where((Case.kind == CaseKind.EMERGENCY) | (Case.due_at < now() + SOON))
    )
    return list(session.scalars(_listed(query).order_by(urgency, Case.due_at, Case.id).limit(limit)))


def counts(session: Session, user_id: uuid.UUID, *, sees_sealed: bool) -> Counts:
    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    row = session.execute(
        select(
            counted(Case.kind == CaseKind.EMERGENCY),
            counted(Case.due_at < now()),
            counted(Case.assignee_id.is_(None)),
            counted(Case.assignee_id == user_id),
        ).where(_is_visible(sees_sealed=sees_sealed), Case.status.in_(ACTIVE))
    ).one()
    return Counts(*row)


def places(session: Session, *, sees_sealed: bool) -> list[str]:
    """The municipalities that cases come from, for the filter."""
    query = select(Case.place_name).where(Case.place_name.is_not(None), _is_visible(sees_sealed=sees_sealed))
    return [name for name in session.scalars(query.distinct().order_by(Case.place_name)) if name]


def categories(session: Session, *, sees_sealed: bool) -> list[str]:
    query = select(Case.category).where(_is_visible(sees_sealed=sees_sealed))
    return list(session.scalars(query.distinct().order_by(Case.category)))


def get(session: Session, case_id: uuid.UUID, *, sees_sealed: bool, is_locked: bool = False) -> Case:
    """Raises NotFound alike for no case and for a sealed one. `is_locked` holds it for a change."""
    query = select(Case).where(Case.id == case_id, _is_visible(sees_sealed=sees_sealed))
    found = session.scalars(query.with_for_update() if is_locked else query).one_or_none()
    if found is None:
        raise NotFound("case")
    return found


def of_conversation(session: Session, conversation_id: uuid.UUID, *, sees_sealed: bool) -> list[Case]:
    query = select(Case).where(Case.conversation_id == conversation_id, _is_visible(sees_sealed=sees_sealed))
    return list(session.scalars(_listed(query).order_by(Case.id.desc())))


def _is_visible(*, sees_sealed: bool) -> ColumnElement[bool]:
    return true() if sees_sealed else Case.is_sealed.is_(False)


def _listed(query: Select[Case]) -> Select[Case]:
    return query.options(defer(Case.narrative), defer(Case.place), joinedload(Case.assignee))


def _fitting(query: Select[Case], filters: Filters, *, sees_sealed: bool) -> Select[Case]:
    query = query.where(_is_visible(sees_sealed=sees_sealed))
    if filters.number:
        return query.where(Case.number == normalize_number(filters.number))
    wanted = [
        (Case.kind, filters.kind),
        (Case.category, filters.category),
        (Case.place_name, filters.place),
        (Case.status, filters.status),
        (Case.assignee_id, filters.assignee_id),
    ]
    query = query.where(*(column == value for column, value in wanted if value is not None))
    if filters.status is None and not filters.is_everything:
        query = query.where(Case.status.in_(ACTIVE))
    if filters.is_unassigned:
        query = query.where(Case.assignee_id.is_(None))
    return query.where(_in_time(filters.when))


def _in_time(when: When | None) -> ColumnElement[bool]:
    is_active = Case.status.in_(ACTIVE)
    match when:
        case When.OVERDUE:
            return is_active & (Case.due_at < now())
        case When.SOON:
            return is_active & Case.due_at.between(now(), now() + SOON)
        case When.OLD:
            return Case.created_at < now() - OLD
        case None:
            return true()
