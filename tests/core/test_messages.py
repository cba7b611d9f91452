"""Messages in are stored once; messages out wait in the outbox for whoever still wants them."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import channels, contacts, inbox, messages
from core.conversations import Conversation
from core.db import now, uuid7
from core.errors import Conflict
from core.messages import Received
from core.types import URN, ChannelType, Direction, MessageStatus, Priority
from tests.core.factories import conversation_of

ANA = URN.parse("tel:+50371234567")


def waiting_jobs(session: Session) -> list[tuple[str, dict[str, str]]]:
    rows = session.execute(text("SELECT queue_name, args FROM procrastinate_jobs WHERE status = 'todo'"))
    return [(queue, args) for queue, args in rows]


def test_a_message_is_stored_once_and_its_conversation_is_due(session: Session, ana: Conversation) -> None:
    assert messages.record_inbound(session, ana.id, "test", Received("SM1", "hola"))
    session.refresh(ana)
    assert ana.due_at is not None
    ana.due_at = None
    session.flush()

    assert not messages.record_inbound(session, ana.id, "test", Received("SM1", "hola otra vez"))

    session.refresh(ana)
    assert ana.due_at is None
    assert [message.text for message in messages.pending(session, [ana.id])] == ["hola"]


def test_a_repeated_delivery_is_known_after_its_turn_was_made(session: Session, ana: Conversation) -> None:
    messages.record_inbound(session, ana.id, "test", Received("SM1", "hola"))
    messages.pending(session, [ana.id])[0].status = MessageStatus.HANDLED

    assert not messages.record_inbound(session, ana.id, "test", Received("SM1", "hola"))
    assert not messages.has_pending(session, ana.id)


def test_the_same_id_on_another_channel_is_another_message(session: Session, ana: Conversation) -> None:
    channels.add(session, "other", ChannelType.TWILIO, "Other", {})
    other = conversation_of(session, "tel:+50371234567", "other")

    assert messages.record_inbound(session, ana.id, "test", Received("1", "hola"))
    assert messages.record_inbound(session, other.id, "other", Received("1", "hola"))


def test_the_id_of_a_sent_message_does_not_hide_one_that_comes_in(
    session: Session, ana: Conversation
) -> None:
    messages.queue(session, ana, "hola").external_id = "1"
    session.flush()

    assert messages.record_inbound(session, ana.id, "test", Received("1", "hola"))


@pytest.mark.parametrize("words", ["", "\x00", "hola\x00", "😀" * 400, "x" * 10_000, "שלום", "'; DROP TABLE"])
def test_any_text_is_kept_but_for_null_characters(session: Session, ana: Conversation, words: str) -> None:
    messages.record_inbound(session, ana.id, "test", Received("SM1", words, payload={"choice": "a|b"}))
    session.expire_all()

    (message,) = messages.pending(session, [ana.id])
    assert message.text == words.replace("\x00", "")
    assert message.payload == {"choice": "a|b"}


def test_without_a_number_of_the_providers_the_order_is_by_time_then_by_arrival(
    session: Session, ana: Conversation
) -> None:
    at = now()
    sent = [("c", at), ("a", at - timedelta(seconds=2)), ("d", at), ("b", at - timedelta(seconds=1))]
    for words, provider_at in sent:
        messages.record_inbound(session, ana.id, "test", Received(words, words, provider_at=provider_at))

    assert [message.text for message in messages.pending(session, [ana.id])] == ["a", "b", "c", "d"]


def test_a_worker_is_woken_once_for_a_message_by_a_job_that_says_nothing(session: Session) -> None:
    inbox.record_message(session, "test", ANA, Received("SM1", "mi historia"))
    inbox.record_message(session, "test", ANA, Received("SM1", "mi historia"))

    assert waiting_jobs(session) == [("turns", {})]


def test_a_message_out_waits_at_once(session: Session, ana: Conversation) -> None:
    message = messages.queue(
        session, ana, "Hola", priority=Priority.SAFETY, payload={"choices": [["a", "A"]]}
    )

    assert (message.direction, message.status) == (Direction.OUT, MessageStatus.QUEUED)
    assert message.next_at is not None
    assert message.next_at <= now()
    assert message.payload["choices"] == [["a", "A"]]


def test_nothing_is_queued_for_whoever_opted_out_but_a_confirmation(
    session: Session, ana: Conversation
) -> None:
    contacts.stop(ana.contact)

    with pytest.raises(Conflict):
        messages.queue(session, ana, "campaña")
    assert messages.queue(session, ana, "Ya no te escribimos.", even_if_stopped=True)


def test_opting_out_drops_what_waits_and_nothing_else(session: Session, ana: Conversation) -> None:
    other = conversation_of(session, "tel:+50370000001")
    kept = messages.queue(session, other, "para otra persona")
    sent, waiting, errored = (messages.queue(session, ana, words) for words in ("uno", "dos", "tres"))
    sent.status, errored.status = MessageStatus.DELIVERED, MessageStatus.ERRORED
    session.flush()

    messages.drop_waiting(session, ana.contact)

    for message in (kept, sent, waiting, errored):
        session.refresh(message)
    assert (kept.status, sent.status) == (MessageStatus.QUEUED, MessageStatus.DELIVERED)
    assert (waiting.status, waiting.error_code) == (MessageStatus.FAILED, "stopped")
    assert errored.status is MessageStatus.FAILED


def test_texts_are_not_readable_in_the_database(session: Session, ana: Conversation) -> None:
    messages.record_inbound(session, ana.id, "test", Received("SM1", "mi historia"))

    raw = session.execute(text("SELECT m::text FROM messages m")).scalars().all()

    assert len(raw) == 1
    assert "historia" not in raw[0]
    assert b"historia".hex() not in raw[0]


def test_ids_sort_in_the_order_of_their_making() -> None:
    made = [uuid7() for _ in range(1000)]

    assert made == sorted(made)
    assert len(set(made)) == 1000
    assert all(id_.version == 7 and id_.variant == uuid.RFC_4122 for id_ in made)
    assert abs((made[0].int >> 80) / 1000 - now().timestamp()) < 5
