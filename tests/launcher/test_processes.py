"""The supervisor, with small real programs."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from launcher import processes
from launcher.processes import Program, Supervisor
from tests.launcher.waiting import wait_until

REPOSITORY = Path(__file__).parents[2]

NOTE_AND_END = "import os; print('started', os.getpid(), flush=True)"
NOTE_AND_SLEEP = NOTE_AND_END + "; import time; time.sleep(60)"
# Says in a file of all programs when it was asked to end.
NOTE_THE_END = (
    "import signal, sys, time\n"
    "def end(*_):\n"
    "    open(sys.argv[1], 'a').write(sys.argv[2] + ' '); sys.exit()\n"
    "signal.signal(signal.SIGTERM, end); print('started', flush=True)\n"
    "while True: time.sleep(0.1)"
)
LAUNCHER = (
    "import signal, sys; from pathlib import Path; from launcher.processes import Program, Supervisor\n"
    # tests that run in the background would hand on that Ctrl-C is not for them
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    f"supervisor = Supervisor(Path(sys.argv[1])); program = [sys.executable, '-c', {NOTE_AND_SLEEP!r}]\n"
    "try:\n"
    "    supervisor.start(Program('one', program)); supervisor.start(Program('two', program))\n"
    "    supervisor.run()\n"
    "finally: supervisor.stop_all()"
)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path, said.append)
    yield supervisor
    supervisor.stop_all()


def python(name: str, code: str, *arguments: str) -> Program:
    return Program(name, [sys.executable, "-c", code, *arguments])


def starts(supervisor: Supervisor, name: str) -> list[int]:
    """Numbers of the processes that have said that they run."""
    # only whole lines: the program may be writing one right now
    return [
        int(number) for number in re.findall(r"^started (\d+)\n", supervisor.log_of(name).read_text(), re.M)
    ]


def looks_until_started(supervisor: Supervisor, name: str, times: int) -> bool:
    supervisor.look_once()
    return len(starts(supervisor, name)) >= times


@pytest.mark.parametrize("code", [0, 1])
def test_a_program_is_started_again_whatever_its_exit_code(supervisor: Supervisor, code: int) -> None:
    supervisor.start(python("worker", f"{NOTE_AND_END}; raise SystemExit({code})"))

    wait_until(lambda: looks_until_started(supervisor, "worker", 2))


def test_a_killed_program_is_started_again_and_the_others_are_left_alone(supervisor: Supervisor) -> None:
    supervisor.start(python("worker", NOTE_AND_SLEEP))
    supervisor.start(python("sender", NOTE_AND_SLEEP))
    wait_until(
        lambda: looks_until_started(supervisor, "worker", 1) and len(starts(supervisor, "sender")) == 1
    )

    os.kill(starts(supervisor, "worker")[0], signal.SIGKILL)

    wait_until(lambda: looks_until_started(supervisor, "worker", 2))
    assert len(starts(supervisor, "sender")) == 1


def test_each_start_waits_twice_as_long_and_the_end_of_the_log_is_shown(
    supervisor: Supervisor, said: list[str]
) -> None:
    supervisor.start(python("worker", f"{NOTE_AND_END}; raise SystemExit('no such table')"))

    wait_until(lambda: looks_until_started(supervisor, "worker", 3))

    notes = [line for line in said if line.startswith("worker ended (code 1)")]
    assert "again in 0.5 s" in notes[0]
    assert "again in 1 s" in notes[1]
    assert said.count("  | no such table") == len(notes)


def test_all_are_stopped_and_the_first_one_started_comes_last(supervisor: Supervisor, tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    for name in ("database", "worker", "webhook"):
        supervisor.start(python(name, NOTE_THE_END, str(ends), name))
        wait_until(lambda name=name: "started" in supervisor.log_of(name).read_text())

    supervisor.stop_all()

    assert sorted(ends.read_text().split()[:2]) == ["webhook", "worker"]
    assert ends.read_text().split()[2:] == ["database"]


def test_a_program_that_does_not_stop_is_killed_with_its_children(supervisor: Supervisor) -> None:
    stubborn = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork()\n" + NOTE_AND_SLEEP
    )
    supervisor.start(Program("worker", [sys.executable, "-c", stubborn], stop_seconds=0.2))
    wait_until(lambda: len(starts(supervisor, "worker")) == 2)
    both = starts(supervisor, "worker")
    began = time.monotonic()

    supervisor.stop_all()

    assert time.monotonic() - began < 10
    wait_until(lambda: not any(is_alive(number) for number in both))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_program_outlives_the_launcher(tmp_path: Path, number: signal.Signals) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path)], cwd=REPOSITORY, stderr=subprocess.DEVNULL
    )
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    wait_until(lambda: all(log.exists() and "started" in log.read_text() for log in logs))
    programs = [int(log.read_text().split()[1]) for log in logs]

    launcher.send_signal(number)
    launcher.wait(10)

    wait_until(lambda: not any(is_alive(program) for program in programs))


def test_a_long_log_keeps_one_older_file(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_BYTES", 10)
    supervisor.start(python("worker", NOTE_AND_SLEEP))
    log = supervisor.log_of("worker")
    wait_until(lambda: "started" in log.read_text())

    supervisor.look_once()

    assert log.read_text() == ""
    assert "started" in log.with_suffix(".log.1").read_text()


def is_alive(number: int) -> bool:
    return psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE
