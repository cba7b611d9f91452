"""Who has a conversation: the bot, somebody of the team, or somebody yet to be found."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from core import conversation_queue, conversations
from core.conversation_queue import Which
from core.conversations import Conversation
from core.errors import NotFound
from core.keyset import Cursor
from core.types import URN, ContactStatus, ConversationStatus
from core.users import User
from tests.core.factories import conversation_of


def test_a_conversation_goes_from_the_bot_to_a_person_and_back(ana: Conversation, agent: User) -> None:
    ana.session = "{}"
    conversations.open_for_person(ana, "human")
    assert (ana.status, ana.topic, ana.session) == (ConversationStatus.OPEN, "human", None)

    conversations.assign(ana, agent.id)
    assert (ana.status, ana.assignee_id) == (ConversationStatus.OPEN, agent.id)

    conversations.resolve(ana)
    assert (ana.status, ana.assignee_id, ana.topic) == (ConversationStatus.PENDING, None, None)


def test_the_thread_of_a_known_person_is_found_by_their_address(session: Session, ana: Conversation) -> None:
    ana.contact.status = ContactStatus.STOPPED
    session.flush()

    urn = URN.parse("tel:+50371234567")
    assert conversations.find(session, urn, "test") == (ana.id, ContactStatus.STOPPED)
    assert conversations.find(session, urn, "other") is None
    assert conversations.find(session, URN.parse("tel:+50371234568"), "test") is None


def test_each_list_shows_who_is_waiting_for_whom(session: Session, ana: Conversation, agent: User) -> None:
    waiting, mine = (conversation_of(session, f"tel:+5037000000{number}") for number in (1, 2))
    conversations.open_for_person(waiting, "human")
    conversations.assign(mine, agent.id)
    session.flush()

    def shown(which: Which) -> set[uuid.UUID]:
        page = conversation_queue.page(session, which, agent.id, sees_sealed=False)
        count = conversation_queue.count(session, which, agent.id, sees_sealed=False)
        assert count == len(page.conversations)
        return {conversation.id for conversation in page.conversations}

    assert shown(Which.WAITING) == {waiting.id}
    assert shown(Which.MINE) == {mine.id}
    assert shown(Which.OPEN) == {waiting.id, mine.id}
    assert shown(Which.BOT) == {ana.id}
    assert shown(Which.ALL) == {ana.id, waiting.id, mine.id}


def test_a_sealed_thread_does_not_exist_for_others(session: Session, ana: Conversation, agent: User) -> None:
    ana.is_sealed = True
    session.flush()

    assert conversation_queue.count(session, Which.ALL, agent.id, sees_sealed=False) == 0
    assert conversation_queue.count(session, Which.ALL, agent.id, sees_sealed=True) == 1
    for id_ in (ana.id, uuid.uuid4()):
        with pytest.raises(NotFound, match=r"^conversation$"):
            conversation_queue.get(session, id_, sees_sealed=False)
    assert conversation_queue.get(session, ana.id, sees_sealed=True) is ana


def test_where_a_page_ended_travels_through_an_address() -> None:
    cursor = Cursor(datetime(2026, 11, 22, tzinfo=UTC), uuid.uuid4())

    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "~", "2026-11-22T00:00:00~x", "2026-11-22~" + "0" * 32, "'; --~"])
def test_what_is_no_place_in_a_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cursor.parse(text)
