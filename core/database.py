"""Opening the database of the settings, with every table known and the keys at hand."""

from core import models  # noqa: F401 -- tables name each other, so all must be known
from core.crypto import Keyring
from core.db import SessionMaker, connect, session_maker
from core.errors import SettingsError
from core.settings import Settings


def open_database(settings: Settings, *, pool_size: int = 5) -> SessionMaker:
    """The database of the settings, with its keys. Raises SettingsError when there is none."""
    if settings.database_url is None:
        raise SettingsError("DATABASE_URL is not set. `make run` starts a database and sets it.")
    keyring = Keyring.from_file(settings.keys_path)
    return session_maker(connect(settings.database_url, keyring, pool_size=pool_size))
