"""The parse server of today's data, really trained and really served, once for all tests that ask for it."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from nlu.predict import NLU_PYTHON, running_server

REPOSITORY = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class NluServer:
    url: str
    output: Path  # all it has printed and logged

    def post(self, path: str, body: object) -> httpx.Response:
        return httpx.post(self.url + path, json=body, timeout=30, trust_env=False)

    def parse(self, *texts: str) -> list[dict]:
        return self.post("/parse", {"texts": list(texts)}).raise_for_status().json()


@pytest.fixture(scope="session")
def trained() -> None:
    subprocess.run([NLU_PYTHON, "-m", "nlu.train"], cwd=REPOSITORY, check=True, timeout=1800)


@pytest.fixture(scope="session")
def nlu_server(trained: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NluServer]:
    output = tmp_path_factory.mktemp("nlu") / "output"
    with output.open("w") as file, running_server(output=file) as (url, _):
        yield NluServer(url, output)
