"""What came in becomes rows: the only thing a webhook does after verifying a request."""

from sqlalchemy.orm import Session

from core import contacts, conversations, jobs, messages
from core.messages import Received
from core.types import URN, ContactStatus


def record_message(session: Session, channel_id: str, urn: URN, received: Received) -> bool:
    """Store a message once, mark its conversation due and wake a worker, all in the caller's transaction.

    False when it is a repeated delivery, which changes nothing.
    """
    contact, contact_urn = contacts.find_or_create(session, urn)
    if contact.status is ContactStatus.BLOCKED:
        return False
    conversation_id = conversations.find_or_create(session, contact, contact_urn, channel_id)
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
