import base64
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from bot.channels.base import (
    ContactStarted,
    ContactStopped,
    Endpoints,
    Inbound,
    MessageReceived,
    Outbound,
    RawRequest,
    StatusChanged,
)
from bot.channels.twilio import HttpClient, TwilioChannel
from core.db import uuid7
from core.errors import BadRequest, BadSignature, SendError
from core.messages import Received
from core.types import URN, MessageStatus
from tools.emulators.twilio import ACCOUNT, TOKEN, TwilioEmulator

URL = "https://puente.example/puente/twilio/sms-mx"
SID = "SM" + "0f" * 16
ARRIVED_AT = datetime(2026, 11, 22, 15, 31, tzinfo=UTC)
ANA = URN("tel", "+525512345678")
MESSAGE_ID = uuid.UUID("01999999-9999-7999-8999-999999999999")
LONG = "Necesito ayuda con mi solicitud de asilo, nadie me contesta en la oficina desde hace tres meses."

INBOUND = {
    "ToCountry": "MX",
    "ToState": "",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ToCity": "",
    "FromZip": "",
    "SmsSid": SID,
    "FromState": "",
    "SmsStatus": "received",
    "FromCity": "",
    "Body": "Hola ñandú",
    "FromCountry": "MX",
    "To": "+525599990000",
    "ToZip": "",
    "NumSegments": "1",
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": "+525512345678",
    "ApiVersion": "2010-04-01",
}


def channel_at(url: str | None = None, sender: str = "+525599990000", token: str = TOKEN) -> TwilioChannel:
    credentials = {"account_sid": ACCOUNT, "auth_token": token, "sender": sender}
    return TwilioChannel(credentials, "sms-mx", Endpoints("https://puente.example/puente", twilio_url=url))


def request(fields: dict[str, str] | bytes, url: str = URL, signature: str | None = None) -> RawRequest:
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    if signature is None and isinstance(fields, dict):
        signature = RequestValidator(TOKEN).compute_signature(url, fields)
    return RawRequest(url, {"x-twilio-signature": signature or ""}, body, ARRIVED_AT)


def received(text: str, kind: str = "text") -> MessageReceived:
    return MessageReceived(ANA, Received(SID, text, kind, provider_at=ARRIVED_AT))


@pytest.mark.parametrize(
    "signed",
    [
        request(INBOUND),
        request({**INBOUND, "AddedLastWeek": "1"}),
        request({**INBOUND, "Body": ""}),
        request({}, URL + "/status?message=1"),
        # Twilio leaves the port out or puts it in
        request(
            INBOUND,
            signature=RequestValidator(TOKEN).compute_signature(
                URL.replace(".example", ".example:443"), INBOUND
            ),
        ),
    ],
)
def test_a_signature_over_the_public_url_and_all_fields_is_accepted(signed: RawRequest) -> None:
    channel_at().verify(signed)


SIGNATURE = RequestValidator(TOKEN).compute_signature(URL, INBOUND)


