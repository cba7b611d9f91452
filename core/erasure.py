"""A person's right to be forgotten: "borrar mis datos", by message.

The words go at once. The address stays for an hour, so that the confirmation can be sent, and then goes too
(`purge`). Of a case remain its kind, category, municipality, dates and status; nobody can be found by them.
"""

import json
import uuid
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core import surveys
from core.cases import Case, CaseEvent, Referral
from core.consents import Consent
from core.contacts import Contact, new_pseudonym
from core.conversations import Conversation
from core.db import now
from core.messages import Message
from core.types import Direction, MessageStatus

ADDRESS_STAYS = timedelta(hours=1)

WITH_WORDS = ("answered", "noted", "added_to")
"""Case events that hold what somebody wrote."""


def erase(session: Session, contact: Contact) -> None:
    """Forget all that the person wrote and all that was written to them."""
    conversations = list(
        session.scalars(select(Conversation.id).where(Conversation.contact_id == contact.id))
    )
    _erase_cases(session, contact.id)
    surveys.forget(session, contact.id)
    # a message in stays as an empty row, so that its repeated delivery is still known as one
    session.execute(
        delete(Message).where(Message.conversation_id.in_(conversations), Message.direction == Direction.OUT)
    )
    session.execute(
        update(Message)
        .where(Message.conversation_id.in_(conversations))
        .values(text="", payload_json=None, intent=None, topic=None, status=MessageStatus.HANDLED)
    )
    for conversation in session.scalars(select(Conversation).where(Conversation.id.in_(conversations))):
        conversation.session, conversation.topic = None, None
    contact.pseudonym, contact.country, contact.subscribed_at = new_pseudonym(), None, None
    contact.privacy_notice_at, contact.unsafe_since = None, None
    contact.erase_at = now() + ADDRESS_STAYS


def _erase_cases(session: Session, contact_id: uuid.UUID) -> None:
    for case in session.scalars(select(Case).where(Case.contact_id == contact_id)):
        case.narrative = case.place = case.contact_id = case.conversation_id = None
        session.execute(
            update(CaseEvent)
            .where(CaseEvent.case_id == case.id, CaseEvent.kind.in_(WITH_WORDS))
            .values(data_json=json.dumps({"is_erased": True}))
        )
        for referral in session.scalars(select(Referral).where(Referral.case_id == case.id)):
            referral.note = ""
    session.execute(
        update(Consent).where(Consent.contact_id == contact_id).values(contact_id=None, withdrawn_at=now())
    )
    session.flush()


def purge(session: Session) -> int:
    """Delete the addresses whose hour is over, with their empty conversations; returns how many."""
    due = list(session.scalars(select(Contact.id).where(Contact.erase_at < now())))
    session.execute(delete(Contact).where(Contact.id.in_(due)))
    return len(due)


def come_back(contact: Contact) -> None:
    """The person writes again within the hour: a new beginning at the same address."""
    contact.erase_at = None
