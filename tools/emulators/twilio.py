"""Twilio's API for messages on loopback: `python -m tools.emulators.twilio 8082` and PUENTE_TWILIO_URL to it.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import sys
import threading
import time
import uuid
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
from flask import Response, jsonify, request
from twilio.request_validator import RequestValidator

from tools.emulators.server import Emulator, Failure

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "emulated-auth-token"
BASE = "/2010-04-01/Accounts/<account>"


class TwilioEmulator(Emulator):
    """`sent` are the messages created, by their form fields and `Sid`.

    `callbacks` are the statuses that follow each message, posted signed to its StatusCallback.
    `seconds` is how long it takes to accept one, half of it before and half of it after it is kept.
    """

    def __init__(self, port: int = 0, *, account: str = ACCOUNT, token: str = TOKEN) -> None:
        super().__init__(port)
        self.account, self.token = account, token
        self.callbacks: tuple[str, ...] = ()
        self.seconds = 0.0
        self.responses: list[httpx.Response] = []  # to the callbacks
        self.app.add_url_rule(f"{BASE}.json", view_func=self._account)
        self.app.add_url_rule(f"{BASE}/Messages.json", view_func=self._create, methods=["POST"])
        self.app.add_url_rule(f"{BASE}/Messages.json", view_func=self._list, methods=["GET"], endpoint="list")
        self.app.add_url_rule(f"{BASE}/Messages/<sid>.json", view_func=self._fetch)
        self.app.add_url_rule("/_callbacks", view_func=self._set_callbacks, methods=["POST"])
        self.app.add_url_rule("/_seconds", view_func=self._set_seconds, methods=["POST"])
        self.app.before_request(self._check_account)

    def fail(
        self,
        code: int,
        *,
        status: int = 400,
        seconds: float = 0.0,
        is_taken: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        """The next call goes wrong: `emulator.fail(21610)`."""
        words = f"The 'To' number {code} is not to be quoted"
        body = {"code": code, "message": words, "more_info": f"/docs/errors/{code}", "status": status}
        self.failures.append(Failure(status, body, headers or {}, seconds, is_taken))

    def post(self, url: str, **fields: str) -> httpx.Response:
        """Post a webhook request, signed."""
        signature = RequestValidator(self.token).compute_signature(url, fields)
        # plain HTTP on loopback: reading the machine's certificates would take longer than the call
        return httpx.post(
            url, data=fields, headers={"X-Twilio-Signature": signature}, timeout=60, verify=False
        )

    def _check_account(self) -> Response | None:
        if request.path.startswith("/_"):
            return None
        given = request.authorization
        if given and (given.username, given.password) == (self.account, self.token):
            return None
        return self.answer(Failure(401, {"code": 20003, "message": "Authenticate", "status": 401}))

    def _account(self, account: str) -> Response:
        return jsonify(sid=account, friendly_name="Puente", status="active", type="Full")

    def _create(self, account: str) -> Response:
        failure = self.next_failure()
        if failure and not failure.is_taken:
            return self.answer(failure)
        time.sleep(self.seconds / 2)
        message = {"Sid": "SM" + uuid.uuid4().hex, "created_at": datetime.now(UTC), **request.form.to_dict()}
        self.sent.append(message)
        time.sleep(self.seconds / 2)
        if self.callbacks and message.get("StatusCallback"):
            threading.Thread(target=self._call_back, args=(message,), daemon=True).start()
        if failure:
            return self.answer(failure)
        response = jsonify(self._shown(message))
        response.status_code = 201
        return response

    def _list(self, account: str) -> Response:
        failure = self.next_failure()
        if failure:
            return self.answer(failure)
        to = request.args.get("To")
        found = [self._shown(message) for message in reversed(self.sent) if to in (None, message["To"])]
        return jsonify(messages=found, page=0, page_size=50, next_page_uri=None, uri=request.path)

    def _fetch(self, account: str, sid: str) -> Response:
        for message in self.sent:
            if message["Sid"] == sid:
                return jsonify(self._shown(message))
        return self.answer(Failure(404, {"code": 20404, "message": "not found", "status": 404}))

    def _shown(self, message: dict[str, Any]) -> dict[str, Any]:
        is_kept = message.get("ContentRetention") != "discard"
        return {
            "sid": message["Sid"],
            "account_sid": self.account,
            "to": message["To"],
            "from": message.get("From"),
            "messaging_service_sid": message.get("MessagingServiceSid"),
            "body": message["Body"] if is_kept else "",
            "status": "queued",
            "direction": "outbound-api",
            "num_segments": "1",
            "num_media": "0",
            "error_code": None,
            "error_message": None,
            "date_created": format_datetime(message["created_at"]),
            "date_updated": format_datetime(message["created_at"]),
            "date_sent": None,
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{message['Sid']}.json",
        }

    def _call_back(self, message: dict[str, Any]) -> None:
        for status in self.callbacks:
            fields = {
                "AccountSid": self.account,
                "From": message.get("From", ""),
                "To": message["To"],
                "MessageSid": message["Sid"],
                "SmsSid": message["Sid"],
                "MessageStatus": status,
                "SmsStatus": status,
                "ApiVersion": "2010-04-01",
            }
            self.responses.append(self.post(message["StatusCallback"], **fields))

    def _set_callbacks(self) -> Response:
        self.callbacks = tuple(request.get_json())
        return jsonify(self.callbacks)

    def _set_seconds(self) -> Response:
        self.seconds = float(request.get_json())
        return jsonify(self.seconds)


if __name__ == "__main__":
    emulator = TwilioEmulator(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(emulator.url, flush=True)
    emulator.serve_forever()
