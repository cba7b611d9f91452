"""Parses a second over HTTP: one after the other, sixteen at once, and in batches as the worker asks.

Stock Rasa is served beside ours, as far as `tools.bench.stock` has trained it. All servers take turns, so
that what else the machine does hits them alike; the middle round counts.
"""

import csv
import itertools
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from random import Random

import httpx
import psutil

from launcher.programs import REPOSITORY
from tools.bench import stock
from tools.bench.house import House
from tools.bench.posting import Post, post_all
from tools.bench.rows import Row

ROUNDS = 5
SINGLES, TOGETHER = 60, 160  # texts of each round
IN_CALLS = 400
BATCH = 20  # conversations that a worker claims at once
AT_ONCE = 16
JSON = {"Content-Type": "application/json"}
FLOOR = "round trip of /health"
SINGLE = "one after the other"
OURS, NOT_TRAINED = "Puente", "stock `rasa run`"
MB = 2**20


def measure(house: House) -> list[Row]:
    url, texts = house.settings.nlu_url, iter(examples())
    with house.program("nlu", ready_at=f"{url}/health"), ExitStack() as stack:
        servers = {OURS: (url, _server())}
        for model in filter(None, map(stock.trained, stock.TITLES)):
            servers[stock.title(model)] = stack.enter_context(stock.serving(model))
        single, together = _rates(servers, texts)
        memory = {name: _megabytes(process) for name, (_, process) in servers.items()}
        batches = post_all(_batches(url, _some(texts, IN_CALLS)), side_by_side=1).rate * BATCH
        asked = _singles(url, _some(texts, SINGLES))
        post_all(asked, side_by_side=1)
        repeated = post_all(asked * 10, side_by_side=1).rate
        floor = _round_trips(url)
    alone = single[OURS]
    rows = [
        Row("parses, one after the other", alone, "per second", FLOOR, floor),
        Row(f"parses, {AT_ONCE} at once", together[OURS], "per second", SINGLE, alone),
        Row(f"parses, {BATCH} in a call", batches, "per second", SINGLE, alone),
        Row("parses of repeated texts", repeated, "per second", SINGLE, alone),
    ]
    for name in list(servers)[1:] or [NOT_TRAINED]:
        rows += [
            Row("parses, one after the other", alone, "per second", name, single.get(name)),
            Row(f"parses, {AT_ONCE} at once", together[OURS], "per second", name, together.get(name)),
            Row("memory of the NLU", memory[OURS], "MB", name, memory.get(name)),
        ]
    return rows


def examples() -> list[str]:
    """The held-out ones: real lengths, and nobody's messages. The model has not seen them, which counts: of
    texts that it knows, it would ask one judge only.

    None comes twice: the server remembers what it has answered.
    """
    texts = []
    for path in (REPOSITORY / "nlu" / "heldout").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file)]
    Random(0).shuffle(texts)
    return list(dict.fromkeys(texts))


def _rates(
    servers: dict[str, tuple[str, psutil.Process]], texts: Iterator[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """One after the other, and side by side. All are asked the same texts; the first round warms up."""
    single: dict[str, list[float]] = {name: [] for name in servers}
    together: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(1 + ROUNDS):
        alone, at_once = _some(texts, SINGLES), _some(texts, TOGETHER)
        for name, (url, _) in servers.items():
            single[name].append(post_all(_singles(url, alone), side_by_side=1).rate)
            together[name].append(post_all(_singles(url, at_once), side_by_side=AT_ONCE).rate)
    return _middle(single), _middle(together)


def _middle(rates: dict[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(rounds[1:]) for name, rounds in rates.items()}


def _some(texts: Iterator[str], count: int) -> list[str]:
    return list(itertools.islice(texts, count))


def _server() -> psutil.Process:
    return next(child for child in psutil.Process().children() if "nlu.server" in child.cmdline())


def _megabytes(process: psutil.Process) -> float:
    """Of all its processes; what they share counts once."""
    return sum(one.memory_full_info().pss for one in (process, *process.children(recursive=True))) / MB


def _singles(url: str, texts: list[str]) -> list[Post]:
    return [Post(f"{url}/model/parse", JSON, json.dumps({"text": text}).encode()) for text in texts]


def _batches(url: str, texts: list[str]) -> list[Post]:
    batches = [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)]
    return [Post(f"{url}/parse", JSON, json.dumps({"texts": batch}).encode()) for batch in batches]


def _round_trips(url: str) -> float:
    with httpx.Client(trust_env=False) as client:
        began = time.perf_counter()
        for _ in range(IN_CALLS):
            client.get(f"{url}/health").raise_for_status()
        return IN_CALLS / (time.perf_counter() - began)
