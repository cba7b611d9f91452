"""Where a Python 3.10 is looked for. The interpreters here are two-line scripts that answer as one would."""

import subprocess
import sys
from pathlib import Path

import pytest

from launcher.python310 import find_python310

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def script(path: Path, line: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return path


def test_one_on_the_path_is_taken(programs: Path, tmp_path: Path) -> None:
    python = script(programs / "python3.10", "exit 0")

    assert find_python310(tmp_path) == python


def test_a_pyenv_shim_that_answers_for_another_version_is_passed_over(programs: Path, tmp_path: Path) -> None:
    script(programs / "python3.10", "exit 127")
    python = script(tmp_path / ".pyenv/versions/3.10.13/bin/python3.10", "exit 0")

    assert find_python310(tmp_path) == python


def test_pyenv_says_where_its_versions_are(programs: Path, tmp_path: Path) -> None:
    script(programs / "pyenv", f"echo {tmp_path / 'elsewhere'}")
    python = script(tmp_path / "elsewhere/versions/3.10.2/bin/python3.10", "exit 0")

    assert find_python310(tmp_path) == python


def test_uv_is_asked_last(programs: Path, tmp_path: Path) -> None:
    python = script(tmp_path / "uv-pythons/python3.10", "exit 0")
    script(programs / "uv", f"echo {python}")

    assert find_python310(tmp_path) == python


def test_one_without_venv_is_passed_over(programs: Path, tmp_path: Path) -> None:
    script(programs / "python3.10", "exit 1")

    assert find_python310(tmp_path) is None


def test_none_at_all_says_what_to_install(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    answer = subprocess.run(
        [sys.executable, "-m", "launcher.python310"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert "uv python install 3.10" in answer.stderr
    assert "pyenv install 3.10" in answer.stderr
