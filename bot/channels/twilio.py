"""SMS through Twilio.

https://www.twilio.com/docs/messaging/guides/webhook-request
https://www.twilio.com/docs/usage/security (signature over the public URL and all fields)
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
https://www.twilio.com/docs/api/errors
"""

import base64
import logging
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.base.values import unset
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.channels.base import (
    ContactStarted,
    ContactStopped,
    Endpoints,
    Inbound,
    Limits,
    MessageReceived,
    Outbound,
    RawRequest,
    Sent,
    StatusChanged,
)
from bot.channels.phone import e164
from core.errors import BadRequest, BadSignature, SendError
from core.messages import Received
from core.types import URN, MessageStatus

API = "https://api.twilio.com"
SID = re.compile(r"[A-Za-z0-9]{2,64}")

LIMITS: Final = Limits(max_chars=1600, has_buttons=False, is_sms=True)

STATUSES = {
    "accepted": MessageStatus.WIRED,
    "scheduled": MessageStatus.WIRED,
    "queued": MessageStatus.WIRED,
    "sending": MessageStatus.WIRED,
    "sent": MessageStatus.SENT,
    "partially_delivered": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "undelivered": MessageStatus.FAILED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}

HOUR = 3600.0

# Code → what follows from it. One that is not here is permanent: 21211 and 21614 (no mobile number), 21408,
# 21606 and 21612 (no way to that country or network), 21617 (too long), 30004 to 30007 (blocked, filtered), …
ERRORS: Final[dict[int, dict[str, Any]]] = {
    14107: {"retryable": True},  # too many requests
    20003: {"retryable": True, "halts_channel": True},  # wrong account or token
    20005: {"retryable": True, "halts_channel": True},  # account not active
    20404: {"retryable": True, "halts_channel": True},  # no such account
    20429: {"retryable": True},  # too many requests
    21212: {"retryable": True, "halts_channel": True},  # our number is not valid
    21610: {"retryable": False, "is_stopped": True},  # the person wrote STOP
    21611: {"retryable": True, "retry_after": HOUR},  # ten hours of messages wait at our number
    21703: {"retryable": True, "halts_channel": True},  # no number in the messaging service
    30001: {"retryable": True, "retry_after": HOUR},  # the same, for a messaging service
    30002: {"retryable": True, "halts_channel": True},  # account suspended
    30003: {"retryable": True, "retry_after": 4 * HOUR},  # handset unreachable
    30008: {"retryable": True},  # unknown
    30022: {"retryable": True, "retry_after": 60.0},  # 10DLC: too many a second
    30023: {"retryable": True, "retry_after": 12 * HOUR},  # 10DLC: too many a day
    63018: {"retryable": True},  # rate of the channel
}
STOPPED = "21610"
NO_REDACTION = ("30029", "30030")  # the account has not been given Message Redaction

# Their INFO and DEBUG lines hold addresses with numbers in them.
for name in ("twilio.http_client", "urllib3"):
    logging.getLogger(name).setLevel(logging.WARNING)
logger = logging.getLogger(__name__)


