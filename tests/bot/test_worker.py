"""The worker of turns: many conversations, failures of one, a database that goes away."""

import uuid

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from bot.content import Content
from bot.pump import Pump
from bot.turn import TurnMaker
from bot.worker import TurnWorker
from core.conversations import Conversation
from core.db import SessionMaker, now, transaction
from core.lanes import Lease
from core.messages import Message
from core.types import Direction, MessageStatus
from nlu.parser import Parser
from nlu.understanding import Understanding
from tests.chat import CHAT, Chat


class FakeParser(Parser):
    """Counts its calls and understands nothing."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9")
        self.calls: list[int] = []

    def parse(self, texts: list[str]) -> list[Understanding]:  # type: ignore[override]
        self.calls.append(len(texts))
        return super().parse(texts)


class FailingMaker(TurnMaker):
    """Raises for the messages of one conversation."""

    error: Exception = RuntimeError("la historia de alguien")
    victim: uuid.UUID | None = None

    def make(self, lease: Lease, message_id: uuid.UUID, understanding: Understanding | None) -> None:
        if lease.conversation_id == self.victim:
            raise self.error
        super().make(lease, message_id, understanding)


def people(sessions: SessionMaker, content: Content, count: int) -> list[Chat]:
    return [Chat(sessions, content, urn=f"tel:+503700000{number:02}") for number in range(count)]


def statuses(sessions: SessionMaker) -> list[MessageStatus]:
    with transaction(sessions) as session:
        return list(session.scalars(select(Message.status).where(Message.direction == Direction.IN)))


def test_many_conversations_are_answered_with_one_call_to_the_nlu(
    sessions: SessionMaker, content: Content
) -> None:
    for chat in people(sessions, content, 12):
        chat.receives("no tengo nada de comer desde ayer")
        chat.receives("menu")
    parser = FakeParser()
    worker = TurnWorker(sessions, TurnMaker(sessions, content, lambda row: CHAT), parser)

    while worker.work() == 0:
        pass

    assert parser.calls[0] == 12  # commands need no model
    assert set(statuses(sessions)) == {MessageStatus.HANDLED}


def test_a_turn_that_fails_harms_no_other_conversation_and_leaks_nothing(
    sessions: SessionMaker, content: Content, caplog: pytest.LogCaptureFixture
) -> None:
    chats = people(sessions, content, 3)
    for chat in chats:
        chat.receives("menu")
    maker = FailingMaker(sessions, content, lambda row: CHAT)
    with transaction(sessions) as session:
        maker.victim = session.scalars(select(Conversation.id)).first()

    TurnWorker(sessions, maker, FakeParser()).work()

    assert set(statuses(sessions)) == {MessageStatus.HANDLED}
    keys = [message.key for message in chats[0].messages(Direction.OUT)]
    assert keys.count("system.sorry") == 1
    assert keys.count("welcome.notice") == 2
    assert "la historia" not in caplog.text


def test_a_turn_without_a_database_is_made_when_the_lease_is_over(
    sessions: SessionMaker, content: Content
) -> None:
    (chat,) = people(sessions, content, 1)
    chat.receives("menu")
    maker = FailingMaker(sessions, content, lambda row: CHAT)
    maker.error = OperationalError("SELECT", {}, Exception())
    maker.victim = chat.conversation().id
    worker = TurnWorker(sessions, maker, FakeParser())

    worker.work()
    assert statuses(sessions) == [MessageStatus.PENDING]
    maker.victim = None
    with transaction(sessions) as session:
        session.execute(update(Conversation).values(leased_until=now()))
    worker.work()

    assert statuses(sessions) == [MessageStatus.HANDLED]


def test_a_pump_goes_on_after_an_error_and_ends_when_told() -> None:
    calls = []

    def work() -> float:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError
        return 60.0

    pump = Pump("test", work)
    pump.start()
    while len(calls) < 2:
        pump.wake()
    pump.stop()

    assert not pump.is_alive()
