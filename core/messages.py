"""A message, in or out. Those out that wait are the outbox (`core.outbox`); there is no other queue of
them."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.contacts import Contact
from core.conversations import Conversation, mark_due
from core.db import Base, Encrypted, datetime_now, encrypted, now, uuid7, uuid_pk
from core.errors import Conflict
from core.types import ContactStatus, Direction, MessageStatus, Priority


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (
        Index(
            "uq_messages_received",
            "channel_id",
            "external_id",
            unique=True,
            postgresql_where="direction = 'in'",
        ),
        Index("ix_messages_wired", "channel_id", "external_id", postgresql_where="direction = 'out'"),
        Index("ix_messages_conversation_id_seq", "conversation_id", "seq"),
        Index("ix_messages_pending", "conversation_id", "seq", postgresql_where="status = 'pending'"),
        Index(
            "ix_messages_outbox",
            "channel_id",
            "priority",
            "seq",
            postgresql_where="status IN ('queued', 'errored', 'sending')",
        ),
    )

    id: Mapped[uuid_pk]
    seq: Mapped[int] = mapped_column(BigInteger, Identity())
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    direction: Mapped[Direction]
    status: Mapped[MessageStatus]
    external_id: Mapped[str | None]
    kind: Mapped[str] = mapped_column(default="text")  # text, choice, location, voice, photo, sticker, …
    text: Mapped[encrypted]
    payload_json: Mapped[str | None] = mapped_column(Encrypted)  # in: choice, location; out: choices
    key: Mapped[str | None]  # of the catalogue; None for content and for what staff wrote
    intent: Mapped[str | None]
    topic: Mapped[str | None]
    confidence: Mapped[float | None]
    decision: Mapped[str | None]
    priority: Mapped[int] = mapped_column(default=Priority.REPLY)
    is_private: Mapped[bool] = mapped_column(default=False)  # the provider is asked not to keep the text
    segments: Mapped[int] = mapped_column(
        default=0
    )  # what the provider bills; 0 where it does not bill by segment
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    unknown_outcomes: Mapped[int] = mapped_column(
        default=0
    )  # calls of which nobody knows whether they worked
    error_code: Mapped[str | None]
    sent_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    provider_at: Mapped[datetime | None]  # when the person sent it, by the provider's clock
    provider_seq: Mapped[int | None] = mapped_column(BigInteger)  # the provider's own order, where it has one
    created_at: Mapped[datetime_now]
    handled_at: Mapped[datetime | None]  # in: turn made; out: provider took it

    @property
    def payload(self) -> dict[str, Any]:
        return json.loads(self.payload_json) if self.payload_json else {}


@dataclass(frozen=True, slots=True)
class Received:
    """What a channel tells of a message that came in; `external_id` is unique within the channel."""

    external_id: str
    text: str
    kind: str = "text"
    payload: dict[str, Any] | None = None
    provider_at: datetime | None = None
    provider_seq: int | None = None


def record_inbound(session: Session, conversation_id: uuid.UUID, channel_id: str, received: Received) -> bool:
    """Store the message and mark its conversation due. False when it was here already: a repeated
    delivery."""
    added = session.scalar(
        insert(Message)
        .values(
            id=uuid7(),
            conversation_id=conversation_id,
            channel_id=channel_id,
            direction=Direction.IN,
            status=MessageStatus.PENDING,
            external_id=received.external_id,
            kind=received.kind,
            # PostgreSQL has no NUL in text, and it means nothing in a message
            text=received.text.replace("\x00", ""),
            payload_json=json.dumps(received.payload) if received.payload else None,
            provider_at=received.provider_at,
            provider_seq=received.provider_seq,
        )
        .on_conflict_do_nothing()
        .returning(Message.id)
    )
    if added is None:
        return False
    mark_due(session, conversation_id)
    return True


def pending(session: Session, conversation_ids: Sequence[uuid.UUID]) -> list[Message]:
    """Messages that wait for their turn, in the order in which they are to be handled."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.conversation_id.in_(conversation_ids), Message.status == MessageStatus.PENDING)
            .order_by(
                Message.conversation_id, Message.provider_seq.nulls_last(), Message.provider_at, Message.seq
            )
        )
    )


def has_pending(session: Session, conversation_id: uuid.UUID) -> bool:
    return (
        session.scalar(
            select(
                select(Message.id)
                .where(Message.conversation_id == conversation_id, Message.status == MessageStatus.PENDING)
                .exists()
            )
        )
        or False
    )


def queue(
    session: Session,
    conversation: Conversation,
    text: str,
    *,
    priority: Priority = Priority.REPLY,
    payload: dict[str, Any] | None = None,
    key: str | None = None,
    segments: int = 0,
    is_private: bool = False,
    sent_by_id: uuid.UUID | None = None,
    even_if_stopped: bool = False,
) -> Message:
    """Put a message into the outbox; it leaves when the transaction has committed and a sender claims it.

    Raises Conflict when the person has opted out; only the confirmation of that and safety texts go out
    even then.
    """
    if conversation.contact.status is not ContactStatus.ACTIVE and not even_if_stopped:
        raise Conflict("the person has opted out")
    message = Message(
        conversation_id=conversation.id,
        channel_id=conversation.channel_id,
        direction=Direction.OUT,
        status=MessageStatus.QUEUED,
        text=text,
        payload_json=json.dumps(payload) if payload else None,
        key=key,
        priority=priority,
        segments=segments,
        is_private=is_private,
        sent_by_id=sent_by_id,
        next_at=now(),
    )
    session.add(message)
    session.flush()
    return message


def drop_waiting(session: Session, contact: Contact) -> None:
    """The person opted out: what still waits for them is not sent."""
    theirs = select(Conversation.id).where(Conversation.contact_id == contact.id)
    session.execute(
        update(Message)
        .where(Message.conversation_id.in_(theirs), Message.direction == Direction.OUT)
        .where(Message.status.in_([MessageStatus.QUEUED, MessageStatus.ERRORED]))
        .values(status=MessageStatus.FAILED, error_code=ContactStatus.STOPPED.value)
    )
