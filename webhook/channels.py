"""Connected channels, kept in the process, so that requests can be verified without a database too."""

import time
from dataclasses import dataclass

from bot.channels import connect
from bot.channels.base import Channel, Endpoints, RawRequest
from core import channels
from core.errors import BadSignature, NotFound
from core.types import ChannelType
from webhook.database import Database, DatabaseDown

FRESH = 60.0  # seconds until a channel is read again
RECHECK = 1.0  # a wrong signature reads it again at once, but forgers cannot make us do so more often


@dataclass
class Known:
    type: ChannelType
    credentials: str
    channel: Channel
    read_at: float


class Channels:
    def __init__(self, database: Database, endpoints: Endpoints) -> None:
        self._database = database
        self._endpoints = endpoints
        self._known: dict[str, Known] = {}

    def verified(self, type_: ChannelType, id_: str, request: RawRequest) -> Channel:
        """The channel whose provider signed the request.

        Raises NotFound, BadSignature; DatabaseDown when the channel was never seen before.
        """
        known = self._known.get(id_)
        age = time.monotonic() - known.read_at if known else FRESH
        channel = self.get(type_, id_)
        try:
            channel.verify(request)
        except BadSignature:
            if not RECHECK < age < FRESH:
                raise
            channel = self.get(type_, id_, max_age=RECHECK)  # somebody may have given it new credentials
            channel.verify(request)
        return channel

    def get(self, type_: ChannelType, id_: str, *, max_age: float = FRESH) -> Channel:
        """Raises NotFound, and DatabaseDown as above."""
        known = self._known.get(id_)
        if known is None or time.monotonic() - known.read_at >= max_age:
            known = self._read(type_, id_, known)
        if known.type is not type_:
            raise NotFound("channel")
        return known.channel

    def _read(self, type_: ChannelType, id_: str, known: Known | None) -> Known:
        try:
            with self._database.transaction() as session:
                row = channels.get(session, id_, type_)
        except DatabaseDown:
            if known is None:
                raise
            known.read_at = time.monotonic()  # as good as it gets; the next look is later
            return known
        except NotFound:
            self._known.pop(id_, None)
            raise
        if known is None or known.credentials != row.credentials_json:
            channel = connect(row.type, row.credentials, row.id, self._endpoints)
            known = Known(row.type, row.credentials_json, channel, 0.0)
        known.read_at = time.monotonic()
        self._known[id_] = known
        return known
