import json
import uuid

import pytest

from bot.channels import CHANNELS, connect
from bot.channels.base import Endpoints, MessageReceived, Outbound, RawRequest, Sent
from bot.channels.telegram import TelegramChannel
from core.errors import BadRequest
from core.messages import Received
from core.types import URN, ChannelType, MessageStatus

ENDPOINTS = Endpoints("https://puente.example")


def test_every_type_of_channel_can_be_connected() -> None:
    assert set(CHANNELS) == set(ChannelType)

    channel = connect(ChannelType.TELEGRAM, {"token": "1:a", "secret": "s"}, "tg", ENDPOINTS)

    assert isinstance(channel, TelegramChannel)


@pytest.mark.parametrize(("flavor", "is_sms"), [("sms", True), ("chat", False)])
def test_the_simulator_has_the_limits_of_what_it_plays(flavor: str, is_sms: bool) -> None:
    channel = connect(ChannelType.SIMULATOR, {"flavor": flavor}, "simulator", ENDPOINTS)

    assert (channel.limits.is_sms, channel.limits.has_buttons) == (is_sms, not is_sms)
    message = Outbound(uuid.uuid4(), URN("simulator", "ana"), "Hola")
    assert channel.send(message) == Sent(None, MessageStatus.DELIVERED)


def test_the_simulator_takes_what_its_page_posts() -> None:
    channel = connect(ChannelType.SIMULATOR, {"flavor": "chat"}, "simulator", ENDPOINTS)
    data = {"id": "1", "person": "ana", "text": "Sí", "kind": "choice", "payload": {"choice": "yes"}}
    request = RawRequest("http://127.0.0.1/simulator/", {}, json.dumps(data).encode())

    received = Received("1", "Sí", "choice", {"choice": "yes"}, request.received_at)
    assert channel.receive(request) == [MessageReceived(URN("simulator", "ana"), received)]

    with pytest.raises(BadRequest, match="person"):
        channel.receive(RawRequest("", {}, b'{"id": "1"}'))
