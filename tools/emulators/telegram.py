"""Telegram's Bot API on loopback: `python -m tools.emulators.telegram 8081` and PUENTE_TELEGRAM_URL to it.

https://core.telegram.org/bots/api#making-requests
"""

import itertools
import json
import sys
import time
from typing import Any

import httpx
from flask import Response, jsonify, request

from tools.emulators.server import Emulator, Failure

BOT = {"id": 110201543, "is_bot": True, "first_name": "Puente", "username": "puente_test_bot"}


class TelegramEmulator(Emulator):
    """`webhook`: what setWebhook set; `answers`: callback queries that were answered; `sent`: messages."""

    def __init__(self, port: int = 0, *, token: str | None = None) -> None:
        super().__init__(port)
        self.token = token  # None = any
        self.webhook: dict[str, Any] = {}
        self.answers: list[dict[str, Any]] = []
        self._message_ids = itertools.count(1)
        self._update_ids = itertools.count(700_000_001)
        self.app.add_url_rule("/bot<token>/<method>", view_func=self._call, methods=["GET", "POST"])

    def fail(
        self,
        status: int,
        description: str,
        *,
        seconds: float = 0.0,
        is_taken: bool = False,
        **parameters: Any,
    ) -> None:
        """The next call goes wrong: `emulator.fail(429, "Too Many Requests", retry_after=3)`."""
        body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        self.failures.append(Failure(status, body, seconds=seconds, is_taken=is_taken))

    def post(self, **update: Any) -> httpx.Response:
        """Deliver an update to the webhook, and do what its answer asks for, as Telegram does."""
        response = httpx.post(
            self.webhook["url"],
            json={"update_id": next(self._update_ids), **update},
            headers={"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")},
            timeout=60,
        )
        if response.content and response.json().get("method") == "answerCallbackQuery":
            self.answers.append(response.json())
        return response

    def _call(self, token: str, method: str) -> Response | tuple[Response, int]:
        if self.token not in (None, token):
            return jsonify(ok=False, error_code=401, description="Unauthorized"), 401
        handler = getattr(self, f"_{method}", None)
        if handler is None:
            return jsonify(ok=False, error_code=404, description="Not Found"), 404
        failure = self.next_failure()
        if failure and not failure.is_taken:
            return self.answer(failure)
        fields = request.get_json(silent=True) or request.values.to_dict()
        result = handler(fields)
        return self.answer(failure) if failure else jsonify(ok=True, result=result)

    def _getMe(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 -- Telegram's names
        return BOT

    def _setWebhook(self, fields: dict[str, Any]) -> bool:  # noqa: N802
        self.webhook = dict(fields)
        return True

    def _getWebhookInfo(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": 0,
        }

    def _answerCallbackQuery(self, fields: dict[str, Any]) -> bool:  # noqa: N802
        self.answers.append(fields)
        return True

    def _sendMessage(self, fields: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        markup = json.loads(fields["reply_markup"]) if fields.get("reply_markup") else None
        message: dict[str, Any] = {
            "message_id": next(self._message_ids),
            "from": BOT,
            "chat": {"id": int(fields["chat_id"]), "type": "private"},
            "date": int(time.time()),
            "text": fields["text"],
        }
        if markup:
            message["reply_markup"] = markup
        self.sent.append(message)
        return message


if __name__ == "__main__":
    emulator = TelegramEmulator(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(emulator.url, flush=True)
    emulator.serve_forever()
