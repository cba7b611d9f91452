import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.channels.base import Endpoints, Inbound, MessageReceived, Outbound, RawRequest, StatusChanged
from bot.channels.gateway import GatewayChannel, sign
from core.errors import BadRequest, BadSignature, SendError
from core.messages import Received
from core.types import URN, MessageStatus

SECRET = "kept-between-us"
ARRIVED_AT = datetime(2026, 11, 22, 15, 31, tzinfo=UTC)
NOW = int(ARRIVED_AT.timestamp())
ANA = URN("tel", "+50370123456")
MESSAGE_ID = uuid.UUID("01999999-9999-7999-8999-999999999999")
BODY = b'{"id":"sms-000123","from":"+50370123456","text":"Hola"}'


def channel(transport: httpx.BaseTransport | None = None) -> GatewayChannel:
    credentials = {"secret": SECRET, "url": "https://gateway.example/send", "country": "SV"}
    return GatewayChannel(credentials, "sms-sv", Endpoints("https://puente.example"), transport=transport)


def request(body: object, signature: str | None = None) -> RawRequest:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    if signature is None:
        signature = f"t={NOW},v1={sign(SECRET.encode(), str(NOW), raw)}"
    return RawRequest(
        "https://puente.example/gateway/sms-sv", {"x-puente-signature": signature}, raw, ARRIVED_AT
    )


def test_the_signature_is_what_openssl_makes_of_it() -> None:
    # printf '%s.%s' 1790091060 "$BODY" | openssl dgst -sha256 -hmac kept-between-us
    assert sign(SECRET.encode(), "1790091060", BODY) == OPENSSL


OPENSSL = "a22709435ea69d7ef5251650c5350596507f2bf88f13b133154428efa8a7a5b4"


@pytest.mark.parametrize("seconds", [0, 299, -299])
def test_a_signature_within_five_minutes_is_accepted(seconds: int) -> None:
    timestamp = str(NOW + seconds)

    channel().verify(request(BODY, f"t={timestamp},v1={sign(SECRET.encode(), timestamp, BODY)}"))


RIGHT = sign(SECRET.encode(), str(NOW), BODY)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        RIGHT,
        f"v1={RIGHT}",
        f"t={NOW},v1={RIGHT.upper()}",
        f"t={NOW},v1={RIGHT[:-1]}0x",
        f"t={NOW + 1},v1={RIGHT}",
        f"t={NOW},v1={sign(b'other', str(NOW), BODY)}",
        f"t={NOW},v1={sign(SECRET.encode(), str(NOW), BODY + b' ')}",
        f"t={NOW - 301},v1={sign(SECRET.encode(), str(NOW - 301), BODY)}",
        f"t={NOW + 301},v1={sign(SECRET.encode(), str(NOW + 301), BODY)}",
        f"t={'9' * 5000},v1={RIGHT}",
    ],
)
def test_any_other_signature_is_refused(signature: str) -> None:
    with pytest.raises(BadSignature):
        channel().verify(request(BODY, signature))


def received(text: str = "Hola", at: datetime = ARRIVED_AT) -> list[Inbound]:
    return [MessageReceived(ANA, Received("sms-000123", text, provider_at=at))]


