"""A conversation is the thread of one contact on one channel, and the lane in which its turns happen in
order."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.channels import Channel
from core.contacts import Contact, ContactURN
from core.db import Base, Encrypted, datetime_now, keyring_of, uuid7, uuid_pk
from core.types import URN, ContactStatus, ConversationStatus


class Conversation(Base):
    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("urn_id", "channel_id"),
        Index("ix_conversations_due", "due_at", postgresql_where="due_at IS NOT NULL"),
        Index("ix_conversations_status_last_message_at", "status", "last_message_at"),
    )

    id: Mapped[uuid_pk]
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    urn_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contact_urns.id", ondelete="CASCADE"))
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    status: Mapped[ConversationStatus] = mapped_column(default=ConversationStatus.PENDING)
    topic: Mapped[str | None]  # why a person is wanted: a code, never words of the writer
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    is_sealed: Mapped[bool] = mapped_column(default=False)  # only focal points may read it
    session: Mapped[str | None] = mapped_column(Encrypted)  # flow session as JSON
    due_at: Mapped[datetime | None]  # messages wait since then; `core.lanes` claims by it
    leased_until: Mapped[datetime | None]
    lease_token: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime_now]
    created_at: Mapped[datetime_now]

    contact: Mapped[Contact] = relationship()
    urn: Mapped[ContactURN] = relationship()
    channel: Mapped[Channel] = relationship()


def find(session: Session, urn: URN, channel_id: str) -> tuple[uuid.UUID, ContactStatus] | None:
    """The thread of a known person, and whether they want messages: one query, for the webhook."""
    row = session.execute(
        select(Conversation.id, Contact.status)
        .join(ContactURN, ContactURN.id == Conversation.urn_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(
            ContactURN.fingerprint == keyring_of(session).fingerprint(urn.as_text()),
            Conversation.channel_id == channel_id,
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def find_or_create(session: Session, contact: Contact, urn: ContactURN, channel_id: str) -> uuid.UUID:
    found = session.scalar(
        select(Conversation.id).where(Conversation.urn_id == urn.id, Conversation.channel_id == channel_id)
    )
    if found:
        return found
    values = {"id": uuid7(), "contact_id": contact.id, "urn_id": urn.id, "channel_id": channel_id}
    session.execute(insert(Conversation).values(**values).on_conflict_do_nothing())
    return session.scalars(
        select(Conversation.id).where(Conversation.urn_id == urn.id, Conversation.channel_id == channel_id)
    ).one()


def mark_due(session: Session, conversation_id: uuid.UUID) -> None:
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(due_at=func.now(), last_message_at=func.now())
    )


def open_for_person(conversation: Conversation, topic: str) -> None:
    """A person is wanted; the bot falls silent but for safety (Chatwoot's bot_handoff)."""
    conversation.status, conversation.topic, conversation.session = ConversationStatus.OPEN, topic, None


def assign(conversation: Conversation, user_id: uuid.UUID) -> None:
    conversation.status, conversation.assignee_id = ConversationStatus.OPEN, user_id


def resolve(conversation: Conversation) -> None:
    """The person's matter is done; the bot answers again."""
    conversation.status, conversation.assignee_id = ConversationStatus.PENDING, None
    conversation.topic, conversation.session = None, None
