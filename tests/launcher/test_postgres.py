"""The embedded PostgreSQL: a real one, killed in every way we could think of."""

import os
import pwd
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from launcher import postgres_files
from launcher.postgres import Cluster, cluster_at, running
from launcher.postgres_files import Account, PostgresError, binaries_for, home_for, server_account
from launcher.processes import spawn
from tests.launcher.waiting import wait_until

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="puente-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def write_row(cluster: Cluster) -> None:
    with cluster.connect("puente") as connection:
        connection.execute("CREATE TABLE kept (what text)")
        connection.execute("INSERT INTO kept VALUES ('a complaint')")


def rows(cluster: Cluster) -> list[tuple[object, ...]]:
    with cluster.connect("puente") as connection:
        return connection.execute("SELECT what FROM kept").fetchall()


def server_of(cluster: Cluster) -> psutil.Process:
    server = cluster.running_server()
    assert server is not None
    return server


def test_rows_outlive_a_stop(folder: Path) -> None:
    with running(cluster_at(folder / "postgres"), folder / "log") as cluster:
        write_row(cluster)

    with running(cluster_at(folder / "postgres"), folder / "log") as cluster:
        assert rows(cluster) == [("a complaint",)]
    assert cluster.running_server() is None


def test_rows_outlive_a_killed_server(folder: Path) -> None:
    with running(cluster_at(folder / "postgres"), folder / "log") as cluster:
        write_row(cluster)
        server_of(cluster).kill()

    with running(cluster_at(folder / "postgres"), folder / "log") as cluster:
        assert rows(cluster) == [("a complaint",)]


def test_rows_outlive_a_killed_launcher_whose_server_ends_with_it(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from launcher.postgres import cluster_at, running\n"
        "with running(cluster_at(Path(sys.argv[1]) / 'postgres'), Path(sys.argv[1]) / 'log'):\n"
        "    print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, cwd=REPOSITORY
    ) as launcher:
        assert launcher.stdout
        assert launcher.stdout.readline() == b"ready\n"
        cluster = cluster_at(folder / "postgres")
        write_row(cluster)
        server = server_of(cluster)

        launcher.kill()

    wait_until(lambda: not server.is_running())
    with running(cluster, folder / "log"):
        assert rows(cluster) == [("a complaint",)]


def test_a_server_left_over_is_replaced(folder: Path) -> None:
    cluster = cluster_at(folder / "postgres")
    with running(cluster, folder / "log"):
        write_row(cluster)
    orphan = spawn(cluster.program(), folder / "log")
    wait_until(lambda: cluster.running_server() is not None)

    with running(cluster, folder / "log"):
        assert server_of(cluster).pid != orphan.pid
        assert orphan.wait(10) == 0
        assert rows(cluster) == [("a complaint",)]


def test_a_number_that_is_another_programs_by_now_is_left_alone(folder: Path) -> None:
    cluster = cluster_at(folder / "postgres")
    with running(cluster, folder / "log"):
        pass
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")

    assert cluster.running_server() is None


def test_an_interrupted_first_start_is_begun_again(folder: Path) -> None:
    unfinished = folder / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    with running(cluster_at(folder / "postgres"), folder / "log") as cluster:
        write_row(cluster)
    assert not unfinished.exists()


def test_data_of_another_major_version_is_refused_with_advice(folder: Path) -> None:
    cluster = cluster_at(folder / "postgres")
    with running(cluster, folder / "log"):
        pass
    (cluster.data / "PG_VERSION").write_text("15\n")

    with pytest.raises(PostgresError, match="made by PostgreSQL 15"):
        cluster.start(folder / "log")


def test_only_the_launchers_account_gets_in_and_the_server_is_never_root(cluster: Cluster) -> None:
    with cluster.connect() as connection:
        rules = connection.execute("SELECT type, auth_method, options FROM pg_hba_file_rules").fetchall()
        addresses = connection.execute("SHOW listen_addresses").fetchone()
        is_puente_super = connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = 'puente'"
        ).fetchone()

    assert rules == [("local", "peer", ["map=launcher"])]
    assert addresses == ("",)
    assert is_puente_super == (False,)
    assert server_of(cluster).uids().effective != 0
    assert stat.S_IMODE(cluster.home.stat().st_mode) == 0o700


def test_a_folder_too_deep_for_a_socket_is_no_obstacle(folder: Path) -> None:
    deep = folder / ("a" * 60) / ("b" * 60)
    deep.mkdir(mode=0o711, parents=True)

    with running(cluster_at(deep / "postgres"), folder / "log") as cluster:
        write_row(cluster)
        assert rows(cluster) == [("a complaint",)]
    cluster.socket_folder.rmdir()


def test_data_is_run_by_the_account_that_owns_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.getuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, 0)
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    account = server_account(folder)

    assert account
    assert account.name == pwd.getpwuid(folder.stat().st_uid).pw_name


class Stranger(Account):
    """May enter nothing of ours."""

    def may(self, test: str, path: Path) -> bool:
        return False


def test_data_that_the_servers_account_cannot_reach_goes_elsewhere_and_is_found_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_files, "SHARED_FOLDER", folder / "shared")
    said: list[str] = []
    closed = folder / "closed"
    closed.mkdir(mode=0o700)

    home = home_for(closed / "postgres", Stranger("nobody", 0), said.append)
    again = home_for(closed / "postgres", Stranger("nobody", 0), said.append)

    assert home.parent == folder / "shared"
    assert again == home
    assert len(said) == 1
    assert str(home) in said[0]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_binaries_that_the_servers_account_cannot_run_are_copied_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_files, "SHARED_FOLDER", folder / "shared")

    binaries = binaries_for(Stranger("nobody", 0))

    assert binaries.is_relative_to(folder / "shared")
    subprocess.run([binaries / "initdb", "--version"], check=True, capture_output=True)


def test_no_server_means_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_files.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(postgres_files.glob, "glob", lambda pattern: [])
    monkeypatch.setattr(postgres_files.shutil, "which", lambda name: None)

    with pytest.raises(PostgresError, match="DATABASE_URL"):
        postgres_files.find_binaries()


def test_a_server_that_does_not_start_shows_the_end_of_its_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.postgres.RETRY_SECONDS", 0.0)
    cluster = cluster_at(folder / "postgres")

    with pytest.raises(PostgresError, match="no_such_setting"):
        cluster.start(folder / "log", no_such_setting="1")


def test_the_log_holds_neither_statements_nor_values(cluster: Cluster, server_folder: Path) -> None:
    with cluster.connect() as connection:
        connection.execute("CREATE TEMPORARY TABLE words (word text UNIQUE)")
        connection.execute("INSERT INTO words VALUES ('tengo miedo')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO words VALUES ('tengo miedo')")

    log = (server_folder / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "tengo miedo" not in log
    assert "INSERT" not in log
