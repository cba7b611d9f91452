"""The revisions lead to exactly the tables that the models describe, and back."""

from alembic import command
from sqlalchemy import NullPool, create_engine, inspect

from launcher.first_start import migrations


def test_no_migration_is_missing(database_url: str) -> None:
    with migrations(database_url) as config:
        command.check(config)


def test_all_revisions_can_be_undone_and_done_again(database_url: str) -> None:
    with migrations(database_url) as config:
        command.downgrade(config, "base")

    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]

    with migrations(database_url) as config:
        command.upgrade(config, "head")
        command.check(config)
