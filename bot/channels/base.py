"""The contract of a channel: verify and understand what a provider posts, and hand it a message to deliver.

No database, no Flask, no logging in here. A channel file always has the same order: links to the provider's
documentation, limits, table of statuses, table of errors, class.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl

from core.db import now
from core.errors import BadRequest
from core.messages import Received
from core.types import URN, MessageStatus


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook request as it came in. `url` is the public one, with its query, as the provider signed it.

    Header names are lower-case. It can be written to the spool file and read back (`webhook.spool`);
    `received_at` is when it came to us, however late it is read.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime = field(default_factory=now)

    def form(self) -> dict[str, str]:
        """Fields of a form-encoded body; the last one wins when a name comes twice. Raises BadRequest."""
        try:
            return dict(parse_qsl(self.body.decode("utf-8"), keep_blank_values=True))
        except ValueError as e:
            raise BadRequest("the body is not UTF-8") from e

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises BadRequest."""
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError) as e:
            raise BadRequest("the body is not JSON") from e
        if not isinstance(data, dict):
            raise BadRequest("the body is not a JSON object")
        return data


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """Somebody wrote. `received.kind`: text, choice (a button), location, voice, photo, video, document,
    sticker, contact, edited, start (Telegram deep link, its parameter in the text) or group (not a private
    chat).

    `received.payload` may hold `choice` (id of the button) and `location` ([latitude, longitude]).
    `language` is what the person's app says ("es-MX"), a weak hint.
    """

    urn: URN
    received: Received
    language: str | None = None


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A provider tells how a message fared. Known by our id, by the provider's, or both."""

    status: MessageStatus
    external_id: str | None = None
    message_id: uuid.UUID | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class ContactStopped:
    """The person opted out at the provider, or blocked the bot; nothing may be sent, not even a farewell."""

    urn: URN


@dataclass(frozen=True, slots=True)
class ContactStarted:
    """The person opted in again at the provider, or unblocked the bot."""

    urn: URN


Inbound = MessageReceived | StatusChanged | ContactStopped | ContactStarted


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. `id` comes back as `payload["choice"]`; at most 64 bytes (Telegram).

    One with a `url` opens that page instead, and nothing comes back.
    """

    id: str
    label: str
    url: str | None = None

    def to_payload(self) -> list[str]:
        return [self.id, self.label, *([self.url] if self.url else [])]


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message to deliver. `is_retry` tells that an earlier attempt may have reached the provider."""

    id: uuid.UUID
    urn: URN
    text: str
    choices: tuple[Choice, ...] = ()
    is_private: bool = False  # ask the provider not to keep the text (sealed cases, complaints)
    is_retry: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it. `external_id` must not hold an address (it is stored in the clear)."""

    external_id: str | None
    status: MessageStatus = MessageStatus.WIRED


@dataclass(frozen=True, slots=True)
class Limits:
    """What fits: `max_chars` of one message; `is_sms` = GSM-7 folding, segments, numbered choices."""

    max_chars: int
    has_buttons: bool
    is_sms: bool


class Channel(Protocol):
    """One configured number or bot, made from its credentials by `bot.channels.connect`."""

    limits: Limits

    def verify(self, request: RawRequest) -> None:
        """Raises BadSignature."""

    def receive(self, request: RawRequest) -> list[Inbound]:
        """Raises BadRequest. An update of an unknown type gives an empty list."""

    def send(self, message: Outbound) -> Sent:
        """Blocks until the provider has answered, at most 35 seconds. Raises SendError."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base addresses that tests and emulators replace; None = the provider's own. `public_url` is ours."""

    public_url: str
    telegram_url: str | None = None
    twilio_url: str | None = None
