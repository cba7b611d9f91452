"""`make connect`: put Puente on a real Telegram bot, Twilio number or SMS gateway by answering questions."""

import asyncio
import getpass
import re
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.channels import telegram, twilio
from bot.channels.phone import e164
from core import channels, logs
from core.catalog import Catalog
from core.database import open_database
from core.db import SessionMaker, transaction
from core.errors import AppError, SendError, SettingsError
from core.settings import Settings
from core.types import COUNTRIES, ChannelType, Language

TELEGRAM_RATE = 25.0  # a second; Telegram accepts about thirty over all chats
TWILIO_RATE = 1.0  # a second; what a long number carries
GATEWAY_RATE = 0.5  # a second; what a phone's radio keeps up with


class Refused(AppError):
    """The provider does not accept what was pasted, or cannot be reached; holds a key of the catalogue."""


@dataclass
class Desk:
    """One sitting: who asks, in which language, and where the answers go."""

    settings: Settings
    sessions: SessionMaker
    catalog: Catalog
    language: Language = Language.SPANISH
    say: Callable[[str], None] = print
    listen: Callable[[str], str] = input
    listen_secretly: Callable[[str], str] = getpass.getpass

    def tell(self, key: str, **params: object) -> None:
        self.say(self.catalog.text(f"connect.{key}", self.language, **params))

    def ask(self, key: str, fits: Callable[[str], Any], *, default: str = "", is_secret: bool = False) -> str:
        """Until the answer fits. An empty one takes the default."""
        question = self.catalog.text(f"connect.{key}", self.language) + (f" [{default}]" if default else "")
        listen = self.listen_secretly if is_secret else self.listen
        while True:
            answer = listen(f"{question}: ").strip() or default
            if fits(answer):
                return answer
            self.tell(f"{key}.wrong")

    def add(self, id_: str, type_: ChannelType, credentials: dict[str, Any], rate: float) -> None:
        with transaction(self.sessions) as session:
            channels.add(session, id_, type_, id_, credentials, rate=rate, burst=max(rate, 1.0))


def connect(desk: Desk) -> None:
    """Raises Refused."""
    desk.say("1 Español\n2 English")
    desk.language = Language.ENGLISH if desk.listen("> ").strip() == "2" else Language.SPANISH
    desk.tell("providers")
    provider = desk.ask("provider", lambda answer: answer in ("1", "2", "3"))
    {"1": connect_telegram, "2": connect_twilio, "3": connect_gateway}[provider](desk)
    desk.tell("done")


def connect_telegram(desk: Desk) -> None:
    if desk.settings.telegram_url is None and not desk.settings.public_url.startswith("https://"):
        raise Refused("needs_https")
    desk.tell("telegram.how")
    token = desk.ask("telegram.token", re.compile(r"\d+:[\w-]{30,}").fullmatch, is_secret=True)
    name = asyncio.run(_use_bot(desk, token, _name))
    id_ = _ask_id(desk, "telegram")
    secret = secrets.token_urlsafe(32)
    # first the channel, then the webhook: an update may come within the second
    desk.add(id_, ChannelType.TELEGRAM, {"token": token, "secret": secret}, TELEGRAM_RATE)
    url = f"{desk.settings.public_url}/telegram/{id_}"
    asyncio.run(_use_bot(desk, token, lambda bot: _set_webhook(bot, url, secret)))
    desk.tell("telegram.done", name=name)


async def _use_bot(desk: Desk, token: str, use: Callable[[Bot], Any]) -> Any:
    try:
        async with Bot(token, base_url=f"{desk.settings.telegram_url or telegram.API}/bot") as bot:
            return await use(bot)
    except InvalidToken:
        raise Refused("telegram.refused") from None
    except TelegramError:
        raise Refused("unreachable") from None


async def _name(bot: Bot) -> str:
    return bot.username


async def _set_webhook(bot: Bot, url: str, secret: str) -> bool:
    return await bot.set_webhook(url, secret_token=secret, allowed_updates=telegram.ALLOWED_UPDATES)


def connect_twilio(desk: Desk) -> None:
    desk.tell("twilio.how")
    account = desk.ask("twilio.account", re.compile(r"AC[0-9a-f]{32}").fullmatch)
    token = desk.ask("twilio.token", bool, is_secret=True)
    _check_account(desk, account, token)
    is_service = re.compile(r"MG[0-9a-f]{32}").fullmatch
    sender = desk.ask("twilio.sender", lambda answer: e164(answer) or is_service(answer))
    id_ = _ask_id(desk, "sms")
    credentials = {"account_sid": account, "auth_token": token, "sender": e164(sender) or sender}
    desk.add(id_, ChannelType.TWILIO, credentials, TWILIO_RATE)
    desk.tell("twilio.paste", url=f"{desk.settings.public_url}/twilio/{id_}")


def _check_account(desk: Desk, account: str, token: str) -> None:
    client = Client(account, token, http_client=twilio.HttpClient(desk.settings.twilio_url or twilio.API))
    try:
        client.api.accounts(account).fetch()
    except TwilioRestException:
        raise Refused("twilio.refused") from None
    except SendError:
        raise Refused("unreachable") from None


def connect_gateway(desk: Desk) -> None:
    desk.tell("gateway.how")
    url = desk.ask("gateway.url", re.compile(r"https?://\S+").fullmatch)
    country = desk.ask("gateway.country", lambda answer: answer.upper() in COUNTRIES)
    id_ = _ask_id(desk, "gateway")
    secret = secrets.token_urlsafe(32)
    credentials = {"secret": secret, "url": url, "country": country.upper()}
    desk.add(id_, ChannelType.GATEWAY, credentials, GATEWAY_RATE)
    desk.tell("gateway.paste", url=f"{desk.settings.public_url}/gateway/{id_}", secret=secret)


def _ask_id(desk: Desk, default: str) -> str:
    """The name that becomes part of the webhook's address; a used one gets the new credentials."""
    return desk.ask("id", re.compile(r"[a-z0-9-]{1,40}").fullmatch, default=default)


def main() -> int:
    logs.configure()
    try:
        settings = Settings.from_env()
        desk = Desk(settings, open_database(settings), Catalog.load(domain="connect"))
    except SettingsError as e:
        print(e)
        return 1
    try:
        connect(desk)
    except Refused as e:
        desk.tell(str(e))
        return 1
    except (EOFError, KeyboardInterrupt):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
