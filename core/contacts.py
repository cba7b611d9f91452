"""A contact is a person who writes to us; staff know them by a pseudonym."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, datetime_now, encrypted, keyring_of, now, uuid7, uuid_pk
from core.types import URN, ContactStatus, Language

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I or O: people copy these by hand from a small screen."""


class Contact(Base):
    __tablename__ = "contacts"

    id: Mapped[uuid_pk]
    pseudonym: Mapped[str] = mapped_column(unique=True)
    status: Mapped[ContactStatus] = mapped_column(default=ContactStatus.ACTIVE, index=True)
    language: Mapped[Language | None]  # what they write in, until they choose
    has_chosen_language: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str | None]
    privacy_notice_at: Mapped[datetime | None]  # when the notice was first sent
    unsafe_since: Mapped[
        datetime | None
    ]  # said that it is not safe to write to this phone: nobody writes first
    subscribed_at: Mapped[datetime | None]  # agreed to campaigns
    stopped_at: Mapped[datetime | None]
    erase_at: Mapped[datetime | None] = mapped_column(
        index=True
    )  # erased already but for the address (core.erasure)
    wrong_numbers: Mapped[int] = mapped_column(
        default=0
    )  # case numbers tried in vain since the last hour began
    wrong_numbers_since: Mapped[datetime | None]
    created_at: Mapped[datetime_now]


class ContactURN(Base):
    __tablename__ = "contact_urns"

    id: Mapped[uuid_pk]
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    urn: Mapped[encrypted]


def find_or_create(session: Session, urn: URN) -> tuple[Contact, ContactURN]:
    """The person behind an address; two webhooks at once make one contact, not two."""
    text = urn.as_text()
    fingerprint = keyring_of(session).fingerprint(text)
    wanted = select(ContactURN).where(ContactURN.fingerprint == fingerprint)
    row = session.scalars(wanted).one_or_none()
    if row is None:
        contact = Contact(id=uuid7(), pseudonym=new_pseudonym())
        session.add(contact)
        session.flush()
        values = {"id": uuid7(), "contact_id": contact.id, "fingerprint": fingerprint, "urn": text}
        added = session.scalar(
            insert(ContactURN).values(**values).on_conflict_do_nothing().returning(ContactURN.id)
        )
        if added is None:
            session.delete(contact)
            session.flush()
        row = session.scalars(wanted).one()
    return session.get_one(Contact, row.contact_id), row


def new_pseudonym() -> str:
    return "P-" + "".join(secrets.choice(ALPHABET) for _ in range(7))


def stop(contact: Contact) -> None:
    """The person opted out: nothing is sent any more but the one confirmation."""
    contact.status, contact.stopped_at, contact.subscribed_at = ContactStatus.STOPPED, now(), None


def resume(contact: Contact) -> None:
    """The person wrote START, or unblocked the bot."""
    contact.status, contact.stopped_at = ContactStatus.ACTIVE, None
