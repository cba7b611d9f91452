"""Stock Rasa on the same examples: `python -m tools.bench.stock` scores it, `--train EPOCHS` trains it first.

Its default pipeline, as `rasa init` writes it, and its logistic regression. Intents without topics: a slash
would make them retrieval intents to Rasa. Without such, the ResponseSelector of the default pipeline learns
nothing; it stays, as it does in any project begun by `rasa init`. The epochs stand in the name: Rasa's own
number, 100, takes hours on two processors.
"""

import argparse
import csv
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from core.settings import Settings
from launcher.processes import Program, spawn, stop
from launcher.programs import REPOSITORY
from tools.stack import STOP_SECONDS, answers, clean_environment, free_ports, wait_until
from tools.table import table

RASA = REPOSITORY / ".venv-nlu" / "bin" / "rasa"
EXAMPLES = REPOSITORY / "nlu" / "data"
HELD_OUT = REPOSITORY / "nlu" / "heldout" / "texts.csv"
TOPIC = re.compile(r"^(- intent: \w+)/\w+$", re.MULTILINE)
START_SECONDS = 180.0
SIDE_BY_SIDE = 4
FALLBACK = "nlu_fallback"  # what FallbackClassifier puts before the intents that it is not sure of

DIET, REGRESSION = "diet", "regression"
TITLES = {DIET: "stock `rasa run`, default pipeline", REGRESSION: "stock `rasa run`, logistic regression"}
FEATURES = """\
recipe: default.v1
assistant_id: stock
language: es
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
"""
LAST = """\
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
"""
CLASSIFIERS = {
    DIET: """\
- name: DIETClassifier
  epochs: {epochs}
  constrain_similarities: true
- name: EntitySynonymMapper
- name: ResponseSelector
  epochs: {epochs}
  constrain_similarities: true
""",
    REGRESSION: "- name: LogisticRegressionClassifier\n",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.stock")
    parser.add_argument(
        "--train", type=int, metavar="EPOCHS", help="of the default pipeline; `rasa init` sets 100"
    )
    if epochs := parser.parse_args().train:
        for pipeline in CLASSIFIERS:
            train(pipeline, epochs)
    rows = []
    for model in filter(None, map(trained, TITLES)):
        with serving(model) as (url, _):
            rows.append((title(model), *(f"{share:.3f}" for share in scores(url))))
    if not rows:
        print("Stock Rasa is not trained: python -m tools.bench.stock --train 20 (about an hour)")
        return 0
    print(table(("held-out texts", "right intent", "Spanish", "English", "mixed"), rows))
    return 0


def folder() -> Path:
    return Settings.from_env().data_dir / "stock"


def trained(pipeline: str) -> Path | None:
    """The one with most epochs, whatever examples it has learned from."""
    found = folder().glob(f"{pipeline}-*.tar.gz")
    return max(found, key=lambda path: int(path.name.split("-")[1].split(".")[0]), default=None)


def title(model: Path) -> str:
    pipeline, _, epochs = model.name.removesuffix(".tar.gz").partition("-")
    return TITLES[pipeline] + (f", {epochs} epochs" if pipeline == DIET else "")


def train(pipeline: str, epochs: int) -> None:
    name = f"{pipeline}-{epochs if pipeline == DIET else 0}"
    print(f"Training {name} ...", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        (work / "config.yml").write_text(FEATURES + CLASSIFIERS[pipeline].format(epochs=epochs) + LAST)
        for path in EXAMPLES.glob("*/*.yml"):
            target = work / "data" / path.relative_to(EXAMPLES)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(TOPIC.sub(r"\1", path.read_text()))
        command = [RASA, "train", "nlu", "--config", "config.yml", "--nlu", "data", "--out", folder()]
        subprocess.run([*command, "--fixed-model-name", name], cwd=work, env=_environment(), check=True)


@contextmanager
def serving(model: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Its address and its process."""
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    command = [str(RASA), "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "-m", str(model)]
    program = Program("stock", command, _environment(), folder=model.parent)
    process = spawn(program, model.parent / "stock.log")
    try:
        wait_until(lambda: answers(f"{url}/status"), START_SECONDS, "stock Rasa")
        yield url, psutil.Process(process.pid)
    finally:
        stop(process, signal.SIGTERM, STOP_SECONDS)


def scores(url: str) -> list[float]:
    """Shares of right intents: of all held-out texts, of the Spanish, the English and the mixed ones."""
    with HELD_OUT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with httpx.Client(trust_env=False, timeout=60) as client, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:

        def is_right(row: dict[str, str]) -> bool:
            answer = client.post(f"{url}/model/parse", json={"text": row["text"]}).raise_for_status().json()
            names = [one["name"] for one in answer.get("intent_ranking") or [answer["intent"]]]
            return next(name for name in names if name != FALLBACK) == row["intent"]

        right = list(pool.map(is_right, rows))
    groups = [
        [found for row, found in zip(rows, right, strict=True) if language in ("", row["language"])]
        for language in ("", "es", "en", "mixed")
    ]
    return [sum(group) / len(group) for group in groups]


def _environment() -> dict[str, str]:
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "RASA_MAX_CACHE_SIZE": "0"}
    return clean_environment() | quiet


if __name__ == "__main__":
    sys.exit(main())
