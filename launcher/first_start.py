"""What a new install needs before its programs start. Done again, it changes nothing."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.orm import Session

from core import channels, users
from core.crypto import Keyring
from core.db import connect, session_maker, transaction
from core.directory import seed
from core.errors import SettingsError
from core.settings import Settings
from core.types import ChannelType, Role
from launcher.processes import Say

REPOSITORY = Path(__file__).parents[1]
DEMO_EMAIL = "demo@puente.example"
SIMULATORS = {"simulator": "chat", "simulator-sms": "sms"}


def prepare(settings: Settings, url: str, say: Say) -> None:
    migrate(url)
    engine = connect(url, _keys(settings, url, say))
    try:
        with transaction(session_maker(engine)) as session:
            _fill(session, settings, say)
    finally:
        engine.dispose()


def _fill(session: Session, settings: Settings, say: Say) -> None:
    staff = session.scalars(select(users.User).limit(1)).all()  # fails if they were written with other keys
    if added := seed.load(session):
        say(f"Loaded {added} organizations into the directory.")
    for channel_id, flavor in SIMULATORS.items():
        if session.get(channels.Channel, channel_id) is None:
            channels.add(session, channel_id, ChannelType.SIMULATOR, flavor, {"flavor": flavor}, rate=50)
    if not staff:
        password = secrets.token_urlsafe(12)
        users.create(session, DEMO_EMAIL, password, Role.ADMIN, name="Demo")
        # Written before the commit: a login that nobody knows could not be made again.
        _write_private(_login_path(settings), f"{DEMO_EMAIL} {password}\n")


def demo_login(settings: Settings) -> tuple[str, str] | None:
    """As made at the first start; None once the file has been removed."""
    try:
        email, password = _login_path(settings).read_text().split()
    except FileNotFoundError:
        return None
    return email, password


def migrate(url: str) -> None:
    with migrations(url) as config:
        command.upgrade(config, "head")


@contextmanager
def migrations(url: str) -> Iterator[Config]:
    """Alembic's commands want this; they then work on the database at `url`."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        config = Config(toml_file=REPOSITORY / "pyproject.toml")
        config.attributes["connection"] = connection
        yield config


def _keys(settings: Settings, url: str, say: Say) -> Keyring:
    if settings.keys_path.exists():
        return Keyring.from_file(settings.keys_path)
    with Session(create_engine(url, poolclass=NullPool)) as session:
        if users.has_any(session):
            raise SettingsError(
                f"The keys of this database are missing: {settings.keys_path}. Copy them from the machine "
                "that made them, or from your backup; PUENTE_KEYS says where they lie. Nothing was changed."
            )
    keyring = Keyring.create(settings.keys_path)
    say(f"Made the encryption keys: {settings.keys_path}. Keep a copy: nothing can be read without it.")
    return keyring


def _login_path(settings: Settings) -> Path:
    return settings.data_dir / "demo-login"


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
