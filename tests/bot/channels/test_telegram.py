import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import (
    Choice,
    ContactStarted,
    ContactStopped,
    Endpoints,
    Inbound,
    MessageReceived,
    Outbound,
    RawRequest,
    Sent,
)
from bot.channels.telegram import TelegramChannel
from core.errors import BadRequest, BadSignature, SendError
from core.messages import Received
from core.types import URN, MessageStatus
from tools.emulators.server import Failure
from tools.emulators.telegram import TelegramEmulator

SECRET = "0-secret_of-the_webhook"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
ANA = {"id": 41234567, "is_bot": False, "first_name": "Ana", "language_code": "es-MX"}
CHAT = {"id": 41234567, "first_name": "Ana", "type": "private"}
GROUP = {"id": -1001234567890, "title": "Vecinos", "type": "supergroup"}
SENT_AT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
DATE = int(SENT_AT.timestamp())
ARRIVED_AT = datetime(2026, 11, 22, 15, 31, 2, 500, tzinfo=UTC)
URN_OF_ANA = URN("telegram", "41234567")
FILE = {"file_id": "AwACAgEAAx", "file_unique_id": "AgADxx"}


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 7, "from": ANA, "chat": CHAT, "date": DATE, **fields}


def button_press(**fields: Any) -> dict[str, Any]:
    keyboard = [[{"text": "Sí", "callback_data": "yes"}], [{"text": "No", "callback_data": "no"}]]
    asked = message(text="¿Está bien?", reply_markup={"inline_keyboard": keyboard})
    return {
        "id": "4382bfdwdsb323b2d9",
        "from": ANA,
        "message": asked,
        "chat_instance": "1",
        "data": "yes",
        **fields,
    }


