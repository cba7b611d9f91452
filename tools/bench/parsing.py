"""Parses a second over HTTP: one after the other, sixteen at once, and in batches as the worker asks."""

import itertools
import json
import time

import httpx
import yaml

from launcher.programs import REPOSITORY
from tools.bench.house import House
from tools.bench.posting import Post, post_all
from tools.bench.rows import Row

TEXTS = 600  # of each measure
WARM_UP = 50
BATCH = 20  # conversations that a worker claims at once
AT_ONCE = 16
JSON = {"Content-Type": "application/json"}
STOCK = "stock `rasa run`, same model"
FLOOR = "round trip of /health"
SINGLE = "one after the other"


def measure(house: House) -> list[Row]:
    url, texts = house.settings.nlu_url, examples(3 * TEXTS + WARM_UP)
    # each measure has texts of its own: the server remembers what it has answered
    warm_up, alone, at_once, in_calls = (
        texts[first:last] for first, last in itertools.pairwise((0, *range(WARM_UP, len(texts) + 1, TEXTS)))
    )
    with house.program("nlu", ready_at=f"{url}/health"):
        post_all(_singles(url, warm_up), side_by_side=1)
        single = post_all(_singles(url, alone), side_by_side=1).rate
        together = post_all(_singles(url, at_once), side_by_side=AT_ONCE).rate
        batches = post_all(_batches(url, in_calls), side_by_side=1).rate * BATCH
        repeated = post_all(_singles(url, alone), side_by_side=1).rate
        floor = _round_trips(url)
    return [
        Row("parses, one after the other", single, "per second", FLOOR, floor),
        Row(f"parses, {AT_ONCE} at once", together, "per second", SINGLE, single),
        Row(f"parses, {BATCH} in a call", batches, "per second", SINGLE, single),
        Row("parses of repeated texts", repeated, "per second", SINGLE, single),
        # the figure of the peer comes with the comparison of the pipelines
        Row("parses, one after the other", single, "per second", STOCK, None),
    ]


def examples(count: int) -> list[str]:
    """Of the training data, from all intents alike: real lengths, and nobody's messages."""
    files = [
        yaml.safe_load(path.read_text()) for path in sorted((REPOSITORY / "nlu" / "data").glob("*/*.yml"))
    ]
    blocks = [block["examples"] for file in files for block in file.get("nlu", ()) if block.get("examples")]
    lists = [
        [line.removeprefix("- ") for line in block.splitlines() if line.startswith("- ")] for block in blocks
    ]
    mixed = [text for texts in itertools.zip_longest(*lists) for text in texts if text]
    return [mixed[number % len(mixed)] for number in range(count)]


def _singles(url: str, texts: list[str]) -> list[Post]:
    return [Post(f"{url}/model/parse", JSON, json.dumps({"text": text}).encode()) for text in texts]


def _batches(url: str, texts: list[str]) -> list[Post]:
    batches = [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)]
    return [Post(f"{url}/parse", JSON, json.dumps({"texts": batch}).encode()) for batch in batches]


def _round_trips(url: str) -> float:
    with httpx.Client(trust_env=False) as client:
        began = time.perf_counter()
        for _ in range(TEXTS):
            client.get(f"{url}/health").raise_for_status()
        return TEXTS / (time.perf_counter() - began)
