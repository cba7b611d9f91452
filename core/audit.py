"""The append-only record of what staff read and changed. The database itself refuses to alter or delete a
row."""

import uuid

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, datetime_now, uuid_pk


class AuditEvent(Base):
    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_object", "object_type", "object_id"),)

    id: Mapped[uuid_pk]
    at: Mapped[datetime_now] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    action: Mapped[str]  # verb_noun: view_case, change_status, sign_in, …
    object_type: Mapped[str | None]
    object_id: Mapped[str | None]
    detail: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)  # codes and ids only


def record(
    session: Session,
    user_id: uuid.UUID | None,
    action: str,
    object_type: str | None = None,
    object_id: object = None,
    **detail: str,
) -> None:
    session.add(
        AuditEvent(
            user_id=user_id,
            action=action,
            object_type=object_type,
            object_id=None if object_id is None else str(object_id),
            detail=detail,
        )
    )
