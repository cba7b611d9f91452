"""Which database a command gets."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine, text

from core.settings import Settings
from launcher.database import InUse, database_url, embedded_cluster, main
from launcher.postgres import running


@pytest.fixture
def settings(server_folder: Path, request: pytest.FixtureRequest) -> Settings:
    return Settings.from_env({"PUENTE_DATA": str(server_folder / request.node.name)})


def test_a_database_at_an_address_is_used_and_none_is_started(settings: Settings) -> None:
    elsewhere = replace(settings, database_url="postgresql+psycopg://db.example/puente")

    with database_url(elsewhere) as url:
        assert url == "postgresql+psycopg://db.example/puente"
    assert not settings.data_dir.exists()


def test_a_command_beside_a_running_puente_uses_its_database(settings: Settings) -> None:
    with (
        embedded_cluster(settings) as cluster,
        running(cluster, settings.data_dir / "log"),
        database_url(settings) as url,
    ):
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT current_user")) == "puente"


def test_two_launchers_in_one_folder_are_refused(settings: Settings) -> None:
    with (
        embedded_cluster(settings),
        pytest.raises(InUse, match=f"already running.*{os.getpid()}"),
        embedded_cluster(settings),
    ):
        pass


def test_a_command_alone_gets_a_database_for_as_long_as_it_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUENTE_DATA", str(settings.data_dir))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    ask = (
        "import os, sqlalchemy\n"
        "with sqlalchemy.create_engine(os.environ['DATABASE_URL']).connect() as connection:\n"
        "    raise SystemExit(connection.scalar(sqlalchemy.text('SELECT 5 + count(*) FROM channels')))"
    )

    assert main([sys.executable, "-c", ask]) == 7

    with embedded_cluster(settings) as cluster, pytest.raises(psycopg.OperationalError):
        cluster.connect()
