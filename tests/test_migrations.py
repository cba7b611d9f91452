"""Each revision is taken up, filled, taken back and taken up again; the last one is what the models say."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import (
    UUID,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    String,
    Table,
    Time,
    create_engine,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.models import metadata
from launcher.first_start import REPOSITORY, migrations
from tests.postgres_fixture import NewDatabase

SCRIPTS = ScriptDirectory.from_config(Config(toml_file=REPOSITORY / "pyproject.toml"))
REVISIONS: list[Script] = list(reversed(list(SCRIPTS.walk_revisions())))

JOBS = "procrastinate_"
"""Tables of the job engine: jobs are hints, and may go on the way down."""

SAMPLES: tuple[tuple[type, Any], ...] = (
    (UUID, uuid.UUID(int=7)),
    (LargeBinary, b"\x00token"),
    (Boolean, True),
    (BigInteger, 7),
    (Integer, 7),
    (Double, 0.5),
    (DateTime, dt.datetime(2026, 11, 22, tzinfo=dt.UTC)),
    (Date, dt.date(2026, 11, 22)),
    (Time, dt.time(9, 30)),
    (JSONB, {"is": "kept"}),
    (String, "words"),
)

TRIGGERS = {"audit_events_append_only", "audit_events_no_truncate"}
"""Of the migrations alone; SQLAlchemy has no word for them."""

SCHEMA = """
    SELECT table_name, column_name, concat_ws(' ', udt_name, character_maximum_length, is_nullable,
                                              column_default, is_identity)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION ALL
    SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
"""


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def go(url: str, revision: str, *, up: bool) -> None:
    with migrations(url) as config:
        (command.upgrade if up else command.downgrade)(config, revision)


def tables(connection: Connection) -> list[Table]:
    """As they are in the database now, those first that others point to."""
    found = MetaData()
    found.reflect(connection)
    return [
        table
        for table in found.sorted_tables
        if table.name != "alembic_version" and not table.name.startswith(JOBS)
    ]


def fill(connection: Connection) -> None:
    """One row in every table, with a value in every column."""
    rows: dict[str, dict[str, Any]] = {}
    for table in tables(connection):
        row = {column.name: sample(column, rows) for column in table.columns if column.identity is None}
        connection.execute(table.insert().values(row))
        rows[table.name] = row


def sample(column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return rows[key.column.table.name][key.column.name]
    return next(value for type_, value in SAMPLES if isinstance(column.type, type_))


def content(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in tables(connection)
    }


def schema(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.execute(text(SCHEMA)) if not row[0].startswith(JOBS)}


def test_there_is_one_head_and_one_way_to_it() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1
    assert all(not script.is_branch_point and not script.is_merge_point for script in REVISIONS)


@pytest.mark.parametrize("script", REVISIONS, ids=lambda script: script.revision)
def test_a_revision_can_be_undone_and_done_again_over_data(
    database_url: str, connection: Connection, script: Script
) -> None:
    before = str(script.down_revision or "base")
    go(database_url, "base", up=False)
    go(database_url, script.revision, up=True)
    fill(connection)
    filled, made = content(connection), schema(connection)

    go(database_url, before, up=False)
    kept = content(connection)
    go(database_url, script.revision, up=True)

    assert schema(connection) == made
    for name, rows in content(connection).items():
        assert len(rows) == (1 if name in kept else 0), name
        # what the revision below knows of a row is what it was
        assert all(
            filled[name][0][column] == value for row in kept.get(name, ()) for column, value in row.items()
        )


@pytest.mark.parametrize("script", REVISIONS[1:], ids=lambda script: script.revision)
def test_a_revision_goes_up_over_data_of_the_one_before(
    database_url: str, connection: Connection, script: Script
) -> None:
    go(database_url, "base", up=False)
    go(database_url, str(script.down_revision), up=True)
    fill(connection)
    filled = content(connection)

    go(database_url, script.revision, up=True)

    after = content(connection)
    for name, rows in filled.items():
        assert after[name][0].items() >= rows[0].items(), name


def test_nothing_is_left_of_all_revisions(database_url: str, connection: Connection) -> None:
    go(database_url, "base", up=False)

    left = connection.execute(
        text(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i'"
            " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace"
            " AND typtype IN ('e', 'd')"
        )
    )
    assert set(left.scalars()) == {"alembic_version"}


def test_the_last_revision_is_what_the_models_say(connection: Connection, new_database: NewDatabase) -> None:
    """Compared in the database's own words, so with the conditions of indexes that Alembic does not see."""
    with new_database() as url:
        go(url, "base", up=False)
        with create_engine(url, poolclass=NullPool).connect() as other:
            metadata.create_all(other)
            described = schema(other)

    migrated = schema(connection)
    assert {name for _, name, _ in migrated} >= TRIGGERS
    assert {row for row in migrated if row[1] not in TRIGGERS} == described


def test_a_migrated_database_takes_jobs(connection: Connection) -> None:
    connection.execute(
        text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, priority, status, attempts)"
            " VALUES ('turns', 'wake_turns', '{}', 0, 'todo', 0)"
        )
    )

    assert connection.scalar(select(func.count()).select_from(text("procrastinate_jobs"))) == 1
