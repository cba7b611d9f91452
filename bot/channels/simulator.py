"""The simulator: people are played in a browser or a terminal, and what is sent is a row that they show."""

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.base import Endpoints, Inbound, Limits, MessageReceived, Outbound, RawRequest, Sent
from core.errors import BadRequest
from core.messages import Received
from core.types import URN, MessageStatus

LIMITS: Final = {
    "sms": Limits(max_chars=1600, has_buttons=False, is_sms=True),
    "chat": Limits(max_chars=4096, has_buttons=True, is_sms=False),
}


class SimulatorChannel:
    """Credentials: `flavor`, sms or chat."""

    def __init__(self, credentials: Mapping[str, Any], channel_id: str, endpoints: Endpoints) -> None:
        self.limits = LIMITS[credentials["flavor"]]

    def verify(self, request: RawRequest) -> None:
        """The page that posts here has asked its own cookie who is writing."""

    def receive(self, request: RawRequest) -> list[Inbound]:
        """{"id", "person", "text"}; and, as a phone would, "kind" and "payload"."""
        data = request.json()
        for name in ("id", "person", "text"):
            if not isinstance(data.get(name), str):
                raise BadRequest(name)
        received = Received(
            data["id"],
            data["text"],
            str(data.get("kind", "text")),
            data.get("payload") if isinstance(data.get("payload"), dict) else None,
            request.received_at,
        )
        return [MessageReceived(URN("simulator", data["person"]), received)]

    def send(self, message: Outbound) -> Sent:
        return Sent(None, MessageStatus.DELIVERED)
