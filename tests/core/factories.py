"""Records to begin a test with, made by core's own verbs."""

from typing import Any

from sqlalchemy.orm import Session

from core import cases, contacts, conversations
from core.cases import Case
from core.conversations import Conversation
from core.types import URN, CaseKind


def conversation_of(session: Session, urn: str, channel_id: str = "test") -> Conversation:
    contact, contact_urn = contacts.find_or_create(session, URN.parse(urn))
    conversation_id = conversations.find_or_create(session, contact, contact_urn, channel_id)
    return session.get_one(Conversation, conversation_id)


def case_of(conversation: Conversation, session: Session, **more: Any) -> Case:
    given: dict[str, Any] = {
        "kind": CaseKind.COMPLAINT,
        "category": "corruption",
        "number": cases.new_number(),
        "narrative": None,
        "place": None,
    }
    return cases.open_case(session, conversation, **(given | more))
