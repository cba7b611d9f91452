"""One person behind one address, however many webhooks ask at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import channels, contacts, conversations, inbox, messages
from core.contacts import Contact, ContactURN
from core.conversations import Conversation
from core.db import SessionMaker, keyring_of, transaction
from core.messages import Message, Received
from core.types import URN, ChannelType, ContactStatus, Direction
from tests.core.factories import conversation_of

ANA = URN.parse("tel:+50371234567")


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_same_address_is_the_same_person(session: Session) -> None:
    first, first_urn = contacts.find_or_create(session, ANA)
    second, second_urn = contacts.find_or_create(session, URN.parse("tel:+50371234567"))
    other, _ = contacts.find_or_create(session, URN.parse("telegram:50371234567"))

    assert (first.id, first_urn.id) == (second.id, second_urn.id)
    assert other.id != first.id
    assert first_urn.urn == "tel:+50371234567"


def test_two_sessions_at_once_make_one_contact(sessions: SessionMaker) -> None:
    """Both have looked and found nobody before either has written."""
    with transaction(sessions) as first, ThreadPoolExecutor(1) as pool:
        made, _ = contacts.find_or_create(first, ANA)

        def second() -> Contact:
            with transaction(sessions) as session:
                return contacts.find_or_create(session, ANA)[0]

        waiting = pool.submit(second)
        with pytest.raises(TimeoutError):
            waiting.result(0.3)  # it waits for the first to commit
        first.commit()
        found = waiting.result(10)

    assert found.id == made.id
    with transaction(sessions) as session:
        assert (count(session, Contact), count(session, ContactURN)) == (1, 1)


def test_when_the_first_of_two_sessions_fails_the_second_makes_the_contact(sessions: SessionMaker) -> None:
    with transaction(sessions) as first, ThreadPoolExecutor(1) as pool:
        contacts.find_or_create(first, ANA)

        def second() -> Contact:
            with transaction(sessions) as session:
                return contacts.find_or_create(session, ANA)[0]

        waiting = pool.submit(second)
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
        first.rollback()
        found = waiting.result(10)

    with transaction(sessions) as session:
        assert session.scalars(select(Contact.id)).all() == [found.id]


def test_a_burst_of_first_messages_makes_one_person_with_one_conversation(sessions: SessionMaker) -> None:
    barrier = Barrier(12)

    def write(number: int) -> bool:
        with transaction(sessions) as session:
            session.connection()
            barrier.wait(10)
            return inbox.record_message(session, "test", ANA, Received(f"m{number % 6}", f"hola {number}"))

    with ThreadPoolExecutor(12) as pool:
        stored = list(pool.map(write, range(12)))

    assert sorted(stored) == [False] * 6 + [True] * 6
    with transaction(sessions) as session:
        counts = [count(session, table) for table in (Contact, ContactURN, Conversation, Message)]
        assert counts == [1, 1, 1, 6]
        assert session.scalars(select(Conversation)).one().due_at is not None


def test_a_person_has_one_conversation_on_each_channel(session: Session) -> None:
    channels.add(session, "other", ChannelType.TWILIO, "Other", {})
    first = conversation_of(session, "tel:+50371234567")
    again = conversation_of(session, "tel:+50371234567")
    other = conversation_of(session, "tel:+50371234567", "other")

    assert first.id == again.id != other.id
    assert first.contact_id == other.contact_id
    assert conversations.find_or_create(session, first.contact, first.urn, "test") == first.id


def test_the_fingerprint_finds_an_address_that_nobody_can_read(session: Session) -> None:
    _, urn = contacts.find_or_create(session, ANA)

    assert urn.fingerprint == keyring_of(session).fingerprint("tel:+50371234567")
    assert b"71234567" not in urn.fingerprint


def test_pseudonyms_say_nothing_and_can_be_told_by_telephone() -> None:
    made = {contacts.new_pseudonym() for _ in range(2000)}

    assert len(made) == 2000
    assert all(re.fullmatch(r"P-[2-9A-HJ-NP-Z]{7}", pseudonym) for pseudonym in made)


def test_whoever_opts_out_is_subscribed_to_nothing_and_can_come_back(ana: Conversation) -> None:
    contact = ana.contact

    contacts.stop(contact)
    assert (contact.status, contact.subscribed_at) == (ContactStatus.STOPPED, None)
    assert contact.stopped_at is not None

    contacts.resume(contact)
    assert (contact.status, contact.stopped_at) == (ContactStatus.ACTIVE, None)


def test_a_blocked_person_is_not_heard(session: Session, ana: Conversation) -> None:
    ana.contact.status = ContactStatus.BLOCKED

    assert not inbox.record_message(session, "test", ANA, Received("m1", "hola"))
    assert count(session, Message) == 0


def test_a_stop_at_the_provider_drops_what_waits_and_a_start_brings_back(
    session: Session, ana: Conversation
) -> None:
    waiting = messages.queue(session, ana, "buenos días")

    inbox.record_stop(session, ANA)
    session.refresh(waiting)
    assert (waiting.direction, waiting.status) == (Direction.OUT, "failed")
    assert ana.contact.status is ContactStatus.STOPPED

    inbox.record_start(session, ANA)
    assert ana.contact.status is ContactStatus.ACTIVE


@pytest.mark.parametrize("text", ["", "tel", "tel:", ":+503", "+50371234567"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="scheme:path"):
        URN.parse(text)


def test_an_address_keeps_to_itself_in_logs() -> None:
    assert "71234567" not in f"{ANA} {ANA!r}"
