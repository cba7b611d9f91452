"""Telegram bots.

https://core.telegram.org/bots/api (update, setWebhook, sendMessage)
https://core.telegram.org/bots/webhooks (secret header; a method may be called in the answer to an update)
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
import hmac
import logging
import os
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, cast

import httpx
from telegram import (
    Bot,
    CallbackQuery,
    ChatMember,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
    User,
)
from telegram.constants import ChatType, MessageLimit
from telegram.error import BadRequest as TelegramBadRequest
from telegram.error import (
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.base import (
    Choice,
    ContactStarted,
    ContactStopped,
    Endpoints,
    Inbound,
    Limits,
    MessageReceived,
    Outbound,
    RawRequest,
    Sent,
)
from core.errors import BadRequest, BadSignature, SendError
from core.messages import Received
from core.types import URN, MessageStatus

API = "https://api.telegram.org"
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 -- the name of the header
ROW_CHARS = 20  # buttons this short together fit beside each other on a small screen
SEND_SECONDS = 34  # the sender's lease outlives it

LIMITS: Final = Limits(max_chars=MessageLimit.MAX_TEXT_LENGTH, has_buttons=True, is_sms=False)

# Attribute of the message → our kind; the first that is there counts, as an animation is also a document.
KINDS = {
    "photo": "photo",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "sticker": "sticker",
    "contact": "contact",
    "location": "location",
    "document": "document",
}

# Error → our code and what follows from it. Rate and network errors need a look inside: see `_send_error`.
ERRORS: Final[tuple[tuple[type[TelegramError], str, dict[str, bool]], ...]] = (
    (Forbidden, "403", {"retryable": False, "is_stopped": True}),  # blocked the bot, or deleted the account
    (InvalidToken, "401", {"retryable": True, "halts_channel": True}),
    (ChatMigrated, "chat_migrated", {"retryable": False}),
    (TelegramBadRequest, "400", {"retryable": False}),  # chat not found, text too long, …
)

# Times as timedelta are the library's next habit; without this it warns at each 429.
os.environ["PTB_TIMEDELTA"] = "true"

# Their lines hold the token (it is part of the address) and what people wrote, the last one's even in errors.
for name in ("httpx", "httpcore", "telegram"):
    logging.getLogger(name).setLevel(logging.WARNING)
logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)


class TelegramChannel:
    """Credentials: `token` from BotFather, `secret` that we gave to setWebhook."""

    limits = LIMITS

    def __init__(self, credentials: Mapping[str, Any], channel_id: str, endpoints: Endpoints) -> None:
        self._token = credentials["token"]
        self._secret = credentials["secret"].encode()
        self._base_url = f"{endpoints.telegram_url or API}/bot"
        self._lock = threading.Lock()
        self._client: _Client | None = None

    def verify(self, request: RawRequest) -> None:
        secret = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode(), self._secret):
            raise BadSignature("secret token")

    def receive(self, request: RawRequest) -> list[Inbound]:
        try:
            update = Update.de_json(request.json())
            return _inbound(update, request)
        # python-telegram-bot does not check what it parses; these are what a field of another type leads to
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError) as e:
            raise BadRequest("not an update of Telegram's") from e

    def answer(self, request: RawRequest) -> dict[str, str] | None:
        """What to say in the answer to the webhook: a pressed button is released without a call of ours."""
        query = request.json().get("callback_query")
        if not isinstance(query, dict):
            return None
        return {"method": "answerCallbackQuery", "callback_query_id": str(query.get("id"))}

    def send(self, message: Outbound) -> Sent:
        with self._lock:
            self._client = self._client or _Client(self._token, self._base_url)
        return self._client.send(message)

    def close(self) -> None:
        """End the sending thread, if one was started."""
        if self._client:
            self._client.close()


class _Client:
    """Senders are threads, the library is asyncio: one loop in a thread keeps its connections open."""

    def __init__(self, token: str, base_url: str) -> None:
        request = HTTPXRequest(connection_pool_size=32, read_timeout=20)
        self._bot = Bot(token, base_url=base_url, request=request)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)
        self._thread.start()

    def send(self, message: Outbound) -> Sent:
        sending = asyncio.run_coroutine_threadsafe(self._send(message), self._loop)
        try:
            return sending.result(SEND_SECONDS)
        except TimeoutError:
            sending.cancel()
            raise SendError("timeout", retryable=True, is_outcome_unknown=True) from None

    async def _send(self, message: Outbound) -> Sent:
        try:
            sent = await self._bot.send_message(
                chat_id=int(message.urn.path),
                text=message.text,  # plain: what people wrote must not be read as markup
                reply_markup=_keyboard(message.choices) if message.choices else None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as e:
            raise _send_error(e) from None  # its words may quote the message
        # the chat's id is an address and stays out
        return Sent(str(sent.message_id), MessageStatus.SENT)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._bot.shutdown(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _inbound(update: Update, request: RawRequest) -> list[Inbound]:
    if isinstance(update.update_id, bool) or not isinstance(update.update_id, int):
        raise BadRequest("update_id")
    external_id = str(update.update_id)
    if update.message:
        return _message(external_id, update.message)
    if update.edited_message:
        return _edited(external_id, update.edited_message)
    if update.callback_query:
        return _choice(external_id, update.callback_query, request)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    return []


def _message(external_id: str, message: Message) -> list[Inbound]:
    text = message.text or message.caption or ""
    kind = next((kind for name, kind in KINDS.items() if getattr(message, name)), "text")
    payload: dict[str, Any] | None = None
    if message.chat.type != ChatType.PRIVATE:
        kind = "group"
    elif message.location:
        payload = {"location": [float(message.location.latitude), float(message.location.longitude)]}
    elif text.partition(" ")[0].partition("@")[0] == "/start":
        kind, text = "start", text.partition(" ")[2].strip()
        payload = {"language": _language(message.from_user)}  # there are no words to tell it from
    elif kind == "text" and not text:
        if message.effective_attachment is None:
            return []  # a notice of Telegram's own: pinned, timer set, …
        kind = "document"  # a poll, a game, …: answered like any file that cannot be read
    received = Received(external_id, _checked(text), kind, payload, message.date, int(external_id))
    return [MessageReceived(_urn(message.chat.id), received, _language(message.from_user))]


def _edited(external_id: str, message: Message) -> list[Inbound]:
    if message.location or message.chat.type != ChatType.PRIVATE:
        return []  # a live location moves every few seconds
    text = _checked(message.text or message.caption or "")
    received = Received(external_id, text, "edited", None, message.edit_date, int(external_id))
    return [MessageReceived(_urn(message.chat.id), received, _language(message.from_user))]


def _choice(external_id: str, query: CallbackQuery, request: RawRequest) -> list[Inbound]:
    if query.message and query.message.chat.type != ChatType.PRIVATE:
        return []
    choice = _checked(query.data or "")
    text, at = _label(query) or choice, request.received_at  # Telegram gives no time of the press
    received = Received(external_id, text, "choice", {"choice": choice}, at, int(external_id))
    return [MessageReceived(_urn(query.from_user.id), received, _language(query.from_user))]


def _label(query: CallbackQuery) -> str | None:
    """What stood on the button; the message may be too old for Telegram to send it along."""
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    return next((_checked(button.text) for button in buttons if button.callback_data == query.data), None)


def _membership(change: ChatMemberUpdated) -> list[Inbound]:
    if change.chat.type != ChatType.PRIVATE:
        return []
    old, new = change.old_chat_member.status, change.new_chat_member.status
    if new == ChatMember.BANNED:
        return [ContactStopped(_urn(change.chat.id))]
    return [ContactStarted(_urn(change.chat.id))] if old == ChatMember.BANNED else []


def _urn(chat_id: int) -> URN:
    return URN("telegram", str(int(chat_id)))


def _checked(text: object) -> str:
    if not isinstance(text, str):
        raise BadRequest("text")
    return text


def _language(user: User | None) -> str | None:
    return user.language_code if user else None


def _keyboard(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup:
    buttons = [_button(choice) for choice in choices]
    if sum(len(choice.label) for choice in choices) <= ROW_CHARS:
        return InlineKeyboardMarkup([buttons])
    return InlineKeyboardMarkup([[button] for button in buttons])


def _button(choice: Choice) -> InlineKeyboardButton:
    """Telegram opens http and tg addresses only. To call, people press a number in the text, which it makes a
    link where it is written with the country's code."""
    if choice.url:
        return InlineKeyboardButton(choice.label, url=choice.url)
    return InlineKeyboardButton(choice.label, callback_data=choice.id)


def _send_error(error: TelegramError) -> SendError:
    if isinstance(error, RetryAfter):
        seconds = cast(timedelta, error.retry_after).total_seconds()
        return SendError("429", retryable=True, retry_after=seconds)
    for type_, code, facts in ERRORS:
        if isinstance(error, type_):
            return SendError(code, **facts)
    if isinstance(error, NetworkError):
        return _network_error(error)
    # an answer that is no JSON: Telegram's own would be, so something stands between
    return SendError("invalid_response", retryable=True, is_outcome_unknown=True)


def _network_error(error: NetworkError) -> SendError:
    match error.__cause__:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return SendError("unreachable", retryable=True)
        case httpx.TimeoutException():
            return SendError("timeout", retryable=True, is_outcome_unknown=True)
        case httpx.HTTPError():
            return SendError("connection_lost", retryable=True, is_outcome_unknown=True)
    # Telegram answered with 5xx: it did not take the message
    return SendError("5xx", retryable=True)
