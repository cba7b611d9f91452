"""Ways in and out of Puente, one file each, behind the contract in `base`.

May import core and the providers' libraries; no database, no Flask. `connect` makes a channel of its row.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.channels.base import Channel, Endpoints
from bot.channels.gateway import GatewayChannel
from bot.channels.simulator import SimulatorChannel
from bot.channels.telegram import TelegramChannel
from bot.channels.twilio import TwilioChannel
from core.types import ChannelType


class MakeChannel(Protocol):
    def __call__(self, credentials: Mapping[str, Any], channel_id: str, endpoints: Endpoints) -> Channel: ...


CHANNELS: dict[ChannelType, MakeChannel] = {
    ChannelType.TELEGRAM: TelegramChannel,
    ChannelType.TWILIO: TwilioChannel,
    ChannelType.GATEWAY: GatewayChannel,
    ChannelType.SIMULATOR: SimulatorChannel,
}


def connect(
    type_: ChannelType, credentials: Mapping[str, Any], channel_id: str, endpoints: Endpoints
) -> Channel:
    """Raises KeyError when a credential is missing."""
    return CHANNELS[type_](credentials, channel_id, endpoints)
