"""A case is a lasting need: a complaint, an incident, an emergency or a request, until the person has an
answer."""

import json
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core import consents
from core.contacts import ALPHABET, Contact
from core.conversations import Conversation
from core.db import Base, Encrypted, datetime_now, encrypted, now, uuid_pk
from core.errors import Conflict, ConsentMissing
from core.types import CaseKind, CaseStatus, ContactStatus, ReferralStatus
from core.users import User

NUMBER_LENGTH = 7
"""32^7 = 34 thousand million numbers: guessing one within the allowed tries is hopeless."""

# Sources: inter-agency referral form (24 h, 72 h, two weeks); messaging_facts 3.9 for sealed cases.
DUE_URGENT = timedelta(hours=24)
DUE_SOON = timedelta(hours=72)
DUE_NORMAL = timedelta(days=14)


class Case(Base):
    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_queue", "status", "due_at"),)

    id: Mapped[uuid_pk]
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CaseKind]
    category: Mapped[str]  # complaint or incident topic of the label contract
    status: Mapped[CaseStatus] = mapped_column(default=CaseStatus.NEW)
    is_sealed: Mapped[bool] = mapped_column(default=False)
    wants_answer: Mapped[bool] = mapped_column(default=True)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL"), index=True
    )
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    country: Mapped[str | None]
    place: Mapped[str | None] = mapped_column(Encrypted)
    place_name: Mapped[str | None] = mapped_column(
        index=True
    )  # the municipality, when the place was recognized
    narrative: Mapped[str | None] = mapped_column(Encrypted)
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime_now] = mapped_column(index=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy's own way to say it

    contact: Mapped[Contact | None] = relationship()
    conversation: Mapped[Conversation | None] = relationship()
    assignee: Mapped[User | None] = relationship()
    events: Mapped[list["CaseEvent"]] = relationship(order_by="CaseEvent.id", back_populates="case")
    referrals: Mapped[list["Referral"]] = relationship(order_by="Referral.id", back_populates="case")


class CaseEvent(Base):
    """One line of a case's timeline."""

    __tablename__ = "case_events"

    id: Mapped[uuid_pk]
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime_now]
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[
        str
    ]  # opened, status_changed, answered, noted, assigned, referred, referral_changed, added_to
    data_json: Mapped[encrypted]

    case: Mapped[Case] = relationship(back_populates="events")
    user: Mapped[User | None] = relationship()

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.data_json)  # type: ignore[no-any-return]


class Referral(Base):
    """Somebody else gives a service; the case stays here (Primero)."""

    __tablename__ = "referrals"

    id: Mapped[uuid_pk]
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organizations.id"))
    consent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consents.id"))
    status: Mapped[ReferralStatus] = mapped_column(default=ReferralStatus.IN_PROGRESS)
    note: Mapped[encrypted]
    created_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime_now]

    case: Mapped[Case] = relationship(back_populates="referrals")


def new_number() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def open_case(
    session: Session,
    conversation: Conversation,
    kind: CaseKind,
    category: str,
    *,
    number: str,
    narrative: str | None,
    place: str | None,
    place_name: str | None = None,
    is_sealed: bool = False,
    wants_answer: bool = True,
) -> Case:
    case = Case(
        number=number,
        kind=kind,
        category=category,
        is_sealed=is_sealed,
        wants_answer=wants_answer,
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
        country=conversation.contact.country,
        place=place,
        place_name=place_name,
        narrative=narrative,
        due_at=now() + due_in(kind, is_sealed=is_sealed),
    )
    session.add(case)
    session.flush()
    add_event(session, case, "opened", None)
    return case


def due_in(kind: CaseKind, *, is_sealed: bool) -> timedelta:
    if is_sealed or kind is CaseKind.EMERGENCY:
        return DUE_URGENT
    return DUE_SOON if kind is CaseKind.INCIDENT else DUE_NORMAL


def add_event(session: Session, case: Case, kind: str, user: User | None, **data: Any) -> CaseEvent:
    event = CaseEvent(
        case_id=case.id, kind=kind, user_id=user.id if user else None, data_json=json.dumps(data)
    )
    session.add(event)
    session.flush()
    return event


def by_number(session: Session, number: str) -> Case | None:
    return session.scalars(select(Case).where(Case.number == normalize_number(number))).one_or_none()


def normalize_number(text: str) -> str:
    """`k7pm 4xq` as people type it → `K7PM-4XQ`."""
    letters = "".join(letter for letter in text.upper() if letter in ALPHABET)
    return f"{letters[:4]}-{letters[4:]}"


def can_be_answered(case: Case) -> bool:
    """False once the person opted out, blocked us or had their data erased."""
    contact = case.contact if case.conversation_id else None
    return contact is not None and contact.status is ContactStatus.ACTIVE and contact.erase_at is None


def change_status(session: Session, case: Case, user: User, status: CaseStatus) -> None:
    """Raises Conflict when a case that wants an answer, and can get one, would be closed without one."""
    is_owed = case.wants_answer and case.answered_at is None and can_be_answered(case)
    if status is CaseStatus.CLOSED and is_owed:
        raise Conflict("the person has had no answer yet")
    add_event(session, case, "status_changed", user, old=case.status, new=status)
    case.status = status
    case.closed_at = now() if status is CaseStatus.CLOSED else None


def record_answer(session: Session, case: Case, user: User, text: str, message_id: uuid.UUID) -> None:
    """Note that the person was answered; the message itself is queued by the caller (`messages.queue`)."""
    add_event(session, case, "answered", user, text=text, message_id=str(message_id))
    case.answered_at = now()
    if case.status in (CaseStatus.NEW, CaseStatus.IN_PROGRESS):
        case.status = CaseStatus.ANSWERED


def add_detail(
    session: Session, case: Case, *, text: str | None, place: str | None, place_name: str | None
) -> None:
    """The person told more: where it was, or anything else."""
    case.place, case.place_name = place or case.place, place_name or case.place_name
    add_event(session, case, "added_to", None, text=text or "", place=place or "")


def assign(session: Session, case: Case, user: User, assignee: User) -> None:
    case.assignee_id = assignee.id
    if case.status is CaseStatus.NEW:
        case.status = CaseStatus.IN_PROGRESS
    add_event(session, case, "assigned", user, assignee_id=str(assignee.id))


def note(session: Session, case: Case, user: User, text: str) -> None:
    add_event(session, case, "noted", user, text=text)


def refer(session: Session, case: Case, user: User, organization_id: uuid.UUID, note: str) -> Referral:
    """Raises ConsentMissing when the person has not agreed, or has taken the consent back."""
    consent = consents.valid(session, case.id, "referral")
    if consent is None:
        raise ConsentMissing("the person has not agreed to a referral")
    referral = Referral(
        case_id=case.id,
        organization_id=organization_id,
        consent_id=consent.id,
        note=note,
        created_by_id=user.id,
    )
    session.add(referral)
    session.flush()
    add_event(
        session, case, "referred", user, organization_id=str(organization_id), referral_id=str(referral.id)
    )
    case.status = CaseStatus.REFERRED
    return referral


def change_referral(session: Session, referral: Referral, user: User, status: ReferralStatus) -> None:
    """Raises Conflict when the referral has ended already."""
    if referral.status in (ReferralStatus.REJECTED, ReferralStatus.DONE, ReferralStatus.REVOKED):
        raise Conflict("the referral has ended")
    add_event(
        session,
        referral.case,
        "referral_changed",
        user,
        referral_id=str(referral.id),
        old=referral.status,
        new=status,
    )
    referral.status = status
