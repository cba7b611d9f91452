"""Predictions for a CSV file: what comes out, and what a wrong file is answered with."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from nlu import predict
from nlu.labels import INTENTS
from tests.nlu.conftest import NluServer

COLUMNS = ["text", "intent", "topic", "confidence", "second_intent", "decision", "language", "place"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "in.csv"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.nlu
def test_every_text_gets_a_row_in_order(
    nlu_server: NluServer, source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUENTE_NLU_URL", nlu_server.url)
    texts = ["necesito un albergue en tapachula", 'dijo "hola", y\nse fue', "", "STOP", *["gracias"] * 100]
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["id", "text"], *((str(number), text) for number, text in enumerate(texts))]
        )

    assert predict.main([str(source), str(target)]) == 0

    written = rows(target)
    assert list(written[0]) == COLUMNS
    assert [row["text"] for row in written] == texts
    assert written[0] | {"confidence": "", "second_intent": ""} == dict(
        zip(COLUMNS, [texts[0], "find_service", "shelter", "", "", "act", "es", "Tapachula"], strict=True)
    )
    assert written[3]["intent"] == "unsubscribe"
    assert {row["intent"] for row in written} <= set(INTENTS)
    assert {row["decision"] for row in written} <= {"act", "offer", "menu"}
    assert all(0 <= float(row["confidence"]) <= 1 for row in written)


@pytest.mark.nlu
def test_without_a_running_server_one_is_started_for_the_run(
    trained: None, source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUENTE_NLU_URL", "http://127.0.0.1:1")
    source.write_text("text\nhola\n", encoding="utf-8-sig")

    assert predict.main([str(source), str(target)]) == 0

    assert [row["intent"] for row in rows(target)] == ["greet"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"message\nhola\n", "no column named text; its columns are: message"),
        (b"", "no column named text; its columns are: none"),
        ("text\nmañana\n".encode("latin-1"), "not UTF-8 (byte 7)"),
        (None, "No such file"),
    ],
)
def test_a_wrong_file_is_answered_with_what_is_wrong(
    source: Path, target: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, says: str
) -> None:
    if content is not None:
        source.write_bytes(content)

    assert predict.main([str(source), str(target)]) == 1

    assert says in capsys.readouterr().err
    assert not target.exists()


def test_without_server_and_environment_it_says_what_to_run(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PUENTE_NLU_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(predict, "NLU_PYTHON", Path("/nowhere/python"))
    source.write_text("text\nhola\n", encoding="utf-8")

    assert predict.main([str(source), str(target)]) == 1

    assert "run `make nlu`" in capsys.readouterr().err


def test_the_command_line_is_explained() -> None:
    run = subprocess.run([sys.executable, "-m", "nlu.predict"], capture_output=True, text=True, check=False)

    assert run.returncode == 2
    assert "IN.csv OUT.csv" in run.stderr
