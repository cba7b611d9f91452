"""What `make run` says before it starts anything."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings
from launcher import __main__ as launcher

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_named_with_the_setting_that_changes_it(
    taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "PORT_SECONDS", 0.0)

    with pytest.raises(SettingsError, match=f"Port {taken_port} is in use.*PUENTE_WEBHOOK_PORT"):
        launcher.refuse_ports_in_use(Settings.from_env({"PUENTE_WEBHOOK_PORT": str(taken_port)}))


def test_nothing_is_started_while_a_port_is_in_use(
    taken_port: int, server_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "PORT_SECONDS", 0.0)
    data = server_folder / "port-in-use"

    with pytest.raises(SettingsError, match="PUENTE_ADMIN_PORT"):
        launcher.run(Settings.from_env({"PUENTE_DATA": str(data), "PUENTE_ADMIN_PORT": str(taken_port)}))

    assert not (data / "postgres").exists()
    assert not (data / "log").exists()


def test_a_wrong_setting_is_one_plain_line() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "launcher"],
        cwd=REPOSITORY,
        env=os.environ | {"DATABASE_URL": "mysql://town.example/db"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert answer.stdout.startswith("DATABASE_URL must begin with postgresql://")
    assert answer.stderr == ""
