"""The outbox: messages out that wait, how a sender takes them, and what becomes of them.

queued → sending → wired → sent → delivered → read, or errored (tried again) and failed. `sending` is
committed before the provider is called, so that a crash in between is seen.
"""

import random
import uuid
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core import contacts
from core.contacts import Contact
from core.conversations import Conversation
from core.db import now
from core.errors import SendError
from core.messages import Message, drop_waiting
from core.types import Direction, MessageStatus

SEND_LEASE = timedelta(seconds=60)
"""Longer than the longest provider call (35 s); after it another sender takes the message over."""

FORWARD = [
    MessageStatus.QUEUED,
    MessageStatus.SENDING,
    MessageStatus.ERRORED,
    MessageStatus.WIRED,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.READ,
]
"""Callbacks come in any order; a message moves only to the right. FAILED is reached from all but the last
two."""

BACK_OFF = (5, 30, 120, 600, 3600, 4 * 3600)
"""Seconds before each further try, each spread by half so that a thousand messages do not come back at
once. A handset out of reach is tried for about five hours (Twilio 30003)."""

MAX_UNKNOWN_OUTCOMES = 1
"""A call of which nobody knows whether it worked is repeated once: twice the same text is better than
none, but not for ever."""


def channels_with_waiting(session: Session) -> list[str]:
    """Ids of the channels for which a message may go out now."""
    rows = session.scalars(
        select(Message.channel_id).where(Message.direction == Direction.OUT, _is_waiting()).distinct()
    )
    return list(rows)


def claim(session: Session, channel_id: str, limit: int) -> list[Message]:
    """Mark up to `limit` waiting messages as being sent and return them, the most urgent first.

    One message a conversation at a time, so that answers arrive in their order. A message whose sender
    died is taken
    over when its lease ends. `sending` is committed before the provider is called: a crash in between is
    seen.
    """
    rows = session.scalars(
        select(Message)
        .where(
            Message.direction == Direction.OUT, Message.channel_id == channel_id, _is_waiting(), _is_first()
        )
        .order_by(Message.priority, Message.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    claimed = []
    for message in rows:
        message.unknown_outcomes += message.status is MessageStatus.SENDING  # its sender died
        if message.unknown_outcomes > MAX_UNKNOWN_OUTCOMES:
            message.status, message.error_code = MessageStatus.FAILED, "outcome_unknown"
            continue
        message.status, message.leased_until = MessageStatus.SENDING, now() + SEND_LEASE
        message.attempts += 1
        claimed.append(message)
    session.flush()
    return claimed


def apply_status(
    session: Session,
    channel_id: str,
    status: MessageStatus,
    *,
    external_id: str | None = None,
    message_id: uuid.UUID | None = None,
    error_code: str | None = None,
) -> bool:
    """Move a sent message forward. False when there is no such message or it is further already."""
    wanted = Message.id == message_id if message_id else Message.external_id == external_id
    message = session.scalars(
        select(Message)
        .where(Message.channel_id == channel_id, Message.direction == Direction.OUT, wanted)
        .with_for_update()
    ).first()
    if message is None or not is_forward(message.status, status):
        return False
    message.status, message.error_code = status, error_code or message.error_code
    message.external_id = message.external_id or external_id
    return True


def is_forward(old: MessageStatus, new: MessageStatus) -> bool:
    if old is MessageStatus.FAILED:
        return False
    if new is MessageStatus.FAILED:
        return old not in (MessageStatus.DELIVERED, MessageStatus.READ)
    return FORWARD.index(new) > FORWARD.index(old)


def _is_first() -> ColumnElement[bool]:
    """Nothing of its conversation goes before it."""
    earlier = Message.__table__.alias("earlier")
    return ~(
        select(earlier.c.id)
        .where(
            earlier.c.conversation_id == Message.conversation_id,
            earlier.c.direction == Direction.OUT,
            earlier.c.status.in_([MessageStatus.QUEUED, MessageStatus.ERRORED, MessageStatus.SENDING]),
            or_(
                earlier.c.priority < Message.priority,
                (earlier.c.priority == Message.priority) & (earlier.c.seq < Message.seq),
            ),
        )
        .exists()
    )


def _is_waiting() -> ColumnElement[bool]:
    return or_(
        Message.status.in_([MessageStatus.QUEUED, MessageStatus.ERRORED]) & (Message.next_at <= func.now()),
        (Message.status == MessageStatus.SENDING) & (Message.leased_until < func.now()),
    )


def record_sent(
    session: Session, message_id: uuid.UUID, external_id: str | None, status: MessageStatus
) -> None:
    """The provider took it. A status callback may have been faster and moved the message further."""
    message = _locked(session, message_id)
    message.external_id = message.external_id or external_id
    message.leased_until, message.handled_at = None, now()
    if is_forward(message.status, status):
        message.status = status


def record_error(session: Session, message_id: uuid.UUID, error: SendError) -> None:
    """The provider did not take it: try again later, or give up."""
    message = _locked(session, message_id)
    if message.status is not MessageStatus.SENDING:
        return
    message.leased_until, message.error_code = None, error.code
    if error.is_stopped:
        contact = session.get_one(Contact, session.get_one(Conversation, message.conversation_id).contact_id)
        contacts.stop(contact)
        drop_waiting(session, contact)
    if error.halts_channel:
        message.status, message.attempts = MessageStatus.QUEUED, message.attempts - 1
        return
    message.unknown_outcomes += error.is_outcome_unknown
    is_over = message.attempts > len(BACK_OFF) or message.unknown_outcomes > MAX_UNKNOWN_OUTCOMES
    if is_over or not error.retryable:
        message.status, message.handled_at = MessageStatus.FAILED, now()
        return
    delay = error.retry_after or BACK_OFF[message.attempts - 1] * random.uniform(0.5, 1.5)
    message.status, message.next_at = MessageStatus.ERRORED, now() + timedelta(seconds=delay)


def counts(session: Session) -> dict[str, int]:
    """Messages out that are not done, by status: for health pages."""
    waiting = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.ERRORED)
    rows = session.execute(
        select(Message.status, func.count())
        .where(Message.direction == Direction.OUT, Message.status.in_(waiting))
        .group_by(Message.status)
    )
    return {status.value: count for status, count in rows}


def _locked(session: Session, message_id: uuid.UUID) -> Message:
    return session.get_one(Message, message_id, with_for_update=True)
