"""A whole Puente of its own: started through the launcher in a temporary folder, on free ports, gone at the
end. The trained model of this install is shared with it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from core.database import open_database
from core.db import SessionMaker
from core.errors import AppError
from core.settings import Settings
from launcher.database import database_url
from launcher.processes import Program, last_lines, spawn, stop

REPOSITORY = Path(__file__).parents[1]
READY_SECONDS = 120.0
STOP_SECONDS = 90.0
EMULATOR_SECONDS = 15.0
COMMANDS = {"worker": "bot.worker", "sender": "bot.sender", "nlu": "nlu.server", "postgres": "postgres"}
"""A word of each program's command, by which it is known among the launcher's children."""


class StackError(AppError):
    """The stack did not start; the text says why."""


@dataclass(frozen=True)
class Stack:
    settings: Settings
    sessions: SessionMaker
    launcher: psutil.Process

    @property
    def url(self) -> str:
        return self.settings.public_url

    @property
    def admin_url(self) -> str:
        return f"http://127.0.0.1:{self.settings.admin_port}"

    @property
    def is_running(self) -> bool:
        return self.launcher.is_running() and self.launcher.status() != psutil.STATUS_ZOMBIE

    @property
    def log_path(self) -> Path:
        """What the launcher said."""
        return _log_path(self.settings.data_dir)

    def kill(self, name: str) -> int:
        """With -9, as the kernel does when memory runs out. Returns the process number."""
        process = self.find(name)
        process.kill()
        return process.pid

    def find(self, name: str) -> psutil.Process:
        """Raises StackError when it is not running."""
        for child in self.launcher.children():
            if any(Path(word).name == COMMANDS[name] for word in child.cmdline()):
                return child
        raise StackError(f"{name} is not running")


@contextmanager
def stack(*, twilio_url: str | None = None, telegram_url: str | None = None) -> Iterator[Stack]:
    """Raises StackError."""
    with folder() as data:
        environment = _environment(data, twilio_url, telegram_url)
        share_models(data)
        log = _log_path(data)
        program = Program("launcher", [sys.executable, "-m", "launcher"], environment, folder=REPOSITORY)
        process = spawn(program, log)  # dies with us, and all its programs with it
        try:
            _wait_until_ready(process, log)
            settings = Settings.from_env(environment)
            with database_url(settings) as url:
                environment["DATABASE_URL"] = url
            sessions = open_database(Settings.from_env(environment))
            yield Stack(settings, sessions, psutil.Process(process.pid))
            sessions.kw["bind"].dispose()
        finally:
            stop(process, signal.SIGTERM, STOP_SECONDS)


@contextmanager
def folder() -> Iterator[Path]:
    """As root, PostgreSQL runs as another account, which must be able to enter the folder."""
    data = Path(tempfile.mkdtemp(prefix="puente-stack-"))
    data.chmod(0o711)
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


def share_models(data: Path) -> None:
    models = Settings.from_env().data_dir / "models"
    if not any(models.glob("*.tar.gz")):
        raise StackError(f"There is no trained model in {models}: run `make nlu` first.")
    (data / "models").symlink_to(models)


def clean_environment() -> dict[str, str]:
    """Ours, without the settings of this install."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PUENTE_") and name != "DATABASE_URL"
    }


def free_ports(count: int) -> list[int]:
    """Held open together, so that all differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def emulator(name: str, log_dir: Path) -> Iterator[str]:
    """`twilio` or `telegram` in a process of its own, so that it takes no time from whoever measures; yields
    its address."""
    [port] = free_ports(1)
    command = [sys.executable, "-m", f"tools.emulators.{name}", str(port)]
    log = log_dir / f"{name}.log"
    process = spawn(Program(name, command, folder=REPOSITORY), log)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(f"{url}/_sent"), EMULATOR_SECONDS, f"the emulator of {name}")
        yield url
    finally:
        stop(process, signal.SIGTERM, STOP_SECONDS)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def wait_until(is_so: Callable[[], bool], seconds: float, what: str) -> None:
    """Raises StackError."""
    give_up_at = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > give_up_at:
            raise StackError(f"{what} was not ready after {seconds:.0f} s")
        time.sleep(0.05)


def _log_path(data: Path) -> Path:
    return data / "log" / "launcher.log"


def _environment(data: Path, twilio_url: str | None, telegram_url: str | None) -> dict[str, str]:
    webhook, admin, nlu = free_ports(3)
    environment = clean_environment() | {
        "PUENTE_DATA": str(data),
        "PUENTE_WEBHOOK_PORT": str(webhook),
        "PUENTE_ADMIN_PORT": str(admin),
        "PUENTE_NLU_URL": f"http://127.0.0.1:{nlu}",
        "PYTHONUNBUFFERED": "1",
    }
    urls = {"PUENTE_TWILIO_URL": twilio_url, "PUENTE_TELEGRAM_URL": telegram_url}
    return environment | {name: url for name, url in urls.items() if url}


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    def is_ready() -> bool:
        said = log.read_text()
        if process.poll() is not None or "Still not answering" in said:
            raise StackError("the stack did not start:\n" + "\n".join(last_lines(log)))
        return "Puente is running." in said

    wait_until(is_ready, READY_SECONDS, "the stack")
