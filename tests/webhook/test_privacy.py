"""No output of the webhook holds what people wrote or who they are, whatever goes wrong."""

import pytest
from flask import Flask

from core import inbox
from tests.webhook.posting import GATEWAY_SECRET, TELEGRAM_SECRET, Provider, new_sid, telegram_message
from tools.emulators.twilio import TOKEN
from webhook.intake import take_in

NUMBER = "+525587654321"
PRIVATE = ["secreto", NUMBER, "5587654321", "41234567", TELEGRAM_SECRET, GATEWAY_SECRET, TOKEN]


def test_nothing_private_is_logged(
    app: Flask,
    provider: Provider,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("DEBUG")
    answers = [
        provider.sms("secreto", From=NUMBER),
        provider.update(telegram_message("secreto")),
        provider.gateway({"id": "1", "from": NUMBER, "text": "secreto"}),
        # refused in every way
        provider.twilio("/twilio/sms-mx", {"From": NUMBER, "Body": "secreto"}),
        provider.twilio("/twilio/sms-mx", {"From": NUMBER, "Body": "secreto"}, token="guess"),
        provider.update(telegram_message("secreto", chat="secreto")),
        provider.update(b"secreto"),
        provider.gateway({"id": "secreto con espacios", "from": NUMBER, "text": "secreto"}),
        provider.sms("secreto", channel="nobody", From=NUMBER),
        provider.status("teleported", new_sid(), "?message=secreto", To=NUMBER),
    ]
    monkeypatch.setattr(inbox, "record_message", fail)
    answers += [provider.sms("secreto", From=NUMBER), provider.update(telegram_message("secreto"))]
    take_in(app.extensions["reception"])
    monkeypatch.setattr("webhook.reception.Reception.take", fail)
    answers.append(provider.sms("secreto", From=NUMBER))

    assert [answer.status_code for answer in answers] == [
        *(200, 200, 200),
        *(400, 403, 400, 400, 400, 404, 204),
        *(200, 200),
        500,
    ]
    captured = capfd.readouterr()
    said = caplog.text + captured.out + captured.err + "".join(answer.text for answer in answers)
    assert "to the spool" in said
    assert [word for word in PRIVATE if word in said] == []


def fail(*_: object) -> None:
    raise RuntimeError(f"secreto {NUMBER}")
