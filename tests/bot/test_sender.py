"""The way out: order, priority, rate, retries, and a sender that dies in the middle."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.sender import Sender
from core import channels, messages, outbox
from core.channels import Channel
from core.contacts import Contact
from core.conversations import Conversation
from core.db import SessionMaker, now, transaction
from core.errors import SendError
from core.messages import Message
from core.types import ContactStatus, Direction, MessageStatus, Priority
from tests.chat import Chat
from tests.fakes import FakeChannel, FakeConnections

Queue = Callable[..., Message]


@pytest.fixture
def store(chat: Chat) -> SessionMaker:
    """A database with one conversation and an empty outbox."""
    with transaction(chat.sessions) as session:
        session.execute(update(Message).values(status=MessageStatus.DELIVERED))
    return chat.sessions


@pytest.fixture
def queue(store: SessionMaker) -> Queue:
    def queue(text: str, priority: Priority = Priority.REPLY) -> Message:
        with transaction(store) as session:
            conversation = session.scalars(select(Conversation)).one()
            return messages.queue(session, conversation, text, priority=priority)

    return queue


def send(sessions: SessionMaker, channel: FakeChannel, rounds: int = 5) -> None:
    sender = Sender(sessions, FakeConnections(channel))
    for _ in range(rounds):
        sender.work()


def row(sessions: SessionMaker, message: Message) -> Message:
    with transaction(sessions) as session:
        return session.get_one(Message, message.id)


def make_due(sessions: SessionMaker) -> None:
    """As if the wait before the next try, or the lease of a dead sender, were over."""
    past = now() - timedelta(seconds=1)
    with transaction(sessions) as session:
        session.execute(update(Message).values(next_at=past))
        session.execute(
            update(Message).where(Message.status == MessageStatus.SENDING).values(leased_until=past)
        )


def test_messages_of_a_conversation_leave_in_their_order_the_urgent_one_first(
    store: SessionMaker, queue: Queue
) -> None:
    queue("campaña", Priority.CAMPAIGN)
    queue("uno")
    queue("dos")
    queue("peligro", Priority.SAFETY)
    channel = FakeChannel()

    send(store, channel)

    assert [message.text for message in channel.sent] == ["peligro", "uno", "dos", "campaña"]


def test_a_message_is_recorded_as_sending_before_the_provider_is_called(
    store: SessionMaker, queue: Queue
) -> None:
    message = queue("hola")
    seen: list[MessageStatus] = []

    class Looking(FakeChannel):
        def send(self, message_out: object) -> object:  # type: ignore[override]
            seen.append(row(store, message).status)
            return super().send(message_out)  # type: ignore[arg-type]

    send(store, Looking())

    assert seen == [MessageStatus.SENDING]
    assert row(store, message).status is MessageStatus.WIRED


def test_a_temporary_failure_is_tried_again_later_and_gives_up_in_the_end(
    store: SessionMaker, queue: Queue
) -> None:
    message = queue("hola")
    channel = FakeChannel(*[SendError("30003", retryable=True)] * 20)

    send(store, channel)
    assert len(channel.sent) == 1
    assert row(store, message).status is MessageStatus.ERRORED

    for _ in range(10):
        make_due(store)
        send(store, channel, 1)
    assert len(channel.sent) == len(outbox.BACK_OFF) + 1
    assert row(store, message).status is MessageStatus.FAILED


def test_a_permanent_failure_is_not_tried_again(store: SessionMaker, queue: Queue) -> None:
    message = queue("hola")
    channel = FakeChannel(SendError("21211", retryable=False))

    send(store, channel)
    make_due(store)
    send(store, channel)

    assert len(channel.sent) == 1
    assert (row(store, message).status, row(store, message).error_code) == (
        MessageStatus.FAILED,
        "21211",
    )


def test_the_providers_wish_how_long_to_wait_is_honored(store: SessionMaker, queue: Queue) -> None:
    message = queue("hola")

    send(store, FakeChannel(SendError("429", retryable=True, retry_after=700)))

    wait = (row(store, message).next_at or now()) - now()
    assert timedelta(seconds=600) < wait < timedelta(seconds=701)


def test_whoever_blocked_us_is_stopped_and_hears_no_more(store: SessionMaker, queue: Queue) -> None:
    queue("uno")
    queue("dos")
    channel = FakeChannel(SendError("403", retryable=False, is_stopped=True))

    send(store, channel)

    assert [message.text for message in channel.sent] == ["uno"]
    with transaction(store) as session:
        assert session.scalars(select(Contact)).one().status is ContactStatus.STOPPED


def test_a_wrong_token_halts_the_channel_and_loses_no_message(store: SessionMaker, queue: Queue) -> None:
    message = queue("hola")

    send(store, FakeChannel(SendError("401", retryable=False, halts_channel=True)))

    assert (row(store, message).status, row(store, message).attempts) == (MessageStatus.QUEUED, 0)
    with transaction(store) as session:
        assert session.scalars(select(Channel)).one().halted_code == "401"


@pytest.mark.parametrize(
    "unknown", [SendError("timeout", retryable=True, is_outcome_unknown=True), RuntimeError("bug")]
)
def test_a_call_of_unknown_outcome_is_repeated_once(
    store: SessionMaker, queue: Queue, unknown: Exception
) -> None:
    message = queue("hola")
    channel = FakeChannel(unknown, unknown, unknown)

    for _ in range(4):
        send(store, channel, 1)
        make_due(store)

    assert [sent.is_retry for sent in channel.sent] == [False, True]
    assert row(store, message).status is MessageStatus.FAILED


def test_a_sender_that_died_in_a_call_is_followed_by_one_more_call(store: SessionMaker, queue: Queue) -> None:
    message = queue("hola")
    with transaction(store) as session:
        outbox.claim(session, "test", 10)  # and dies
    channel = FakeChannel()

    send(store, channel)
    assert channel.sent == []
    make_due(store)
    send(store, channel)

    assert len(channel.sent) == 1
    assert (row(store, message).status, row(store, message).unknown_outcomes) == (
        MessageStatus.WIRED,
        1,
    )


def test_the_rate_of_the_channel_holds(store: SessionMaker, queue: Queue) -> None:
    for conversation in range(12):
        queue(str(conversation), Priority(conversation % 5))
    with transaction(store) as session:
        channel_row = session.scalars(select(Channel)).one()
        channel_row.rate = channel_row.burst = channel_row.tokens = 3
    channel = FakeChannel()

    send(store, channel, 12)

    assert 3 <= len(channel.sent) <= 5


def test_long_messages_use_up_the_rate_by_their_segments(store: SessionMaker) -> None:
    with transaction(store) as session:
        assert channels.available_tokens(session, "test") > 900
        channels.spend_tokens(session, "test", 5000)

    with transaction(store) as session:
        assert channels.available_tokens(session, "test") < 0
        assert channels.seconds_until_token(session, "test") > 3


def test_a_callback_that_was_faster_than_the_answer_is_kept(store: SessionMaker, queue: Queue) -> None:
    message = queue("hola")
    with transaction(store) as session:
        outbox.claim(session, "test", 1)
        outbox.apply_status(session, "test", MessageStatus.DELIVERED, message_id=message.id)
        outbox.record_sent(session, message.id, "SM1", MessageStatus.WIRED)

    assert (row(store, message).status, row(store, message).external_id) == (
        MessageStatus.DELIVERED,
        "SM1",
    )


@pytest.mark.parametrize(
    ("old", "new", "moves"),
    [
        (MessageStatus.WIRED, MessageStatus.DELIVERED, True),
        (MessageStatus.DELIVERED, MessageStatus.SENT, False),
        (MessageStatus.READ, MessageStatus.FAILED, False),
        (MessageStatus.SENT, MessageStatus.FAILED, True),
        (MessageStatus.FAILED, MessageStatus.DELIVERED, False),
        (MessageStatus.ERRORED, MessageStatus.WIRED, True),
    ],
)
def test_a_status_only_moves_forward(old: MessageStatus, new: MessageStatus, moves: bool) -> None:
    assert outbox.is_forward(old, new) is moves


def test_a_callback_for_an_unknown_message_changes_nothing(store: SessionMaker) -> None:
    with transaction(store) as session:
        assert not outbox.apply_status(session, "test", MessageStatus.SENT, external_id="SM404")


def test_buttons_travel_with_the_message(chat: Chat) -> None:
    chat.says("menu")
    channel = FakeChannel()

    send(chat.sessions, channel, 12)

    assert channel.sent[-1].choices[0].id == "menu.choose|rights"
    assert not any(m.status is MessageStatus.QUEUED for m in chat.messages(Direction.OUT))
