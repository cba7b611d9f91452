"""One message in, one turn, one transaction: route → flow engine → events applied → replies into the
outbox."""

import uuid
from collections.abc import Callable, Iterator
from itertools import groupby

from bot.apply import Effects
from bot.channels.base import Limits
from bot.content import Content
from bot.conversing import Turn
from bot.render import Rendered, needs_numbers, render
from core import conversations, jobs, lanes, messages
from core.channels import Channel
from core.db import SessionMaker, now, transaction
from core.lanes import Lease
from core.messages import Message
from core.types import ContactStatus, Language, MessageStatus
from flows import events
from nlu.understanding import Understanding

LimitsOf = Callable[[Channel], Limits]


class TurnMaker:
    """Makes single turns; `bot.worker` claims the conversations and has the texts parsed."""

    def __init__(
        self, sessions: SessionMaker, content: Content, limits_of: LimitsOf, *, country: str | None = None
    ) -> None:
        self._sessions = sessions
        self._content = content
        self._limits_of = limits_of
        self._country = country

    def make(self, lease: Lease, message_id: uuid.UUID, understanding: Understanding | None) -> None:
        """Handle one message. A message that was handled already changes nothing.

        Raises Conflict when another worker has taken the conversation over.
        """
        with transaction(self._sessions) as session:
            conversation = lanes.lock(session, lease)
            message = session.get(Message, message_id)
            if message is None or message.status is not MessageStatus.PENDING:
                return
            is_sms = self._limits_of(conversation.channel).is_sms
            turn = Turn(
                session,
                conversation,
                message,
                understanding,
                self._content,
                country=self._country,
                is_sms=is_sms,
            )
            turn.run()
            self._queue(turn.effects)
            turn.close()

    def apologize(self, lease: Lease, message_id: uuid.UUID) -> None:
        """After a turn that failed: say sorry once, and have a person look. The flow stays where it was."""
        with transaction(self._sessions) as session:
            conversation = lanes.lock(session, lease)
            message = session.get_one(Message, message_id)
            message.status, message.handled_at, message.decision = MessageStatus.HANDLED, now(), "failed"
            stored = conversation.session
            conversations.open_for_person(conversation, "turn_failed")
            conversation.session = stored
            if conversation.contact.status is ContactStatus.ACTIVE:
                language = conversation.contact.language or Language.SPANISH
                is_sms = self._limits_of(conversation.channel).is_sms
                effects = Effects(session, conversation, self._content, language, is_sms)
                effects.apply((events.Reply("system.sorry"),))
                self._queue(effects)

    def _queue(self, effects: Effects) -> None:
        conversation = effects.conversation
        limits = self._limits_of(conversation.channel)
        for rendered in _rendered(effects, limits, self._content):
            payload = {"choices": [choice.to_payload() for choice in rendered.choices]}
            messages.queue(
                effects.session,
                conversation,
                rendered.text,
                priority=effects.priority,
                payload=payload if rendered.choices else None,
                key=rendered.key,
                segments=rendered.segments,
                is_private=effects.is_private,
                even_if_stopped=effects.even_if_stopped,
            )
        if effects.replies:
            jobs.wake_sender(effects.session)


def _rendered(effects: Effects, limits: Limits, content: Content) -> Iterator[Rendered]:
    """The replies in their languages: one turn may change the language in its middle."""
    is_numbered = limits.is_sms and needs_numbers(effects.conversation.urn.urn)
    for language, group in groupby(effects.replies, key=lambda pair: pair[0]):
        replies = [reply for _, reply in group]
        yield from render(replies, language, limits, content.catalog, is_numbered=is_numbered)
