"""Requests as the providers make them, signed."""

import itertools
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from bot.channels.gateway import sign
from tools.emulators.twilio import ACCOUNT, TOKEN

PUBLIC_URL = "https://puente.example"
TELEGRAM_SECRET = "telegram-secret"
GATEWAY_SECRET = "gateway-secret"
ANA = "+525512345678"
FORM = "application/x-www-form-urlencoded"

_numbers = itertools.count(1)


def new_sid() -> str:
    return f"SM{next(_numbers):032x}"


@dataclass
class Provider:
    """Plays all three. Returns what the webhook answered."""

    client: FlaskClient

    def sms(self, text: str = "Hola", *, channel: str = "sms-mx", **fields: str) -> TestResponse:
        """A message through Twilio."""
        form = {
            "MessageSid": new_sid(),
            "AccountSid": ACCOUNT,
            "From": ANA,
            "To": "+525599990000",
            "Body": text,
            "NumMedia": "0",
        }
        return self.twilio(f"/twilio/{channel}", {**form, **fields})

    def twilio(self, path: str, fields: dict[str, str], *, token: str = TOKEN) -> TestResponse:
        signature = RequestValidator(token).compute_signature(PUBLIC_URL + path, fields)
        return self.client.post(
            path, data=urlencode(fields), content_type=FORM, headers={"X-Twilio-Signature": signature}
        )

    def status(self, status: str, sid: str, query: str = "", **fields: str) -> TestResponse:
        form = {"MessageSid": sid, "MessageStatus": status, "To": ANA, "From": "+525599990000"}
        return self.twilio(f"/twilio/sms-mx/status{query}", {**form, **fields})

    def update(self, body: object, *, secret: str = TELEGRAM_SECRET, channel: str = "tg") -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.post(
            f"/telegram/{channel}",
            data=raw,
            content_type="application/json",
            headers={"X-Telegram-Bot-Api-Secret-Token": secret},
        )

    def gateway(self, body: dict[str, Any], *, secret: str = GATEWAY_SECRET) -> TestResponse:
        raw, timestamp = json.dumps(body).encode(), str(int(time.time()))
        signature = f"t={timestamp},v1={sign(secret.encode(), timestamp, raw)}"
        return self.client.post("/gateway/sms-sv", data=raw, headers={"X-Puente-Signature": signature})


def telegram_message(text: str = "Hola", *, update_id: int | None = None, **fields: Any) -> dict[str, Any]:
    sender = {"id": 41234567, "is_bot": False, "first_name": "Ana", "language_code": "es"}
    message = {
        "message_id": 1,
        "from": sender,
        "chat": {"id": 41234567, "type": "private"},
        "date": 1_790_000_000,
        "text": text,
    }
    return {"update_id": update_id or next(_numbers), "message": {**message, **fields}}
