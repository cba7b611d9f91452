"""A conversation is a lane: its turns happen one after the other, while other lanes move.

`due_at` says that messages wait. A worker claims due conversations under a lease with a fencing token, so
that a worker that was thought dead cannot commit a turn after another has taken over.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from core.conversations import Conversation
from core.db import now
from core.errors import Conflict
from core.messages import has_pending

LEASE = timedelta(seconds=30)
"""Longer than any turn; after it another worker takes over from a dead one."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to make the next turns of a conversation, void once `token` is not the row's any more."""

    conversation_id: uuid.UUID
    token: int


def claim(session: Session, limit: int) -> list[Lease]:
    """Lease up to `limit` due conversations, oldest first, skipping what other workers hold."""
    due = (
        select(Conversation.id)
        .where(Conversation.due_at <= func.now())
        .where(or_(Conversation.leased_until.is_(None), Conversation.leased_until < func.now()))
        .order_by(Conversation.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # as a subquery it might be run again for each row, and so lease more than the limit
        .cte("due")
    )
    rows = session.execute(
        update(Conversation)
        .where(Conversation.id.in_(select(due.c.id)))
        .values(leased_until=func.now() + LEASE, lease_token=Conversation.lease_token + 1)
        .returning(Conversation.id, Conversation.lease_token)
        .execution_options(synchronize_session=False)
    )
    return [Lease(*row) for row in rows]


def lock(session: Session, lease: Lease) -> Conversation:
    """The conversation, locked for one turn. Raises Conflict when another worker has taken it over."""
    conversation = session.scalars(
        select(Conversation)
        .where(Conversation.id == lease.conversation_id)
        .with_for_update(key_share=True)  # a webhook may add a message meanwhile
        .execution_options(populate_existing=True)
    ).one_or_none()
    if conversation is None or conversation.lease_token != lease.token:
        raise Conflict("the lease was taken over")
    conversation.leased_until = now() + LEASE
    return conversation


def release(session: Session, lease: Lease, *, due_at: datetime | None = None) -> None:
    """Give the lane back. It stays due when a message came in while the turns were made."""
    conversation = lock(session, lease)
    conversation.leased_until = None
    if due_at is None and has_pending(session, conversation.id):
        due_at = now()
    conversation.due_at = due_at


def count_due(session: Session) -> tuple[int, float]:
    """How many conversations wait, and for how many seconds the oldest has."""
    count, oldest = session.execute(
        select(func.count(), func.min(Conversation.due_at)).where(Conversation.due_at <= func.now())
    ).one()
    return count, (now() - oldest).total_seconds() if oldest else 0.0