def member(old: str, new: str, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    bot = {"id": 110201543, "is_bot": True, "first_name": "Puente"}
    until = {"until_date": 0}
    sides = {
        "old_chat_member": {"user": bot, "status": old, **(until if old == "kicked" else {})},
        "new_chat_member": {"user": bot, "status": new, **(until if new == "kicked" else {})},
    }
    return {"chat": chat, "from": ANA, "date": DATE, **sides}


def received(
    text: str, kind: str = "text", payload: dict[str, Any] | None = None, **more: Any
) -> list[Inbound]:
    at = more.pop("at", SENT_AT)
    urn = more.pop("urn", URN_OF_ANA)
    return [MessageReceived(urn, Received("700000001", text, kind, payload, at, 700000001), "es-MX")]


@pytest.fixture
def channel() -> TelegramChannel:
    return TelegramChannel({"token": TOKEN, "secret": SECRET}, "tg", Endpoints("https://puente.example"))


def request(body: object, secret: str | None = SECRET) -> RawRequest:
    headers = {"content-type": "application/json"}
    if secret is not None:
        headers["x-telegram-bot-api-secret-token"] = secret
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RawRequest("https://puente.example/telegram/tg", headers, raw, ARRIVED_AT)


def test_the_secret_token_of_the_webhook_is_accepted(channel: TelegramChannel) -> None:
    channel.verify(request({}))


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET.upper(), "ñ"])
def test_any_other_secret_is_refused(channel: TelegramChannel, secret: str | None) -> None:
    with pytest.raises(BadSignature):
        channel.verify(request({}, secret))


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        pytest.param({"message": message(text="Hola")}, received("Hola"), id="text"),
        pytest.param({"message": message(text="\u202eمرحبا")}, received("\u202eمرحبا"), id="right to left"),
        pytest.param({"message": message(text="🙂🙂")}, received("🙂🙂"), id="only emoji"),
        pytest.param({"message": message(text="x" * 10_000)}, received("x" * 10_000), id="10,000 characters"),
        pytest.param(
            {"message": message(text="a\x00b")}, received("a\x00b"), id="NUL, taken out when stored"
        ),
        pytest.param(
            {"message": message(text="/start")}, received("", "start", {"language": "es-MX"}), id="start"
        ),
        pytest.param(
            {"message": message(text="/start mx_tap")},
            received("mx_tap", "start", {"language": "es-MX"}),
            id="deep link",
        ),
        pytest.param(
            {"message": message(text="/start@bot")},
            received("", "start", {"language": "es-MX"}),
            id="start by name",
        ),
        pytest.param({"message": message(text="/started")}, received("/started"), id="another command"),
        pytest.param(
            {"message": message(location={"latitude": 14.9, "longitude": -92.26})},
            received("", "location", {"location": [14.9, -92.26]}),
            id="location",
        ),
        pytest.param(
            {"message": message(photo=[{**FILE, "width": 9, "height": 9}], caption="mi papel")},
            received("mi papel", "photo"),
            id="photo with a caption",
        ),
        pytest.param(
            {"message": message(voice={**FILE, "duration": 2})}, received("", "voice"), id="voice note"
        ),
        pytest.param({"message": message(audio={**FILE, "duration": 2})}, received("", "voice"), id="audio"),
        pytest.param(
            {"message": message(video={**FILE, "width": 9, "height": 9, "duration": 2})},
            received("", "video"),
            id="video",
        ),
        pytest.param(
            {"message": message(animation={**FILE, "width": 9, "height": 9, "duration": 2}, document=FILE)},
            received("", "video"),
            id="animation, which is also a document",
        ),
        pytest.param({"message": message(document=FILE)}, received("", "document"), id="document"),
        pytest.param(
            {
                "message": message(
                    sticker={
                        **FILE,
                        "width": 9,
                        "height": 9,
                        "is_animated": False,
                        "is_video": False,
                        "type": "regular",
                        "emoji": "🙂",
                    }
                )
            },
            received("", "sticker"),
            id="sticker",
        ),
        pytest.param(
            {"message": message(contact={"phone_number": "+50255500000", "first_name": "Eva"})},
            received("", "contact"),
            id="contact, whose number is not taken",
        ),
        pytest.param(
            {"message": message(dice={"emoji": "🎲", "value": 3})}, received("", "document"), id="dice"
        ),
        pytest.param(
            {"message": message(text="hola a todos", chat=GROUP)},
            received("hola a todos", "group", urn=URN("telegram", "-1001234567890")),
            id="group",
        ),
        pytest.param(
            {"edited_message": message(text="Hola!", edit_date=DATE + 60)},
            received("Hola!", "edited", at=datetime(2026, 11, 22, 15, 31, tzinfo=UTC)),
            id="edited",
        ),
        pytest.param(
            {"edited_message": message(location={"latitude": 1, "longitude": 2}, edit_date=DATE)},
            [],
            id="live location that moved",
        ),
        pytest.param(
            {"callback_query": button_press()},
            received("Sí", "choice", {"choice": "yes"}, at=ARRIVED_AT),
            id="button",
        ),
        pytest.param(
            {"callback_query": button_press(message={"chat": CHAT, "message_id": 7, "date": 0})},
            received("yes", "choice", {"choice": "yes"}, at=ARRIVED_AT),
            id="button of a message too old to be sent along",
        ),
        pytest.param(
            {"callback_query": button_press(message=message(chat=GROUP))}, [], id="button in a group"
        ),
        pytest.param(
            {"my_chat_member": member("member", "kicked")}, [ContactStopped(URN_OF_ANA)], id="blocked"
        ),
        pytest.param(
            {"my_chat_member": member("kicked", "member")}, [ContactStarted(URN_OF_ANA)], id="unblocked"
        ),
        pytest.param({"my_chat_member": member("left", "member", GROUP)}, [], id="added to a group"),
        pytest.param(
            {"message": message(pinned_message=message(text="x"))}, [], id="notice of Telegram's own"
        ),
        pytest.param({"channel_post": message(text="x")}, [], id="channel post"),
        pytest.param({"poll": {"id": "1"}}, None, id="poll that cannot be parsed"),
        pytest.param({"business_moon_phase": {"a": 1}}, [], id="unknown type"),
        pytest.param({}, [], id="nothing but its number"),
        pytest.param(
            {"message": message(text="Hola", moon={"a": [1]}), "moon": 1},
            received("Hola"),
            id="unknown fields",
        ),
    ],
)
def test_an_update_is_understood(
    channel: TelegramChannel, update: dict[str, Any], expected: list[Inbound] | None
) -> None:
    raw = request({"update_id": 700000001, **update})

    if expected is None:
        with pytest.raises(BadRequest):
            channel.receive(raw)
    else:
        assert channel.receive(raw) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"From=%2B502&Body=hola",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        {"message": message(text="Hola")},
        {"update_id": "1", "message": message(text="Hola")},
        {"update_id": True},
        {"update_id": 1, "message": "Hola"},
        {"update_id": 1, "message": {"text": "Hola"}},
        {"update_id": 1, "message": message(text={"a": 1})},
        {"update_id": 1, "message": message(text="Hola", chat="41234567")},
        {"update_id": 1, "message": message(text="Hola", chat={"id": "Ana", "type": "private"})},
        {"update_id": 1, "message": message(text="Hola", date="yesterday")},
        {"update_id": 1, "message": message(text="Hola", date=10**20)},
        {"update_id": 1, "callback_query": {"id": "1"}},
        {"update_id": 1, "message": message(location={"latitude": "x", "longitude": 1})},
    ],
)
def test_what_is_no_update_is_refused(channel: TelegramChannel, body: object) -> None:
    with pytest.raises(BadRequest) as refused:
        channel.receive(request(body))

    assert "Hola" not in str(refused.value)


