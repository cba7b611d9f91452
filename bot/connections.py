"""Channels made from their rows, kept until the row's credentials change."""

import threading

from bot.channels import connect
from bot.channels.base import Channel, Endpoints, Limits
from core.channels import Channel as ChannelRow
from core.settings import Settings


def endpoints(settings: Settings) -> Endpoints:
    return Endpoints(settings.public_url, telegram_url=settings.telegram_url, twilio_url=settings.twilio_url)


class Connections:
    """Safe between threads."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._made: dict[str, tuple[str, Channel]] = {}
        self._lock = threading.Lock()

    def channel(self, row: ChannelRow) -> Channel:
        with self._lock:
            made = self._made.get(row.id)
            if made is None or made[0] != row.credentials_json:
                channel = connect(row.type, row.credentials, row.id, self._endpoints)
                made = self._made[row.id] = (row.credentials_json, channel)
            return made[1]

    def limits(self, row: ChannelRow) -> Limits:
        return self.channel(row).limits
