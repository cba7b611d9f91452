"""What staff write to a person: put into the outbox as the channel can carry it."""

import uuid

from admin.current import db, me
from bot import render
from core import jobs, messages
from core.conversations import Conversation
from core.types import ChannelType, Priority

SMS = (ChannelType.TWILIO, ChannelType.GATEWAY)


def is_sms(conversation: Conversation) -> bool:
    channel = conversation.channel
    is_played = channel.type is ChannelType.SIMULATOR and channel.credentials.get("flavor") == "sms"
    return is_played or channel.type in SMS


def is_numbered(conversation: Conversation) -> bool:
    return is_sms(conversation) and render.needs_numbers(conversation.urn.urn)


def send(conversation: Conversation, text: str, priority: Priority, *, is_private: bool) -> uuid.UUID:
    """Queue the text; returns the id of its last message. An SMS is folded and cut as the bot's own are."""
    if is_sms(conversation):
        parts = render.sms(text, is_numbered=is_numbered(conversation))
    else:
        parts = [render.Rendered(text, (), 0, None)]
    queued = [
        messages.queue(
            db(),
            conversation,
            part.text,
            priority=priority,
            segments=part.segments,
            is_private=is_private,
            sent_by_id=me().id,
        )
        for part in parts
    ]
    jobs.wake_sender(db())
    return queued[-1].id