@pytest.mark.parametrize(
    "forged",
    [
        request(INBOUND, signature=""),
        request(INBOUND, signature=SIGNATURE[:-4] + "AAA="),
        request(INBOUND, signature=SIGNATURE + "x"),
        request({**INBOUND, "Body": "otra"}, signature=SIGNATURE),
        request({**INBOUND, "Extra": "1"}, signature=SIGNATURE),
        request({key: INBOUND[key] for key in INBOUND if key != "To"}, signature=SIGNATURE),
        request(INBOUND, URL + "?x=1", SIGNATURE),
        request(INBOUND, URL.replace("https", "http"), SIGNATURE),
        request(INBOUND, URL.replace("sms-mx", "sms-hn"), SIGNATURE),
        request(b'{"Body": "hola"}', signature=SIGNATURE),
        request(INBOUND, signature=RequestValidator("other").compute_signature(URL, INBOUND)),
    ],
)
def test_any_other_signature_is_refused(forged: RawRequest) -> None:
    with pytest.raises(BadSignature):
        channel_at().verify(forged)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, [received("Hola ñandú")], id="text"),
        pytest.param({"Body": ""}, [received("")], id="empty"),
        pytest.param(
            {"Body": "x" * 10_000}, [received("x" * 10_000)], id="10,000 characters without a space"
        ),
        pytest.param({"Body": "\u202eمرحبا 🙂"}, [received("\u202eمرحبا 🙂")], id="right to left"),
        pytest.param({"Body": "{{7*7}}<b>'; --"}, [received("{{7*7}}<b>'; --")], id="markup"),
        pytest.param({"From": "+5215512345678"}, [received("Hola ñandú")], id="old Mexican form"),
        pytest.param(
            {"NumMedia": "1", "MediaContentType0": "image/jpeg", "Body": "foto"},
            [received("foto", "photo")],
            id="MMS",
        ),
        pytest.param(
            {"NumMedia": "2", "MediaContentType0": "audio/amr", "Body": ""},
            [received("", "voice")],
            id="audio",
        ),
        pytest.param(
            {"NumMedia": "1", "MediaContentType0": "text/x-vcard"},
            [received("Hola ñandú", "contact")],
            id="card",
        ),
        pytest.param(
            {"NumMedia": "1", "MediaContentType0": "application/pdf"},
            [received("Hola ñandú", "document")],
            id="PDF",
        ),
        pytest.param({"NumMedia": "1"}, [received("Hola ñandú", "document")], id="media of no type"),
        pytest.param(
            {"Body": base64.b64encode(LONG.encode()).decode()}, [received(LONG)], id="long, in base64"
        ),
        pytest.param({"Body": "hola" * 20}, [received("hola" * 20)], id="only looks like base64"),
        pytest.param({"Body": "hola"}, [received("hola")], id="short, also valid base64"),
        pytest.param({"Body": "STOP", "OptOutType": "STOP"}, [ContactStopped(ANA)], id="opted out"),
        pytest.param(
            {"Body": "START", "OptOutType": "START"}, [received("START"), ContactStarted(ANA)], id="opted in"
        ),
        pytest.param(
            {"Body": "AYUDA", "OptOutType": "HELP"}, [received("AYUDA")], id="help is answered by us too"
        ),
        pytest.param({"From": "whatsapp:+525512345678"}, [], id="WhatsApp"),
        pytest.param({"From": "22395"}, [], id="short code"),
        pytest.param({"From": "Claro"}, [], id="a name"),
    ],
)
def test_a_message_is_understood(change: dict[str, str], expected: list[Inbound]) -> None:
    assert channel_at().receive(request({**INBOUND, **change})) == expected


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "MessageSid"),
        (b'{"MessageSid": "SM1", "From": "+525512345678"}', "MessageSid"),
        (b"\xff\xfe\xff", "UTF-8"),
        (urlencode({**INBOUND, "MessageSid": ""}).encode(), "MessageSid"),
        (urlencode({**INBOUND, "MessageSid": "SM\x00"}).encode(), "MessageSid"),
        (urlencode({**INBOUND, "MessageSid": "SM" + "0" * 300}).encode(), "MessageSid"),
        (urlencode({**INBOUND, "From": ""}).encode(), "From"),
        (b"MessageStatus=sent", "MessageSid"),
    ],
)
def test_what_is_no_message_is_refused_by_the_name_of_the_field(body: bytes, field: str) -> None:
    with pytest.raises(BadRequest, match=field):
        channel_at().receive(request(body))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", MessageStatus.WIRED),
        ("accepted", MessageStatus.WIRED),
        ("sending", MessageStatus.WIRED),
        ("sent", MessageStatus.SENT),
        ("delivered", MessageStatus.DELIVERED),
        ("read", MessageStatus.READ),
        ("undelivered", MessageStatus.FAILED),
        ("failed", MessageStatus.FAILED),
        ("canceled", MessageStatus.FAILED),
    ],
)
def test_a_callback_tells_how_a_message_fared(status: str, expected: MessageStatus) -> None:
    fields = {"MessageSid": SID, "MessageStatus": status, "To": "+525512345678", "From": "+525599990000"}

    assert channel_at().receive(request(fields, f"{URL}/status?message={MESSAGE_ID}")) == [
        StatusChanged(expected, SID, MESSAGE_ID)
    ]


