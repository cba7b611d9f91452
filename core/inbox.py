"""What came in becomes rows: the only thing a webhook does after verifying a request."""

from sqlalchemy.orm import Session

from core import contacts, conversations, jobs, messages
from core.messages import Received
from core.types import URN, ContactStatus


def record_message(session: Session, channel_id: str, urn: URN, received: Received) -> bool:
    """Store a message once, mark its conversation due and wake a worker, all in the caller's transaction.

    False when it is a repeated delivery, which changes nothing.
    """
    known = conversations.find(session, urn, channel_id)
    if known is None:
        contact, contact_urn = contacts.find_or_create(session, urn)
        known = conversations.find_or_create(session, contact, contact_urn, channel_id), contact.status
    conversation_id, status = known
    if status is ContactStatus.BLOCKED:
        return False
    if not messages.record_inbound(session, conversation_id, channel_id, received):
        return False
    jobs.wake_turns(session)
    return True


def record_stop(session: Session, urn: URN) -> None:
    """The provider says that the person opted out; the provider itself has confirmed it to them."""
    contact, _ = contacts.find_or_create(session, urn)
    contacts.stop(contact)
    messages.drop_waiting(session, contact)


def record_start(session: Session, urn: URN) -> None:
    contact, _ = contacts.find_or_create(session, urn)
    contacts.resume(contact)
