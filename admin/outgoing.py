"""What staff write to a person: put into the outbox as the channel can carry it."""

import uuid

from flask import current_app

from admin.current import db, me
from bot import render
from core import jobs, messages
from core.catalog import Catalog
from core.conversations import Conversation
from core.types import ChannelType, ContactStatus, Language, Priority

SMS = (ChannelType.TWILIO, ChannelType.GATEWAY)


def is_sms(conversation: Conversation) -> bool:
    channel = conversation.channel
    is_played = channel.type is ChannelType.SIMULATOR and channel.credentials.get("flavor") == "sms"
    return is_played or channel.type in SMS


def is_numbered(conversation: Conversation) -> bool:
    return is_sms(conversation) and render.needs_numbers(conversation.urn.urn)


def tell(conversation: Conversation, key: str, **params: str) -> None:
    """One of the bot's own texts, about what staff did. Nothing to whoever must not be written to."""
    contact = conversation.contact
    if contact.status is not ContactStatus.ACTIVE or contact.erase_at or contact.unsafe_since:
        return
    for part in _parts(conversation, wording(conversation, key, **params)):
        messages.queue(
            db(), conversation, part.text, priority=Priority.CASE_ANSWER, key=key, segments=part.segments
        )
    jobs.wake_sender(db())


def wording(conversation: Conversation, key: str, **params: str) -> str:
    """In the person's language."""
    catalog: Catalog = current_app.extensions["catalog"]
    return catalog.text(key, conversation.contact.language or Language.SPANISH, **params)


def send(conversation: Conversation, text: str, priority: Priority, *, is_private: bool) -> uuid.UUID:
    """Queue the text; returns the id of its last message. An SMS is folded and cut as the bot's own are."""
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
        for part in _parts(conversation, text)
    ]
    jobs.wake_sender(db())
    return queued[-1].id


def _parts(conversation: Conversation, text: str) -> list[render.Rendered]:
    if is_sms(conversation):
        return render.sms(text, is_numbered=is_numbered(conversation))
    return [render.Rendered(text, (), 0, None)]
