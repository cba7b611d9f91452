"""`make rotate-keys`: a new encryption key, and every encrypted value written anew under it.

Puente must be stopped: a program that runs knows only the old keys. Interrupted at any point, it goes on
where it was when it is started again. The old lines may leave the keys file afterwards, unless an older
backup of the database is to be read again.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, Table, bindparam, select, text, tuple_, type_coerce, update
from sqlalchemy.orm import Session

from core.crypto import Keyring
from core.database import open_database
from core.db import Encrypted, SessionMaker, keyring_of, transaction
from core.errors import AppError, SettingsError
from core.models import metadata
from core.settings import Settings

BATCH = 500  # rows in one transaction

Columns = Sequence[Column[Any]]


class InUse(AppError):
    """Programs are connected to the database."""


def rotate(settings: Settings) -> int:
    """Finish a rotation that was interrupted, or else make a new one; returns in how many rows.

    Raises InUse, and SettingsError when a value is under a key that is not in the keys file.
    """
    with _opened(settings) as sessions:
        with transaction(sessions) as session:
            _refuse_company(session)
        # also shows that the keys open everything, before there is a new one
        if count := rewrite(sessions):
            return count
    Keyring.rotate(settings.keys_path)
    with _opened(settings) as sessions:
        return rewrite(sessions)


def rewrite(sessions: SessionMaker) -> int:
    """Put under the first key what is under another one; returns in how many rows."""
    return sum(_rewrite_table(sessions, table, columns) for table, columns in encrypted_columns().items())


def encrypted_columns() -> dict[Table, Columns]:
    """By table; found by their type, so that none is forgotten."""
    found = {
        table: [column for column in table.columns if isinstance(column.type, Encrypted)]
        for table in metadata.sorted_tables
    }
    return {table: columns for table, columns in found.items() if columns}


@contextmanager
def _opened(settings: Settings) -> Iterator[SessionMaker]:
    sessions = open_database(settings, pool_size=1)
    try:
        yield sessions
    finally:
        sessions.kw["bind"].dispose()


def _rewrite_table(sessions: SessionMaker, table: Table, columns: Columns) -> int:
    keys = list(table.primary_key)
    tokens = [type_coerce(column, LargeBinary).label(column.name) for column in columns]
    batch = select(*keys, *tokens).order_by(*keys).limit(BATCH).with_for_update()
    query, count = batch, 0
    while True:
        with transaction(sessions) as session:
            rows = session.execute(query).all()
            count += _rewrite_rows(session, table, columns, rows)
        if not rows:
            return count
        query = batch.where(tuple_(*keys) > tuple_(*rows[-1][: len(keys)]))


def _rewrite_rows(session: Session, table: Table, columns: Columns, rows: Sequence[Row[Any]]) -> int:
    keyring, keys = keyring_of(session), list(table.primary_key)
    changes = []
    for row in rows:
        tokens = row[len(keys) :]
        if all(token is None or keyring.is_current(token) for token in tokens):
            continue
        change = {f"key_{key.name}": value for key, value in zip(keys, row, strict=False)}
        for column, token in zip(columns, tokens, strict=True):
            change[f"new_{column.name}"] = None if token is None else keyring.renew(token)
        changes.append(change)
    if changes:
        statement = update(table).where(*(key == bindparam(f"key_{key.name}") for key in keys))
        values = {column: bindparam(f"new_{column.name}", type_=LargeBinary) for column in columns}
        session.connection().execute(statement.values(values), changes)
    return len(changes)


def _refuse_company(session: Session) -> None:
    others = session.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    )
    if others:
        raise InUse(f"{others} connections to the database are open: stop Puente on all machines first.")


def main() -> int:
    try:
        count = rotate(Settings.from_env())
    except (SettingsError, InUse) as e:
        print(e, file=sys.stderr)  # noqa: T201 -- for the person who starts it
        return 2
    print(f"The first key of the keys file now opens all: {count} rows were rewritten.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
