"""Alembic's entrance: `alembic upgrade head` on DATABASE_URL, or on the connection that a test hands in.

`make migrate` sets DATABASE_URL to the embedded database when there is no other.
"""

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine, text

from core.errors import SettingsError
from core.models import metadata
from core.settings import Settings

# Any number; it keeps two machines from migrating one database at the same time.
LOCK = 8_730_221


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name and name.startswith("procrastinate_"))


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, include_name=is_ours)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


def main() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    url = Settings.from_env().database_url
    if url is None:
        raise SettingsError("Set DATABASE_URL, or use `make migrate` for the embedded database.")
    with create_engine(url, poolclass=NullPool).connect() as connection:
        migrate(connection)


main()
