"""SMS through a gateway of one's own, an Android phone or a local aggregator, as docs/gateway.md says."""

import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import httpx

from bot.channels.base import (
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

SIGNATURE_HEADER = "x-puente-signature"
WINDOW = 300  # seconds that the two clocks may differ; a request cannot be played again after it
TIMEOUT = httpx.Timeout(20, connect=5)

LIMITS: Final = Limits(max_chars=1600, has_buttons=False, is_sms=True)

STATUSES = {
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "failed": MessageStatus.FAILED,
}

# HTTP status → what follows from it. Another one below 500 is permanent.
ERRORS: Final[dict[int, dict[str, bool]]] = {
    401: {"retryable": True, "halts_channel": True},  # our signature is not accepted
    403: {"retryable": True, "halts_channel": True},
    404: {"retryable": True, "halts_channel": True},  # there is no gateway at this address
    408: {"retryable": True},
    410: {"retryable": False, "is_stopped": True},  # the person wants no messages
    429: {"retryable": True},
}


class GatewayChannel:
    """Credentials: `secret` of both sides, `url` to send to, `country` of numbers written without one."""

    limits = LIMITS

    def __init__(
        self,
        credentials: Mapping[str, Any],
        channel_id: str,
        endpoints: Endpoints,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._secret = credentials["secret"].encode()
        self._url = credentials["url"]
        self._country = credentials.get("country")
        self._client = httpx.Client(transport=transport, timeout=TIMEOUT)

    def verify(self, request: RawRequest) -> None:
        match = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", request.headers.get(SIGNATURE_HEADER, ""))
        if not match:
            raise BadSignature("signature")
        timestamp, signature = match.groups()
        if not hmac.compare_digest(signature, sign(self._secret, timestamp, request.body)):
            raise BadSignature("signature")
        if abs(request.received_at.timestamp() - int(timestamp)) > WINDOW:
            raise BadSignature("timestamp")

    def receive(self, request: RawRequest) -> list[Inbound]:
        data = request.json()
        return [_status(data)] if "status" in data else self._message(data, request.received_at)

    def _message(self, data: dict[str, Any], received_at: datetime) -> list[Inbound]:
        id_ = _field(data, "id")
        if not re.fullmatch(r"[\x21-\x7e]{1,128}", id_):
            raise BadRequest("id")
        number = e164(_field(data, "from"), self._country)
        text = _field(data, "text")
        sent_at = _time(data["sent_at"]) if "sent_at" in data else received_at
        if number is None:
            return []  # a short code or a name: nobody whom an SMS reaches
        return [MessageReceived(URN("tel", number), Received(id_, text, provider_at=sent_at))]

    def send(self, message: Outbound) -> Sent:
        # the gateway knows a repeated id, so a second try does no harm
        body = json.dumps({"id": str(message.id), "to": message.urn.path, "text": message.text}).encode()
        timestamp = str(int(time.time()))
        headers = {
            "content-type": "application/json",
            SIGNATURE_HEADER: f"t={timestamp},v1={sign(self._secret, timestamp, body)}",
        }
        try:
            response = self._client.post(self._url, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise SendError("unreachable", retryable=True) from None
        except httpx.TimeoutException:
            raise SendError("timeout", retryable=True, is_outcome_unknown=True) from None
        except httpx.HTTPError:
            raise SendError("connection_lost", retryable=True, is_outcome_unknown=True) from None
        if not response.is_success:
            raise _send_error(response)
        # its own id is not kept: nobody knows whether it holds the number, and status reports name ours
        return Sent(None)


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    return hmac.digest(secret, timestamp.encode() + b"." + body, hashlib.sha256).hex()


def _status(data: dict[str, Any]) -> StatusChanged:
    status = STATUSES.get(_field(data, "status"))
    if status is None:
        raise BadRequest("status")
    try:
        message_id = uuid.UUID(_field(data, "message"))
    except ValueError as e:
        raise BadRequest("message") from e
    error = _field(data, "error") if "error" in data else None
    if error is not None and not re.fullmatch(r"[\w.-]{1,32}", error):
        raise BadRequest("error")
    return StatusChanged(status, message_id=message_id, error_code=error)


def _field(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        raise BadRequest(name)
    return value


def _time(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as e:
        raise BadRequest("sent_at") from e
    if moment.tzinfo is None:
        raise BadRequest("sent_at")
    return moment


def _send_error(response: httpx.Response) -> SendError:
    code = f"http_{response.status_code}"
    if response.status_code >= 500:
        return SendError(code, retryable=True)
    wish = response.headers.get("retry-after", "")
    facts = ERRORS.get(response.status_code, {"retryable": False})
    return SendError(code, retry_after=float(wish) if wish.isdigit() else None, **facts)
