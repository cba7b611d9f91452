"""What providers post becomes rows, once, and is acknowledged."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from core import channels, contacts, conversations, messages
from core.contacts import Contact, ContactURN
from core.conversations import Conversation
from core.db import SessionMaker
from core.messages import Message
from core.types import URN, ChannelType, ContactStatus, MessageStatus
from tests.webhook.posting import ANA, PUBLIC_URL, Provider, new_sid, telegram_message


def stored(sessions: SessionMaker) -> list[tuple[str, str, str]]:
    with sessions() as session:
        rows = session.scalars(select(Message).order_by(Message.seq))
        return [(row.channel_id, row.kind, row.text) for row in rows]


def count(sessions: SessionMaker, table: type[Any]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_sms_is_stored_its_conversation_is_due_and_a_worker_is_woken(
    provider: Provider, sessions: SessionMaker
) -> None:
    response = provider.sms("Necesito un albergue")

    assert (response.status_code, response.mimetype, response.text) == (200, "text/xml", "<Response/>")
    assert stored(sessions) == [("sms-mx", "text", "Necesito un albergue")]
    with sessions() as session:
        conversation = session.scalars(select(Conversation)).one()
        assert conversation.due_at is not None
        assert conversation.urn.urn == f"tel:{ANA}"
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'turns'")) == 1


def test_an_update_of_telegrams_is_stored(provider: Provider, sessions: SessionMaker) -> None:
    response = provider.update(telegram_message("Hola"))

    assert (response.status_code, response.text) == (200, "")
    assert stored(sessions) == [("tg", "text", "Hola")]


def test_a_pressed_button_is_stored_and_released(provider: Provider, sessions: SessionMaker) -> None:
    pressed = telegram_message("¿Bien?")
    sender = pressed["message"]["from"]
    query = {
        "id": "77",
        "from": sender,
        "message": pressed["message"],
        "chat_instance": "1",
        "data": "menu|1",
    }

    response = provider.update({"update_id": 5, "callback_query": query})

    assert response.json == {"method": "answerCallbackQuery", "callback_query_id": "77"}
    assert stored(sessions) == [("tg", "choice", "menu|1")]


def test_a_message_of_the_gateway_is_stored(provider: Provider, sessions: SessionMaker) -> None:
    response = provider.gateway({"id": "1", "from": "+50370123456", "text": "Hola"})

    assert (response.status_code, response.json) == (200, {"stored": True})
    assert stored(sessions) == [("sms-sv", "text", "Hola")]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x" * 10_000,
        "🙂🙂🙂",
        "12345",
        "a\x00b",
        "\u202eمرحبا",
        "<b>x</b>",
        "'; DROP TABLE messages; --",
        "{{7*7}}",
    ],
)
def test_whatever_people_write_is_stored_as_it_is(
    provider: Provider, sessions: SessionMaker, body: str
) -> None:
    assert provider.sms(body).status_code == 200
    assert provider.update(telegram_message(body or "-")).status_code == 200

    assert [row[2] for row in stored(sessions)] == [body.replace("\x00", ""), body.replace("\x00", "") or "-"]


def test_a_repeated_delivery_is_acknowledged_and_ignored(provider: Provider, sessions: SessionMaker) -> None:
    sid = new_sid()
    for _ in range(3):
        assert provider.sms(MessageSid=sid).status_code == 200
        assert provider.update(telegram_message(update_id=9)).status_code == 200
        assert provider.gateway({"id": "9", "from": ANA, "text": "Hola"}).status_code == 200

    assert len(stored(sessions)) == 3
    assert count(sessions, Contact) == 2  # the phone is one person on both SMS channels


def test_deliveries_at_the_same_moment_make_one_person_and_one_message(
    app: Flask, sessions: SessionMaker
) -> None:
    barrier, answers = threading.Barrier(8), []

    def deliver(number: int) -> None:
        provider = Provider(app.test_client())
        barrier.wait()
        answers.append(provider.sms(MessageSid=f"SM{number % 2:032x}").status_code)

    threads = [threading.Thread(target=deliver, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 8
    assert count(sessions, Message) == 2
    assert [count(sessions, table) for table in (Contact, ContactURN, Conversation)] == [1, 1, 1]
    assert app.extensions["reception"].spool.files() == []


def test_a_blocked_person_is_acknowledged_and_not_stored(provider: Provider, sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        contact, _ = contacts.find_or_create(session, URN("tel", ANA))
        contact.status = ContactStatus.BLOCKED

    assert provider.sms().status_code == 200

    assert stored(sessions) == []


def test_opting_out_at_the_provider_stops_and_in_again_starts(
    provider: Provider, sessions: SessionMaker
) -> None:
    start = new_sid()
    provider.sms("START", MessageSid=start, OptOutType="START")
    provider.sms("STOP", OptOutType="STOP")
    assert status_of_ana(sessions) is ContactStatus.STOPPED

    # an old delivery that comes once more does not undo what the person wanted since
    provider.sms("START", MessageSid=start, OptOutType="START")
    assert status_of_ana(sessions) is ContactStatus.STOPPED

    provider.sms("START", OptOutType="START")
    assert status_of_ana(sessions) is ContactStatus.ACTIVE


def status_of_ana(sessions: SessionMaker) -> ContactStatus:
    with sessions.begin() as session:
        return contacts.find_or_create(session, URN("tel", ANA))[0].status


def test_a_callback_before_its_send_returned_finds_its_message(
    provider: Provider, sessions: SessionMaker
) -> None:
    message_id = queued_message(sessions)
    sid = new_sid()

    # they overtake one another, too
    assert provider.status("delivered", sid, f"?message={message_id}").status_code == 204
    assert provider.status("sent", sid, f"?message={message_id}").status_code == 204

    with sessions() as session:
        message = session.get_one(Message, message_id)
        assert (message.status, message.external_id) == (MessageStatus.DELIVERED, sid)


def test_a_callback_without_our_id_finds_its_message_by_twilios(
    provider: Provider, sessions: SessionMaker
) -> None:
    message_id, sid = queued_message(sessions), new_sid()
    provider.status("sent", sid, f"?message={message_id}")

    provider.status("undelivered", sid, ErrorCode="30005")

    with sessions() as session:
        message = session.get_one(Message, message_id)
        assert (message.status, message.error_code) == (MessageStatus.FAILED, "30005")


def test_a_callback_for_an_unknown_message_is_acknowledged(
    provider: Provider, sessions: SessionMaker
) -> None:
    assert provider.status("delivered", new_sid()).status_code == 204
    assert provider.status("teleported", new_sid()).status_code == 204
    unknown = "?message=01999999-9999-7999-8999-999999999999"
    assert provider.status("delivered", new_sid(), unknown).status_code == 204

    assert count(sessions, Message) == 0


def queued_message(sessions: SessionMaker) -> Any:
    with sessions.begin() as session:
        contact, urn = contacts.find_or_create(session, URN("tel", ANA))
        conversation_id = conversations.find_or_create(session, contact, urn, "sms-mx")
        conversation = session.get_one(Conversation, conversation_id)
        return messages.queue(session, conversation, "Su caso fue recibido").id


@pytest.mark.parametrize(
    "path", ["/twilio/nobody", "/twilio/tg", "/telegram/sms-mx", "/gateway/tg", "/twilio/a%00b"]
)
def test_an_unknown_channel_or_one_of_another_type_is_not_found(provider: Provider, path: str) -> None:
    provider.sms()  # so that it is known already
    provider.update(telegram_message())

    response = provider.client.post(path, data=b"{}")

    assert (response.status_code, response.json) == (404, {"error": "unknown_channel"})


def test_an_inactive_channel_is_not_found(provider: Provider, sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        session.get_one(channels.Channel, "sms-mx").is_active = False

    assert provider.sms().status_code == 404


def test_a_wrong_signature_is_refused_and_nothing_is_stored(
    provider: Provider, sessions: SessionMaker
) -> None:
    fields = {"MessageSid": new_sid(), "From": ANA, "Body": "Hola"}

    assert provider.twilio("/twilio/sms-mx", fields, token="guess").status_code == 403
    assert provider.twilio("/twilio/sms-mx/status", fields, token="guess").status_code == 403
    assert provider.update(telegram_message(), secret="guess").status_code == 403
    refused = provider.gateway({"id": "1", "from": ANA, "text": "Hola"}, secret="guess")
    assert (refused.status_code, refused.json) == (403, {"error": "bad_signature"})

    assert count(sessions, Message) == count(sessions, Contact) == 0


def test_new_credentials_are_taken_up_at_the_first_request_they_sign(
    provider: Provider, sessions: SessionMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhook.channels.RECHECK", 0.0)
    assert provider.update(telegram_message()).status_code == 200
    with sessions.begin() as session:
        channels.add(session, "tg", ChannelType.TELEGRAM, "Bot", {"token": "1:a", "secret": "changed"})

    assert provider.update(telegram_message(), secret="changed").status_code == 200
    assert provider.update(telegram_message()).status_code == 403


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"From": ANA, "Body": "Hola"}, "MessageSid"), ({"MessageSid": new_sid(), "Body": "Hola"}, "From")],
)
def test_a_missing_field_is_refused_by_name(provider: Provider, fields: dict[str, str], named: str) -> None:
    response = provider.twilio("/twilio/sms-mx", fields)

    assert (response.status_code, response.json) == (400, {"error": "bad_request", "detail": named})


@pytest.mark.parametrize(
    "body", [b"", b"Body=Hola", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"update_id": "x"}']
)
def test_a_body_that_is_no_update_is_refused_with_a_reason(provider: Provider, body: bytes) -> None:
    response = provider.update(body)

    assert response.status_code == 400
    assert response.json is not None
    assert response.json["error"] == "bad_request"
    assert response.json["detail"]


def test_an_update_of_an_unknown_type_is_acknowledged(provider: Provider, sessions: SessionMaker) -> None:
    assert provider.update({"update_id": 1, "moon_phase": {"full": True}}).status_code == 200
    assert provider.update({"update_id": 2, "channel_post": telegram_message()["message"]}).status_code == 200

    assert stored(sessions) == []


def test_a_group_chat_is_told_apart(provider: Provider, sessions: SessionMaker) -> None:
    provider.update(telegram_message("hola a todos", chat={"id": -100, "type": "group", "title": "Vecinos"}))

    assert stored(sessions) == [("tg", "group", "hola a todos")]


def test_a_body_over_the_limit_is_refused(provider: Provider, sessions: SessionMaker) -> None:
    response = provider.update(telegram_message("x" * 300_000))

    assert (response.status_code, response.json) == (413, {"error": "request_entity_too_large"})
    assert stored(sessions) == []


def test_other_paths_and_methods_are_answered_in_json(provider: Provider) -> None:
    assert provider.client.get("/nothing").json == {"error": "not_found"}
    assert provider.client.get("/twilio/sms-mx").json == {"error": "method_not_allowed"}


def test_a_proxy_in_front_does_not_change_what_was_signed(provider: Provider, sessions: SessionMaker) -> None:
    # the test client calls http://localhost; the signature is over the public address
    assert PUBLIC_URL != "http://localhost"

    assert provider.sms().status_code == 200