@pytest.mark.parametrize("query", ["", "?message=", "?message=1", "?message=%00", "?x=1"])
def test_a_callback_without_our_id_is_known_by_twilios(query: str) -> None:
    fields = {"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": "30003", "To": "+525512345678"}

    assert channel_at().receive(request(fields, f"{URL}/status{query}")) == [
        StatusChanged(MessageStatus.FAILED, SID, None, "30003")
    ]


def test_a_callback_that_tells_of_an_opt_out_stops_the_contact() -> None:
    fields = {"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": "21610", "To": "+5215512345678"}

    assert channel_at().receive(request(fields)) == [
        StatusChanged(MessageStatus.FAILED, SID, None, "21610"),
        ContactStopped(ANA),
    ]


def test_an_unknown_status_changes_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert channel_at().receive(request({"MessageSid": SID, "MessageStatus": "teleported"})) == []

    assert "teleported" in caplog.text


@pytest.fixture
def twilio() -> Iterator[TwilioEmulator]:
    with TwilioEmulator() as emulator:
        yield emulator


def outbound(text: str = "Hola", **fields: Any) -> Outbound:
    return Outbound(fields.pop("id", MESSAGE_ID), ANA, text, **fields)


def test_a_message_is_sent_with_our_id_in_its_callback(twilio: TwilioEmulator) -> None:
    sent = channel_at(twilio.url).send(outbound("Su número: K7PM-4XQ ✓"))

    (message,) = twilio.sent
    assert (sent.external_id, sent.status) == (message["Sid"], MessageStatus.WIRED)
    assert (message["To"], message["From"], message["Body"]) == (
        "+525512345678",
        "+525599990000",
        "Su número: K7PM-4XQ ✓",
    )
    assert message["StatusCallback"] == f"{URL}/status?message={MESSAGE_ID}"
    assert "ContentRetention" not in message


def test_a_messaging_service_is_named_instead_of_a_number(twilio: TwilioEmulator) -> None:
    channel_at(twilio.url, sender="MG" + "0" * 32).send(outbound())

    assert twilio.sent[0]["MessagingServiceSid"] == "MG" + "0" * 32
    assert "From" not in twilio.sent[0]


def test_twilio_is_asked_not_to_keep_a_private_message(twilio: TwilioEmulator) -> None:
    channel_at(twilio.url).send(outbound(is_private=True))

    assert (twilio.sent[0]["ContentRetention"], twilio.sent[0]["AddressRetention"]) == (
        "discard",
        "obfuscate",
    )


def test_a_private_message_arrives_even_where_the_account_cannot_redact(
    twilio: TwilioEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    twilio.fail(30029)

    channel_at(twilio.url).send(outbound(is_private=True))

    assert len(twilio.sent) == 1
    assert "30029" in caplog.text


PERMANENT = {"retryable": False}
RETRY = {"retryable": True}
HALT = {"retryable": True, "halts_channel": True}


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        (20429, 429, RETRY),
        (14107, 400, RETRY),
        (63018, 400, RETRY),
        (21211, 400, PERMANENT),
        (21614, 400, PERMANENT),
        (21408, 403, PERMANENT),
        (21606, 400, PERMANENT),
        (21612, 400, PERMANENT),
        (21610, 400, {"retryable": False, "is_stopped": True}),
        (21611, 429, RETRY),
        (21617, 400, PERMANENT),
        (20003, 401, HALT),
        (30002, 403, HALT),
        (30001, 400, {"retryable": True, "retry_after": 3600.0}),
        (30003, 400, {"retryable": True, "retry_after": 14400.0}),
        (30007, 400, PERMANENT),
        (30008, 400, RETRY),
        (99999, 400, PERMANENT),
        (20500, 500, RETRY),
        (20503, 503, RETRY),
    ],
)
def test_each_refusal_says_whether_trying_again_can_help(
    twilio: TwilioEmulator, code: int, status: int, expected: dict[str, Any]
) -> None:
    twilio.fail(code, status=status)

    error = refusal(channel_at(twilio.url))

    blank = {"retry_after": None, "is_outcome_unknown": False, "is_stopped": False, "halts_channel": False}
    assert facts(error) == {**blank, **expected}
    assert twilio.sent == []


