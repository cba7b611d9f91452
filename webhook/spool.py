"""Requests that came while the database was down, as encrypted files in the order in which they came."""

import base64
import fcntl
import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.channels.base import RawRequest
from core.crypto import Keyring
from core.errors import AppError
from core.types import ChannelType

MAX_FILES = 10_000  # what nobody could verify is kept too, and must not fill the disk


class SpoolFailed(AppError):
    """The request could not be kept; the provider is told to come again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    type: ChannelType
    channel_id: str
    request: RawRequest
    is_verified: bool  # False: its channel was not known while the database was down


class Spool:
    """Several processes may put; one at a time takes out (`alone`)."""

    def __init__(self, directory: Path, keyring: Keyring) -> None:
        self._directory = directory
        self._keyring = keyring
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, waiting: Waiting) -> None:
        """Safe on disk when it returns. Raises SpoolFailed."""
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}.request"
        unfinished = self._directory / f".{name}"
        try:
            if len(self.files()) >= MAX_FILES:
                raise SpoolFailed("full")
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(self._keyring.encrypt(_written(waiting)))
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._directory / name)
            _sync(self._directory)
        except OSError as e:
            raise SpoolFailed(e.strerror) from e

    def files(self) -> list[Path]:
        """Oldest first."""
        return sorted(self._directory.glob("[0-9]*.request"))

    def read(self, path: Path) -> Waiting:
        """Raises SettingsError when the keys do not open it."""
        return _read(self._keyring.decrypt(path.read_bytes()))

    def set_aside(self, path: Path) -> None:
        """It cannot be stored as things are; somebody can mend what is wrong and give it its name back."""
        path.rename(path.with_suffix(".aside"))

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process is taking in; the kernel lets go of the lock when a process dies."""
        with (self._directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def _written(waiting: Waiting) -> str:
    request = waiting.request
    return json.dumps(
        {
            "type": waiting.type,
            "channel_id": waiting.channel_id,
            "is_verified": waiting.is_verified,
            "url": request.url,
            "headers": dict(request.headers),
            "body": base64.b64encode(request.body).decode(),
            "received_at": request.received_at.isoformat(),
        }
    )


def _read(text: str) -> Waiting:
    data = json.loads(text)
    request = RawRequest(
        data["url"],
        data["headers"],
        base64.b64decode(data["body"]),
        datetime.fromisoformat(data["received_at"]),
    )
    return Waiting(ChannelType(data["type"]), data["channel_id"], request, data["is_verified"])


def _sync(directory: Path) -> None:
    """A new name is on disk only when its directory is."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
