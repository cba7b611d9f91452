"""All settings of Puente, read once from the environment. Nothing else reads `os.environ`.

docs/settings.md lists them; a test keeps the page complete.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import SettingsError
from core.types import COUNTRIES


@dataclass(frozen=True, slots=True)
class Settings:
    """Made by `Settings.from_env`; the comment beside each field names its variable."""

    data_dir: Path  # PUENTE_DATA: keys, spool, logs, models and the embedded database
    database_url: str | None  # DATABASE_URL: any PostgreSQL; unset = the embedded one
    keys_path: Path  # PUENTE_KEYS: file of encryption keys, mode 600
    nlu_url: str  # PUENTE_NLU_URL
    nlu_processes: int  # PUENTE_NLU_PROCESSES: of the language model, each on a processor of its own
    host: str  # PUENTE_HOST: address on which webhook and admin listen
    webhook_port: int  # PUENTE_WEBHOOK_PORT
    admin_port: int  # PUENTE_ADMIN_PORT
    public_url: str  # PUENTE_PUBLIC_URL: how providers reach the webhook
    webhook_workers: int  # PUENTE_WEBHOOK_WORKERS: gunicorn processes
    turn_workers: int  # PUENTE_TURN_WORKERS: worker processes
    twilio_url: str | None  # PUENTE_TWILIO_URL: another base address for Twilio's API (emulators)
    telegram_url: str | None  # PUENTE_TELEGRAM_URL: another base address for Telegram's API (emulators)
    country: str | None  # PUENTE_COUNTRY: the country of this municipality; unset = people are asked
    is_simulator_open: bool  # PUENTE_SIMULATOR; unset = on only while the public address is this machine
    has_https: bool  # PUENTE_HTTPS: on = cookies are sent over HTTPS only

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Raises SettingsError naming the variable that is wrong. An empty variable counts as unset."""
        env = {name: value for name, value in (os.environ if env is None else env).items() if value}
        data_dir = Path(env.get("PUENTE_DATA", "var")).absolute()
        webhook_port = _port(env, "PUENTE_WEBHOOK_PORT", 8000)
        public_url = _url(env, "PUENTE_PUBLIC_URL") or f"http://127.0.0.1:{webhook_port}"
        return cls(
            data_dir=data_dir,
            database_url=_database_url(env.get("DATABASE_URL")),
            keys_path=Path(env.get("PUENTE_KEYS", str(data_dir / "keys"))).absolute(),
            nlu_url=_url(env, "PUENTE_NLU_URL") or "http://127.0.0.1:5005",
            nlu_processes=_count(env, "PUENTE_NLU_PROCESSES", 2),
            host=env.get("PUENTE_HOST", "127.0.0.1"),
            webhook_port=webhook_port,
            admin_port=_port(env, "PUENTE_ADMIN_PORT", 8001),
            public_url=public_url,
            webhook_workers=_count(env, "PUENTE_WEBHOOK_WORKERS", 1),
            turn_workers=_count(env, "PUENTE_TURN_WORKERS", 1),
            twilio_url=_url(env, "PUENTE_TWILIO_URL"),
            telegram_url=_url(env, "PUENTE_TELEGRAM_URL"),
            country=_country(env.get("PUENTE_COUNTRY")),
            is_simulator_open=_switch(env, "PUENTE_SIMULATOR", default=_is_local(public_url)),
            has_https=_switch(env, "PUENTE_HTTPS", default=False),
        )

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"


def _database_url(url: str | None) -> str | None:
    """SQLAlchemy wants the driver in the address; people paste `postgres://…` as their provider gives it."""
    if not url:
        return None
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if url.startswith(prefix):
            return _readable("postgresql+psycopg://" + url.removeprefix(prefix))
    raise SettingsError("DATABASE_URL must begin with postgresql://; Puente works with PostgreSQL only.")


def _readable(url: str) -> str:
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError("DATABASE_URL is not a valid address.") from None  # it may hold a password
    return url


def _url(env: Mapping[str, str], name: str) -> str | None:
    text = env.get(name)
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        is_address = False
    if not is_address:
        raise SettingsError(f"{name} must be an address that begins with http:// or https://.")
    return text.rstrip("/")


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    port = _count(env, name, default)
    if port > 65535:
        raise SettingsError(f"{name} must be a port between 1 and 65535.")
    return port


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise SettingsError(f"{name} must be a whole number from 1 up.")
    return int(text)


def _switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "on" if default else "off").lower()
    if text not in ("on", "off"):
        raise SettingsError(f"{name} must be on or off.")
    return text == "on"


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def _country(text: str | None) -> str | None:
    if text and text.upper() not in COUNTRIES:
        raise SettingsError(f"PUENTE_COUNTRY must be one of {', '.join(COUNTRIES)}.")
    return text.upper() if text else None
