"""Child processes: none outlives the launcher, each is started again on any exit, all are stopped in order.

honcho ends everything when one process ends, circus and supervisor leave their children running when they
are killed with -9 (none of the three asks the kernel for a signal at the parent's death), so these few lines
are our own.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
FIRST_DELAY = 0.5  # seconds before a program that ended is started again; doubles each time
LONGEST_DELAY = 30.0
STEADY_AFTER = 60.0  # a program that ran this long starts from the first delay again
STOP_SECONDS = 20.0  # for a turn or a request to finish; then the program is killed
DATABASE_STOP_SECONDS = 60.0  # for the last checkpoint
LOG_BYTES = 10_000_000  # one older file of this size is kept, so logs cannot fill a small disk
LINES_SHOWN = 5

Say = Callable[[str], None]


def say(line: str) -> None:
    print(line, flush=True)


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None  # None = the launcher's own
    user: str | None = None
    group: int | None = None
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = STOP_SECONDS


def spawn(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Started from the main thread only: the kernel sends the death signal when the *thread* that started a
    process ends."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=program.folder,
            env=program.environment,
            user=program.user,
            group=program.group,
            extra_groups=[] if program.user else None,
            process_group=0,  # Ctrl-C reaches the launcher alone, which then stops its children in order
            preexec_fn=_die_with_parent(program.stop_signal),  # noqa: PLW1509 (no threads here)
        )


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return ask_kernel


def stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals, seconds: float) -> None:
    process.send_signal(stop_signal)
    _finish(process, seconds)


def _finish(process: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    _kill_group(process)
    process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """What a program leaves of its group when it ends may still hold its port. Only right after its end:
    later the number may be another group's."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def last_lines(log: Path, since: int = 0) -> list[str]:
    """Of what was written after the file had `since` bytes."""
    with log.open("rb") as file:
        file.seek(max(since, log.stat().st_size - 4000))
        return file.read().decode(errors="replace").splitlines()[-LINES_SHOWN:]


@dataclass
class Child:
    program: Program
    process: subprocess.Popen[bytes]
    log_size: int  # when it was started
    started_at: float = field(default_factory=time.monotonic)
    delay: float = FIRST_DELAY
    start_again_at: float | None = None  # None while it runs


class Supervisor:
    """Its children write to one log each, in `log_dir`."""

    def __init__(self, log_dir: Path, say: Say = say) -> None:
        self.log_dir = log_dir
        self._say = say
        self._children: list[Child] = []

    def log_of(self, name: str) -> Path:
        return self.log_dir / f"{name}.log"

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        log_size = _size(self.log_of(program.name))
        process = spawn(program, self.log_of(program.name))
        self._children.append(Child(program, process, log_size))
        return process

    def watch(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        """A program that is already started."""
        self._children.append(Child(program, process, log_size=0))

    def run(self) -> None:
        """Until the launcher is interrupted (KeyboardInterrupt)."""
        while True:
            self.look_once()
            time.sleep(0.2)

    def look_once(self) -> None:
        for child in self._children:
            if child.start_again_at is None:
                if child.process.poll() is not None:
                    self._note_end(child)
            elif time.monotonic() >= child.start_again_at:
                self._start_again(child)
            _shorten(self.log_of(child.program.name))

    def _note_end(self, child: Child) -> None:
        _kill_group(child.process)
        if time.monotonic() - child.started_at > STEADY_AFTER:
            child.delay = FIRST_DELAY
        log = self.log_of(child.program.name)
        self._say(
            f"{child.program.name} ended (code {child.process.returncode}); "
            f"starting it again in {child.delay:g} s. The end of {log}:"
        )
        for line in last_lines(log, child.log_size):
            self._say(f"  | {line}")
        child.start_again_at = time.monotonic() + child.delay
        child.delay = min(child.delay * 2, LONGEST_DELAY)

    def _start_again(self, child: Child) -> None:
        log = self.log_of(child.program.name)
        child.log_size = _size(log)
        child.process = spawn(child.program, log)
        child.started_at = time.monotonic()
        child.start_again_at = None

    def stop_all(self) -> None:
        """All but the first one started (the database) at once; that one when the others have ended."""
        for group in (self._children[1:], self._children[:1]):
            running = [child for child in group if child.process.poll() is None]
            for child in running:
                child.process.send_signal(child.program.stop_signal)
            for child in running:
                _finish(child.process, child.program.stop_seconds)
        self._children.clear()


def _size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _shorten(log: Path) -> None:
    """The program keeps appending to the same file, so its content is moved, not the file."""
    if log.stat().st_size > LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
