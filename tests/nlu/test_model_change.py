"""A server whose model is replaced, or whose processes end, while it is asked without a pause."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from nlu.predict import running_server
from tests.nlu.conftest import NluServer

pytestmark = pytest.mark.nlu

WAIT_SECONDS = 180.0  # the model loads in seconds, unless the machine does much else


@pytest.fixture
def models(trained: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a single model, `first`."""
    newest = max(Path("var/models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copyfile(newest, folder / "first.tar.gz")
    monkeypatch.setenv("PUENTE_DATA", str(tmp_path))
    monkeypatch.setenv("PUENTE_NLU_PROCESSES", "2")
    return folder


@contextmanager
def server_of(models: Path) -> Iterator[tuple[NluServer, psutil.Process]]:
    output = models / "output"
    with output.open("w") as file, running_server(output=file) as (url, process):
        yield NluServer(url, output), psutil.Process(process.pid)


def add_model(models: Path, name: str, content: bytes | None = None) -> None:
    """As `make nlu` does: whole at once."""
    made = models / "made"
    made.write_bytes((models / "first.tar.gz").read_bytes() if content is None else content)
    made.replace(models / f"{name}.tar.gz")


def wait_until(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def model_of(server: NluServer) -> str:
    return str(httpx.get(f"{server.url}/health", timeout=10, trust_env=False).json()["model"])


class Asking:
    """Three threads, each with connections that it keeps, that ask texts never asked before until the end."""

    def __init__(self, server: NluServer) -> None:
        self._url = f"{server.url}/parse"
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(3)]
        self.statuses: list[int | str] = []

    def __enter__(self) -> "Asking":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        with httpx.Client(trust_env=False, timeout=30) as client:
            count = 0
            while not self._is_over.is_set():
                count += 1
                try:
                    body = {"texts": [f"necesito comida {number} {count}", "hola"]}
                    self.statuses.append(client.post(self._url, json=body).status_code)
                except httpx.HTTPError as e:
                    self.statuses.append(type(e).__name__)


def test_a_new_model_is_served_and_no_request_fails_meanwhile(models: Path) -> None:
    with server_of(models) as (server, process):
        with Asking(server) as asking:
            former = {child.pid for child in process.children(recursive=True)}
            add_model(models, "second")
            wait_until(lambda: model_of(server) == "second")
            asked_before = len(asking.statuses)
            wait_until(lambda: len(asking.statuses) > asked_before + 10)
        wait_until(lambda: not former & {child.pid for child in process.children(recursive=True)})

    assert set(asking.statuses) == {200}
    assert len(former) == 2


def test_an_older_model_is_served_again_when_it_is_touched(models: Path) -> None:
    add_model(models, "second")
    with server_of(models) as (server, _):
        assert model_of(server) == "second"

        (models / "first.tar.gz").touch()

        wait_until(lambda: model_of(server) == "first")


def test_a_broken_model_changes_nothing(models: Path) -> None:
    with server_of(models) as (server, _), Asking(server) as asking:
        add_model(models, "broken", b"no archive")

        wait_until(lambda: "broken.tar.gz cannot be loaded" in server.output.read_text())
        assert model_of(server) == "first"

    assert set(asking.statuses) == {200}


def test_a_killed_model_process_is_replaced(models: Path) -> None:
    with server_of(models) as (server, process):
        former = process.children(recursive=True)
        former[-1].kill()

        wait_until(lambda: server.output.read_text().count("model first ready") == 2)

        assert server.parse("hola")[0]["intent"]["name"] == "greet"
        wait_until(lambda: not set(former) & set(process.children(recursive=True)))


def test_no_process_outlives_the_server(models: Path) -> None:
    with server_of(models) as (server, process):
        children = process.children(recursive=True)
        server.parse("hola")

        process.kill()

        assert len(children) == 2
        wait_until(lambda: not any(_is_alive(child) for child in children))


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_a_number_of_processes_that_is_none_is_told(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_NLU_PROCESSES", "many")
    output = models / "output"

    with pytest.raises(Exception, match="did not start"), server_of(models):
        pass

    assert "PUENTE_NLU_PROCESSES must be a whole number" in output.read_text()
