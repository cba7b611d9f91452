"""`python -m nlu.predict IN OUT`: what the bot would understand from each text of a CSV file.

Uses the running server at PUENTE_NLU_URL; where none answers, starts one for the run. Unlike the bot it never
falls back on guesses: without the model it stops.
"""

import contextlib
import csv
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import httpx

from nlu.parser import NluAwayError, Parser
from nlu.understanding import Understanding

COLUMNS = (
    "text", "intent", "topic", "confidence", "second_intent", "decision", "language", "place",
)  # fmt: skip
TEXTS_PER_CALL = 64
CALL_SECONDS = 60.0
START_SECONDS = 60.0
NLU_PYTHON = Path(__file__).parent.parent / ".venv-nlu" / "bin" / "python"


class InputError(Exception):
    """Something is wrong with the file or the set-up; the message is for the person at the terminal."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: python -m nlu.predict IN.csv OUT.csv", file=sys.stderr)
        return 2
    source, target = map(Path, arguments)
    try:
        texts = read_texts(source)
        with _server_url() as url, contextlib.closing(Parser(url, timeout=CALL_SECONDS)) as parser:
            predict(texts, target, parser)
    except (InputError, NluAwayError) as e:
        print(f"predict: {e}", file=sys.stderr)
        return 1
    print(f"predict: {len(texts)} texts written to {target}")
    return 0


def read_texts(source: Path) -> list[str]:
    """The column `text`; raises InputError naming what is wrong."""
    try:
        content = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as e:
        raise InputError(f"{source} is not UTF-8 (byte {e.start}). Save it as UTF-8 and try again.") from e
    except OSError as e:
        raise InputError(f"cannot read {source}: {e.strerror}") from e
    csv.field_size_limit(sys.maxsize)
    rows = csv.DictReader(io.StringIO(content, newline=""))
    if "text" not in (rows.fieldnames or ()):
        raise InputError(
            f"{source} has no column named text; its columns are: {', '.join(rows.fieldnames or ['none'])}"
        )
    return [row["text"] or "" for row in rows]


def predict(texts: list[str], target: Path, parser: Parser) -> None:
    """Writes one row per text, in order; nothing is written unless all are understood."""
    rows = []
    for start in range(0, len(texts), TEXTS_PER_CALL):
        batch = texts[start : start + TEXTS_PER_CALL]
        rows += [_row(text, answer) for text, answer in zip(batch, parser.ask(batch), strict=True)]
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([COLUMNS, *rows])
    except OSError as e:
        raise InputError(f"cannot write {target}: {e.strerror}") from e


def _row(text: str, answer: Understanding) -> tuple[str, ...]:
    return (
        text,
        answer.intent,
        answer.topic or "",
        f"{answer.confidence:.4f}",
        answer.second_intent or "",
        answer.decision,
        answer.language or "",
        answer.place or "",
    )


@contextlib.contextmanager
def _server_url() -> Iterator[str]:
    url = os.environ.get("PUENTE_NLU_URL", "http://127.0.0.1:5005").rstrip("/")
    if _answers(url):
        yield url
    else:
        with running_server() as (url, _):
            yield url


@contextlib.contextmanager
def running_server(output: IO[str] | None = None) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A parse server of the newest model on a free port, for as long as the block lasts."""
    if not NLU_PYTHON.exists():
        raise InputError("no server answers and .venv-nlu is not set up: run `make nlu` first.")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {"PUENTE_NLU_PORT": str(port)}
    with subprocess.Popen(
        [NLU_PYTHON, "-m", "nlu.server"], env=environment, stdout=output, stderr=output
    ) as server:
        try:
            _wait_for(url, server)
            yield url, server
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if server.poll() is not None or time.monotonic() > deadline:
            raise InputError("the parse server did not start; its message is above.")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        # a stock Rasa has no /health but answers /status
        return httpx.get(f"{url}/status", timeout=2.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
