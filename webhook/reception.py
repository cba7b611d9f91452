"""The way of every request: verify, understand, store. Into the spool when the database is down."""

import logging
import re
from collections.abc import Sequence

from flask import Request, current_app

from bot.channels.base import (
    Channel,
    ContactStarted,
    ContactStopped,
    Inbound,
    MessageReceived,
    RawRequest,
    StatusChanged,
)
from core import inbox, outbox
from core.errors import NotFound
from core.types import ChannelType
from webhook.channels import Channels
from webhook.database import Database, DatabaseDown
from webhook.spool import Spool, Waiting

logger = logging.getLogger(__name__)


class Reception:
    """What the blueprints share; one for the app."""

    def __init__(self, database: Database, channels: Channels, spool: Spool, public_url: str) -> None:
        self.database = database
        self.channels = channels
        self.spool = spool
        self._public_url = public_url

    def take(self, type_: ChannelType, channel_id: str, request: RawRequest) -> Channel | None:
        """Safely stored when this returns; None when nobody could verify it yet.

        Raises NotFound, BadSignature, BadRequest; SpoolFailed when it could not be kept at all.
        """
        if not re.fullmatch(r"[\w-]{1,64}", channel_id):
            raise NotFound("channel")
        try:
            channel = self.channels.verified(type_, channel_id, request)
        except DatabaseDown:
            self.spool.put(Waiting(type_, channel_id, request, is_verified=False))
            return None
        inbound = channel.receive(request)
        try:
            self.store(channel_id, inbound)
        except Exception as e:  # noqa: BLE001 -- whatever it is: the message is kept, Twilio would not repeat it
            logger.warning("%s: to the spool (%s)", channel_id, type(e).__name__)
            self.spool.put(Waiting(type_, channel_id, request, is_verified=True))
        return channel

    def store(self, channel_id: str, inbound: Sequence[Inbound]) -> None:
        """All of it, once. Raises DatabaseDown."""
        if not inbound:
            return
        with self.database.transaction() as session:
            for event in inbound:
                match event:
                    case MessageReceived():
                        if not inbox.record_message(session, channel_id, event.urn, event.received):
                            return  # a repeated delivery: what else it tells is known and may be outdated
                    case StatusChanged():
                        outbox.apply_status(
                            session,
                            channel_id,
                            event.status,
                            external_id=event.external_id,
                            message_id=event.message_id,
                            error_code=event.error_code,
                        )
                    case ContactStopped():
                        inbox.record_stop(session, event.urn)
                    case ContactStarted():
                        inbox.record_start(session, event.urn)

    def raw(self, request: Request) -> RawRequest:
        """As its provider signed it: under our public address, whatever a proxy made of it."""
        query = request.query_string.decode("latin-1")
        url = f"{self._public_url}{request.path}" + (f"?{query}" if query else "")
        headers = {name.lower(): value for name, value in request.headers}
        return RawRequest(url, headers, request.get_data(cache=False))


def reception() -> Reception:
    """Of the app that answers this request."""
    found: Reception = current_app.extensions["reception"]
    return found