def test_too_many_requests_says_when_to_come_back(twilio: TwilioEmulator) -> None:
    twilio.fail(20429, status=429, headers={"Retry-After": "7"})

    error = refusal(channel_at(twilio.url))

    assert (error.code, error.retry_after) == ("20429", 7.0)


def test_a_wrong_token_halts_the_channel(twilio: TwilioEmulator) -> None:
    error = refusal(channel_at(twilio.url, token="wrong"))

    assert (error.code, error.halts_channel) == ("20003", True)


def test_an_unreachable_server_took_nothing() -> None:
    error = refusal(channel_at("http://127.0.0.1:1"))

    assert (error.code, error.retryable, error.is_outcome_unknown) == ("unreachable", True, False)


def test_a_message_whose_answer_was_lost_is_found_instead_of_sent_again(
    twilio: TwilioEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = channel_at(twilio.url)
    monkeypatch.setattr(HttpClient, "SECONDS", 0.2)
    twilio.fail(0, status=500, seconds=0.4, is_taken=True)
    message = outbound("Su caso fue recibido", id=uuid7())

    with pytest.raises(SendError) as lost:
        channel_at(twilio.url).send(message)
    assert (lost.value.code, lost.value.is_outcome_unknown) == ("timeout", True)
    wait_for(lambda: len(twilio.sent) == 1)

    sent = channel.send(outbound(message.text, id=message.id, is_retry=True))

    (message_at_twilio,) = twilio.sent
    assert sent.external_id == message_at_twilio["Sid"]


def test_the_same_words_sent_before_are_not_taken_for_a_lost_message(twilio: TwilioEmulator) -> None:
    channel = channel_at(twilio.url)
    channel.send(outbound("Escriba MENU", id=uuid7()))
    later = uuid.UUID(int=uuid7().int + (5_000 << 80))

    channel.send(outbound("Escriba MENU", id=later, is_retry=True))

    assert len(twilio.sent) == 2


def test_a_retry_that_twilio_never_saw_is_sent(twilio: TwilioEmulator) -> None:
    channel_at(twilio.url).send(outbound(id=uuid7(), is_retry=True))

    assert len(twilio.sent) == 1


def test_nothing_of_a_person_or_the_token_is_logged_or_raised(
    twilio: TwilioEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    channel = channel_at(twilio.url)
    channel.send(outbound("secreto de Ana", id=uuid7(), is_retry=True))
    twilio.fail(21211)
    error = refusal(channel)
    channel.receive(request({**INBOUND, "Body": "secreto de Ana"}))

    said = caplog.text + str(error) + str(error.__cause__)
    for private in ("secreto", "5512345678", TOKEN, "quoted"):
        assert private not in said


def refusal(channel: TwilioChannel) -> SendError:
    with pytest.raises(SendError) as refused:
        channel.send(outbound())
    return refused.value


def facts(error: SendError) -> dict[str, Any]:
    names = ("retryable", "retry_after", "is_outcome_unknown", "is_stopped", "halts_channel")
    return {name: getattr(error, name) for name in names}


def wait_for(condition: Any) -> None:
    for _ in range(100):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it never came")