def test_a_pressed_button_is_released_in_the_answer_to_the_webhook(channel: TelegramChannel) -> None:
    pressed = request({"update_id": 1, "callback_query": button_press()})

    assert channel.answer(pressed) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "4382bfdwdsb323b2d9",
    }
    assert channel.answer(request({"update_id": 1, "message": message(text="Hola")})) is None


@pytest.fixture
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator(token=TOKEN) as emulator:
        yield emulator


@pytest.fixture
def sending(telegram: TelegramEmulator) -> Iterator[TelegramChannel]:
    channel = connected(telegram.url)
    yield channel
    channel.close()


def connected(url: str, token: str = TOKEN) -> TelegramChannel:
    endpoints = Endpoints("https://puente.example", telegram_url=url)
    return TelegramChannel({"token": token, "secret": SECRET}, "tg", endpoints)


def outbound(text: str = "Hola *Ana* <b>", *labels: str) -> Outbound:
    choices = tuple(Choice(f"c{number}", label) for number, label in enumerate(labels))
    return Outbound(uuid.uuid4(), URN_OF_ANA, text, choices)


def test_a_message_is_sent_as_plain_text_and_only_its_number_is_kept(
    sending: TelegramChannel, telegram: TelegramEmulator
) -> None:
    assert sending.send(outbound()) == Sent("1", MessageStatus.SENT)

    (message,) = telegram.sent
    assert (message["chat"]["id"], message["text"]) == (41234567, "Hola *Ana* <b>")
    assert "reply_markup" not in message


@pytest.mark.parametrize(
    ("labels", "rows"),
    [(["Sí", "No"], 1), (["1", "2", "3", "4", "5"], 1), (["Mis derechos", "Buscar un servicio", "Queja"], 3)],
)
def test_choices_are_buttons_and_short_ones_share_a_row(
    sending: TelegramChannel, telegram: TelegramEmulator, labels: list[str], rows: int
) -> None:
    sending.send(outbound("¿Qué?", *labels))

    keyboard = telegram.sent[0]["reply_markup"]["inline_keyboard"]
    assert len(keyboard) == rows
    assert [(button["text"], button["callback_data"]) for row in keyboard for button in row] == [
        (label, f"c{number}") for number, label in enumerate(labels)
    ]


