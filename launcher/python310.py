"""Finds the Python 3.10 that Rasa needs, and prints where it is.

Run by make before any package is installed, by whatever Python 3.11+ there is: standard library only.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ADVICE = """\
The language model needs Python 3.10 (Rasa runs on nothing newer), and none was found on the PATH,
among pyenv's versions or by uv. Install one of these ways, then run the same command again:
  uv python install 3.10                          (https://docs.astral.sh/uv/)
  pyenv install 3.10                              (https://github.com/pyenv/pyenv)
  sudo apt-get install python3.10 python3.10-venv (Ubuntu 22.04)
  brew install python@3.10                        (macOS)"""


def find_python310(home: Path) -> Path | None:
    return next((python for python in _candidates(home) if _is_usable(python)), None)


def _candidates(home: Path) -> Iterator[Path]:
    """A pyenv shim on the PATH answers only while 3.10 is activated, hence the look into pyenv's folders."""
    if on_path := shutil.which("python3.10"):
        yield Path(on_path)
    for root in (_answer_of("pyenv", "root"), str(home / ".pyenv")):
        yield from sorted(Path(root or home).glob("versions/3.10*/bin/python3.10"), reverse=True)
    if by_uv := _answer_of("uv", "python", "find", "3.10"):
        yield Path(by_uv)


def _answer_of(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    return subprocess.run([path, *arguments], capture_output=True, text=True, check=False).stdout.strip()


def _is_usable(python: Path) -> bool:
    """Debian ships venv and ensurepip apart."""
    question = "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 10))"
    return subprocess.run([python, "-c", question], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    found = find_python310(Path.home())
    if found is None:
        sys.exit(ADVICE)
    print(found)
