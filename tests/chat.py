"""A person who writes to the bot, for tests: real database, real flows, real words; no provider and no model.

`chat.says("hola")` makes the turns at once, `chat.hears("menu.choose")` looks at what was queued since.
"""

import itertools
from typing import Any

from sqlalchemy import select

from bot.channels.base import Limits
from bot.content import Content
from bot.turn import TurnMaker
from core import channels, inbox, lanes, messages
from core.conversations import Conversation
from core.db import SessionMaker, transaction
from core.messages import Message, Received
from core.types import URN, ChannelType, Direction
from nlu.parser import Parser
from nlu.understanding import Understanding

SMS = Limits(max_chars=1600, has_buttons=False, is_sms=True)
CHAT = Limits(max_chars=4096, has_buttons=True, is_sms=False)

_ids = itertools.count()
_away = Parser("http://127.0.0.1:9")  # nobody listens there


class Chat:
    """Without `understands` the keywords answer, as when the model is away."""

    def __init__(
        self,
        sessions: SessionMaker,
        content: Content,
        *,
        limits: Limits = CHAT,
        urn: str = "tel:+50312345678",
        channel_id: str = "test",
    ) -> None:
        self.sessions = sessions
        self.urn = URN.parse(urn)
        self.channel_id = channel_id
        self.maker = TurnMaker(sessions, content, lambda row: limits)
        self._heard_until = 0
        with transaction(sessions) as session:
            channels.add(session, channel_id, ChannelType.SIMULATOR, "Test", {}, rate=1000)

    def receives(self, text: str, **more: Any) -> bool:
        """The webhook stores a message; nothing is answered yet. False when it was a repeated delivery."""
        received = Received(more.pop("external_id", f"test-{next(_ids)}"), text, **more)
        with transaction(self.sessions) as session:
            return inbox.record_message(session, self.channel_id, self.urn, received)

    def says(self, text: str, understanding: Understanding | None = None, **more: Any) -> "Chat":
        self.receives(text, **more)
        self.turns(understanding)
        return self

    def presses(self, label: str) -> "Chat":
        """Press a button of any message so far, the newest that has it."""
        for message in reversed(self.messages(Direction.OUT)):
            for choice, text, *_ in message.payload.get("choices", ()):
                if text == label:
                    return self.says(label, kind="choice", payload={"choice": choice})
        raise LookupError("no such button")

    def turns(self, understanding: Understanding | None = None) -> None:
        with transaction(self.sessions) as session:
            leases = lanes.claim(session, 20)
            waiting = messages.pending(session, [lease.conversation_id for lease in leases])
        for lease in leases:
            for message in waiting:
                if message.conversation_id == lease.conversation_id:
                    self.maker.make(lease, message.id, understanding or _away.parse([message.text])[0])
            with transaction(self.sessions) as session:
                lanes.release(session, lease)

    def heard(self) -> list[Message]:
        """What was queued for the person since the last look."""
        new = [message for message in self.messages(Direction.OUT) if message.seq > self._heard_until]
        self._heard_until = max([self._heard_until, *(message.seq for message in new)])
        return new

    def hears(self, *keys: str) -> "Chat":
        assert [message.key for message in self.heard()] == list(keys)
        return self

    def messages(self, direction: Direction) -> list[Message]:
        with transaction(self.sessions) as session:
            own = select(Message).where(Message.channel_id == self.channel_id, Message.direction == direction)
            return list(session.scalars(own.order_by(Message.seq)))

    def conversation(self) -> Conversation:
        with transaction(self.sessions) as session:
            found = session.scalars(select(Conversation)).one()
            _ = found.contact  # loaded, so that tests may look at it after the transaction
            return found