def test_a_choice_with_an_address_opens_it_and_sends_nothing_back(
    sending: TelegramChannel, telegram: TelegramEmulator
) -> None:
    url = "https://www.openstreetmap.org/?mlat=14.9&mlon=-92.2#map=17/14.9/-92.2"
    sending.send(Outbound(uuid.uuid4(), URN_OF_ANA, "Casa", (Choice("c0", "Mapa", url),)))

    [[button]] = telegram.sent[0]["reply_markup"]["inline_keyboard"]
    assert button == {"text": "Mapa", "url": url}


@pytest.mark.parametrize(
    ("answer", "parameters", "expected"),
    [
        (
            (429, "Too Many Requests: retry after 17"),
            {"retry_after": 17},
            ("429", True, 17.0, False, False, False),
        ),
        ((403, "Forbidden: bot was blocked by the user"), {}, ("403", False, None, False, True, False)),
        ((403, "Forbidden: user is deactivated"), {}, ("403", False, None, False, True, False)),
        ((400, "Bad Request: chat not found"), {}, ("400", False, None, False, False, False)),
        (
            (400, "Bad Request"),
            {"migrate_to_chat_id": -1},
            ("chat_migrated", False, None, False, False, False),
        ),
        ((401, "Unauthorized"), {}, ("401", True, None, False, False, True)),
        ((404, "Not Found"), {}, ("401", True, None, False, False, True)),
        ((502, "Bad Gateway"), {}, ("5xx", True, None, False, False, False)),
    ],
)
def test_each_refusal_says_whether_trying_again_can_help(
    sending: TelegramChannel,
    telegram: TelegramEmulator,
    answer: tuple[int, str],
    parameters: dict[str, Any],
    expected: tuple[Any, ...],
) -> None:
    telegram.fail(*answer, **parameters)

    assert facts(sending) == expected

    assert sending.send(outbound()).external_id == "1"


def test_a_wrong_token_halts_the_channel(telegram: TelegramEmulator) -> None:
    channel = connected(telegram.url, token="1:wrong")

    assert facts(channel) == ("401", True, None, False, False, True)

    channel.close()


def test_an_unreachable_server_took_nothing() -> None:
    channel = connected("http://127.0.0.1:1")

    assert facts(channel) == ("unreachable", True, None, False, False, False)

    channel.close()


def test_the_outcome_of_a_time_out_is_unknown(
    sending: TelegramChannel, telegram: TelegramEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.SEND_SECONDS", 0.2)
    telegram.fail(500, "late", seconds=0.5, is_taken=True)

    assert facts(sending) == ("timeout", True, None, True, False, False)

    assert not telegram.sent or telegram.sent[0]["text"]


def test_several_senders_share_one_connection_thread(
    sending: TelegramChannel, telegram: TelegramEmulator
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda number: sending.send(outbound(str(number))), range(24)))

    assert len({one.external_id for one in sent}) == 24
    assert {message["text"] for message in telegram.sent} == {str(number) for number in range(24)}


def test_nothing_of_a_person_or_the_token_is_logged_or_raised(
    sending: TelegramChannel, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    sending.send(outbound("secreto de Ana"))
    telegram.fail(400, "Bad Request: can't parse secreto de Ana")
    with pytest.raises(SendError) as refused:
        sending.send(outbound("secreto de Ana"))
    telegram.failures.append(Failure(200, "<html>sign in to this network: secreto de Ana</html>"))
    assert facts(sending) == ("invalid_response", True, None, True, False, False)

    said = caplog.text + str(refused.value) + str(refused.value.__cause__)
    for private in ("secreto", "41234567", TOKEN):
        assert private not in said


def facts(channel: TelegramChannel) -> tuple[Any, ...]:
    with pytest.raises(SendError) as refused:
        channel.send(outbound())
    error = refused.value
    return (
        error.code,
        error.retryable,
        error.retry_after,
        error.is_outcome_unknown,
        error.is_stopped,
        error.halts_channel,
    )
