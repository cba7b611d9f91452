"""Stand-ins at the edges: a channel that records what it is given, or fails as it is told."""

from bot.channels.base import Channel, Inbound, Limits, Outbound, RawRequest, Sent
from core.channels import Channel as ChannelRow
from core.errors import SendError
from core.types import MessageStatus
from tests.chat import CHAT


class FakeChannel:
    """`outcomes` are taken one for each call; when they are used up every call works."""

    limits = CHAT

    def __init__(self, *outcomes: SendError | Exception | None) -> None:
        self.sent: list[Outbound] = []
        self._outcomes = list(outcomes)

    def verify(self, request: RawRequest) -> None: ...

    def receive(self, request: RawRequest) -> list[Inbound]:
        return []

    def send(self, message: Outbound) -> Sent:
        self.sent.append(message)
        outcome = self._outcomes.pop(0) if self._outcomes else None
        if outcome:
            raise outcome
        return Sent(f"external-{len(self.sent)}", MessageStatus.WIRED)


class FakeConnections:
    """Gives the same channel for every row."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def channel(self, row: ChannelRow) -> Channel:
        return self._channel

    def limits(self, row: ChannelRow) -> Limits:
        return self._channel.limits
