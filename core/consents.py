"""What a person agreed to, when, and in which words it was asked."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, datetime_now, now, uuid_pk


class Consent(Base):
    __tablename__ = "consents"

    id: Mapped[uuid_pk]
    # None once the person has erased their data: the referral it allowed stays provable
    contact_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL"), index=True
    )
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]  # referral
    wording: Mapped[str]  # the question as it was shown
    given_at: Mapped[datetime_now]
    withdrawn_at: Mapped[datetime | None]


def give(
    session: Session, contact_id: uuid.UUID, purpose: str, wording: str, *, case_id: uuid.UUID | None = None
) -> Consent:
    consent = Consent(contact_id=contact_id, case_id=case_id, purpose=purpose, wording=wording)
    session.add(consent)
    session.flush()
    return consent


def valid(session: Session, case_id: uuid.UUID, purpose: str) -> Consent | None:
    """The consent in force for this case, if there is one."""
    return session.scalars(
        select(Consent)
        .where(Consent.case_id == case_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at.desc())
    ).first()


def withdraw(session: Session, contact_id: uuid.UUID) -> int:
    """The person takes back all their consents; returns how many there were."""
    standing = session.scalars(
        select(Consent).where(Consent.contact_id == contact_id, Consent.withdrawn_at.is_(None))
    ).all()
    for consent in standing:
        consent.withdrawn_at = now()
    return len(standing)
