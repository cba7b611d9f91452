"""Reading the audit log page by page.

What happened to a sealed case or conversation is left out for whoever may not see sealed records, also
when it was sealed only later.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import String, cast, exists, select
from sqlalchemy.orm import Session

from core.audit import AuditEvent
from core.cases import Case
from core.conversations import Conversation

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    user_id: uuid.UUID | None = None
    action: str | None = None
    before: uuid.UUID | None = None  # the last row of the page before


@dataclass(frozen=True, slots=True)
class Page:
    events: list[AuditEvent]
    next: uuid.UUID | None


def page(session: Session, filters: Filters, *, sees_sealed: bool) -> Page:
    """Newest first."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(PAGE + 1)
    if filters.user_id:
        query = query.where(AuditEvent.user_id == filters.user_id)
    if filters.action:
        query = query.where(AuditEvent.action == filters.action)
    if filters.before:
        query = query.where(AuditEvent.id < filters.before)
    if not sees_sealed:
        query = query.where(AuditEvent.detail["sealed"].astext.is_(None))
        for noun in (Case, Conversation):
            is_it = cast(noun.id, String) == AuditEvent.object_id
            query = query.where(~exists().where(noun.is_sealed, is_it))
    rows = list(session.scalars(query))
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def of_object(
    session: Session, object_type: str, object_id: uuid.UUID, *, limit: int = 20
) -> list[AuditEvent]:
    """Who read or changed this record lately."""
    query = select(AuditEvent).where(
        AuditEvent.object_type == object_type, AuditEvent.object_id == str(object_id)
    )
    return list(session.scalars(query.order_by(AuditEvent.id.desc()).limit(limit)))