MESSAGE = {"id": "sms-000123", "from": "+50370123456", "text": "Hola"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, received()),
        ({"from": "7012-3456"}, received()),
        ({"sent_at": "2026-11-22T09:30:00-06:00"}, received(at=ARRIVED_AT - timedelta(minutes=1))),
        ({"sent_at": "2026-11-22T15:30:00Z"}, received(at=ARRIVED_AT - timedelta(minutes=1))),
        ({"text": ""}, received("")),
        ({"text": "x" * 10_000}, received("x" * 10_000)),
        ({"text": "a\x00\u202eb🙂"}, received("a\x00\u202eb🙂")),
        ({"battery": 40, "sim": {"slot": 1}}, received()),
        ({"from": "144"}, []),
        ({"from": "Claro"}, []),
    ],
)
def test_a_message_is_understood(change: dict[str, Any], expected: list[Inbound]) -> None:
    assert channel().receive(request({**MESSAGE, **change})) == expected


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "JSON"),
        (b"id=1&from=2&text=3", "JSON"),
        (b"[]", "object"),
        (b"[" * 100_000, "JSON"),
        ({"from": "+50370123456", "text": "Hola"}, "id"),
        ({**MESSAGE, "id": 1}, "id"),
        ({**MESSAGE, "id": ""}, "id"),
        ({**MESSAGE, "id": "a\x00"}, "id"),
        ({**MESSAGE, "id": "a" * 129}, "id"),
        ({"id": "1", "text": "Hola"}, "from"),
        ({"id": "1", "from": "+50370123456"}, "text"),
        ({**MESSAGE, "text": ["Hola"]}, "text"),
        ({**MESSAGE, "sent_at": "yesterday"}, "sent_at"),
        ({**MESSAGE, "sent_at": "2026-11-22T09:30:00"}, "sent_at"),
        ({**MESSAGE, "sent_at": 1790091060}, "sent_at"),
        ({"status": "sent"}, "message"),
        ({"status": "sent", "message": "1"}, "message"),
        ({"status": "lost", "message": str(MESSAGE_ID)}, "status"),
        ({"status": "failed", "message": str(MESSAGE_ID), "error": "No se pudo a +503"}, "error"),
    ],
)
def test_what_is_no_message_is_refused_by_the_name_of_the_field(body: object, named: str) -> None:
    with pytest.raises(BadRequest, match=named):
        channel().receive(request(body))


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ({"status": "sent"}, StatusChanged(MessageStatus.SENT, message_id=MESSAGE_ID)),
        ({"status": "delivered"}, StatusChanged(MessageStatus.DELIVERED, message_id=MESSAGE_ID)),
        (
            {"status": "failed", "error": "RADIO_OFF"},
            StatusChanged(MessageStatus.FAILED, message_id=MESSAGE_ID, error_code="RADIO_OFF"),
        ),
    ],
)
def test_a_report_tells_how_a_message_fared(report: dict[str, str], expected: StatusChanged) -> None:
    assert channel().receive(request({"message": str(MESSAGE_ID), **report})) == [expected]


def test_a_message_is_posted_with_a_signature_that_the_other_side_can_check() -> None:
    seen: list[httpx.Request] = []

    def gateway(posted: httpx.Request) -> httpx.Response:
        seen.append(posted)
        return httpx.Response(202, json={"id": "+50370123456-1"})

    sent = channel(httpx.MockTransport(gateway)).send(Outbound(MESSAGE_ID, ANA, "Información ñ"))

    (posted,) = seen
    assert json.loads(posted.content) == {
        "id": str(MESSAGE_ID),
        "to": "+50370123456",
        "text": "Información ñ",
    }
    arrived = RawRequest(str(posted.url), dict(posted.headers), posted.content)
    channel().verify(arrived)
    assert sent.external_id is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(400), ("http_400", False, None, False, False, False)),
        (httpx.Response(401), ("http_401", True, None, False, False, True)),
        (httpx.Response(404), ("http_404", True, None, False, False, True)),
        (httpx.Response(410), ("http_410", False, None, False, True, False)),
        (httpx.Response(429, headers={"retry-after": "9"}), ("http_429", True, 9.0, False, False, False)),
        (httpx.Response(302), ("http_302", False, None, False, False, False)),
        (httpx.Response(503), ("http_503", True, None, False, False, False)),
        (httpx.ConnectError("refused"), ("unreachable", True, None, False, False, False)),
        (httpx.ConnectTimeout("late"), ("unreachable", True, None, False, False, False)),
        (httpx.ReadTimeout("late"), ("timeout", True, None, True, False, False)),
        (httpx.RemoteProtocolError("cut"), ("connection_lost", True, None, True, False, False)),
    ],
)
def test_each_refusal_says_whether_trying_again_can_help(
    answer: httpx.Response | Exception, expected: tuple[Any, ...]
) -> None:
    def gateway(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(SendError) as refused:
        channel(httpx.MockTransport(gateway)).send(Outbound(MESSAGE_ID, ANA, "Hola"))

    error = refused.value
    assert expected == (
        error.code,
        error.retryable,
        error.retry_after,
        error.is_outcome_unknown,
        error.is_stopped,
        error.halts_channel,
    )