class TwilioChannel:
    """Credentials: `account_sid`, `auth_token`, `sender` (our number, or a messaging service's SID: MG…)."""

    limits = LIMITS

    def __init__(self, credentials: Mapping[str, Any], channel_id: str, endpoints: Endpoints) -> None:
        self._validator = RequestValidator(credentials["auth_token"])
        self._status_url = f"{endpoints.public_url}/twilio/{channel_id}/status"
        self._sender = credentials["sender"]
        self._client = Client(
            credentials["account_sid"],
            credentials["auth_token"],
            http_client=HttpClient(endpoints.twilio_url or API),
        )

    def verify(self, request: RawRequest) -> None:
        signature = request.headers.get("x-twilio-signature", "")
        if not self._validator.validate(request.url, request.form(), signature):
            raise BadSignature("signature")

    def receive(self, request: RawRequest) -> list[Inbound]:
        fields = request.form()
        if "MessageStatus" in fields:
            return _status(fields, request.url)
        return _message(fields, request.received_at)

    def send(self, message: Outbound) -> Sent:
        if message.is_retry and (sid := self._find(message)):
            return Sent(sid)
        try:
            return Sent(self._create(message, is_private=message.is_private))
        except SendError as e:
            if not (message.is_private and e.code in NO_REDACTION):
                raise
            # an answer that never arrives hurts more than one that Twilio keeps for its usual time
            logger.warning("twilio: this account has no message redaction (%s)", e.code)
            return Sent(self._create(message, is_private=False))

    def _create(self, message: Outbound, *, is_private: bool) -> str:
        is_service = self._sender.startswith("MG")
        try:
            created = self._client.messages.create(
                to=message.urn.path,
                from_=unset if is_service else self._sender,
                messaging_service_sid=self._sender if is_service else unset,
                body=message.text,
                # tells which message it is even when the answer to this call never reaches us
                status_callback=f"{self._status_url}?message={message.id}",
                content_retention="discard" if is_private else unset,
                address_retention="obfuscate" if is_private else unset,
            )
        except TwilioRestException as e:
            raise _send_error(e) from None  # its words hold the number
        return str(created.sid)

    def _find(self, message: Outbound) -> str | None:
        """What became of an earlier try whose answer was lost: Twilio knows no idempotency key.

        Only one made after ours was queued counts (our id tells when), as the same words may be sent twice.
        """
        queued_at = datetime.fromtimestamp((message.id.int >> 80) // 1000, UTC)
        try:
            found = self._client.messages.list(to=message.urn.path, limit=20)
        except TwilioRestException as e:
            raise _send_error(e) from None
        same = (one for one in found if one.body == message.text and one.date_created >= queued_at)
        return next((str(one.sid) for one in same), None)


class HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Sends to another base address where asked to, and tells what is known of a call that failed."""

    SECONDS = 8.0  # to connect, and again to answer; a second try makes two calls within the sender's lease

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=self.SECONDS)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        try:
            response = super().request(method, url.replace(API, self._base_url, 1), *args, **kwargs)
        except requests.ConnectTimeout:
            raise SendError("unreachable", retryable=True) from None
        except requests.ConnectionError as e:
            # refused or no such name: urllib3 gave up before anything was sent
            if "NewConnectionError" in repr(e) or "NameResolutionError" in repr(e):
                raise SendError("unreachable", retryable=True) from None
            raise SendError("connection_lost", retryable=True, is_outcome_unknown=True) from None
        except requests.RequestException:
            raise SendError("timeout", retryable=True, is_outcome_unknown=True) from None
        if response.status_code == 429:
            raise SendError("20429", retryable=True, retry_after=_seconds(response.headers))
        if response.status_code >= 500:
            raise SendError("5xx", retryable=True)
        return response


def _seconds(headers: Mapping[str, str] | None) -> float | None:
    wish = (headers or {}).get("Retry-After", "")
    return float(wish) if wish.isdigit() else None


def _send_error(error: TwilioRestException) -> SendError:
    facts = ERRORS.get(error.code or 0, {"retryable": False})
    return SendError(str(error.code or error.status), **facts)


def _message(fields: dict[str, str], received_at: datetime) -> list[Inbound]:
    sid, sender = fields.get("MessageSid", ""), fields.get("From", "")
    if not SID.fullmatch(sid):
        raise BadRequest("MessageSid")
    if not sender:
        raise BadRequest("From")
    number = e164(sender)
    if number is None:
        return []  # whatsapp:…, a short code, a name: nobody whom an SMS reaches
    urn = URN("tel", number)
    opt_out = fields.get("OptOutType")
    if opt_out == "STOP":
        return [ContactStopped(urn)]  # Twilio has confirmed it to them, and lets nothing through any more
    text = _decoded(fields.get("Body", ""))
    # Twilio gives no time of its own; ours keeps order when the request waited in the spool
    message = MessageReceived(urn, Received(sid, text, _kind(fields), provider_at=received_at))
    return [message, ContactStarted(urn)] if opt_out == "START" else [message]


def _kind(fields: dict[str, str]) -> str:
    if fields.get("NumMedia", "0") in ("", "0"):
        return "text"
    kind = fields.get("MediaContentType0", "").partition("/")
    if kind[2] in ("vcard", "x-vcard"):
        return "contact"
    return {"image": "photo", "audio": "voice", "video": "video"}.get(kind[0], "document")


def _decoded(body: str) -> str:
    """Some carriers hand on long messages in base64. Nobody types sixty characters of it without a space."""
    if len(body) < 60 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", body):
        return body
    try:
        text = base64.b64decode(body, validate=True).decode()
    except ValueError:
        return body
    return text if " " in text else body


def _status(fields: dict[str, str], url: str) -> list[Inbound]:
    sid, name = fields.get("MessageSid"), fields["MessageStatus"]
    if not sid or not SID.fullmatch(sid):
        raise BadRequest("MessageSid")
    status = STATUSES.get(name)
    if status is None:
        # guessing one could send the message twice
        logger.warning("twilio: unknown status %s", name if name.isalpha() else "(not a word)")
        return []
    code = fields.get("ErrorCode") or None
    changes: list[Inbound] = [StatusChanged(status, sid, _message_id(url), code)]
    number = e164(fields.get("To", ""))
    return [*changes, ContactStopped(URN("tel", number))] if code == STOPPED and number else changes


def _message_id(url: str) -> uuid.UUID | None:
    """Ours, from the address of the callback."""
    try:
        return uuid.UUID(parse_qs(urlsplit(url).query)["message"][0])
    except (KeyError, ValueError):
        return None
