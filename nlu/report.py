"""`make nlu-report`: how well texts are understood, cross-validated and on the held-out set.

Runs the same words, thresholds and decisions as the bot. Choose by the cross-validated numbers only; the
held-out set stays blind (nlu/heldout/README.md).
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from nlu.components.gazetteer import Gazetteer
from nlu.components.place_names import common_words
from nlu.labels import EMERGENCY, INTENTS, OUT_OF_SCOPE, TOPICS
from nlu.model import DATA
from nlu.parser import Parser, understood
from nlu.predict import CALL_SECONDS, NLU_PYTHON, TEXTS_PER_CALL, running_server
from nlu.understanding import Decision, Understanding
from nlu.writing import SHORTENINGS, fold

HELD_OUT = Path(__file__).parent / "heldout"
BINS = 10  # of the calibration error


@dataclass(frozen=True)
class Case:
    text: str
    intent: str
    topic: str
    language: str
    answer: Understanding
    place: str = ""

    @property
    def is_right(self) -> bool:
        return self.answer.intent == self.intent

    @property
    def is_in_two(self) -> bool:
        return self.intent in (self.answer.intent, self.answer.second_intent)

    @property
    def is_topic_right(self) -> bool:
        return self.is_right and (self.answer.topic or "") == self.topic


def main() -> int:
    trained = list(_cross_validated())
    held_out = _held_out("texts.csv")
    for title, cases in (("Cross-validated", trained), ("Held-out", held_out)):
        print(f"\n# {title}\n")
        _print_whole(cases)
        _print_groups(cases)
    _print_noise(held_out)
    _print_danger("Danger, cross-validated (the rest of the data as look-alikes)", trained)
    _print_danger("Danger, held-out (half of them look-alikes)", _held_out("danger.csv"))
    _print_places(held_out)
    return 0


def _cross_validated() -> Iterator[Case]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "answers.jsonl"
        subprocess.run(
            [NLU_PYTHON, "-W", "ignore", "-m", "nlu.crossvalidate", target],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        yield from cases_of(target)


def cases_of(path: Path) -> Iterator[Case]:
    with path.open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield Case(
                row["text"],
                row["intent"],
                row["topic"],
                row["language"],
                understood(row["text"], row["answer"]),
            )


def _held_out(name: str) -> list[Case]:
    with (HELD_OUT / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]
    answers: list[Understanding] = []
    with running_server() as (url, _), closing(Parser(url, timeout=CALL_SECONDS)) as parser:
        for start in range(0, len(texts), TEXTS_PER_CALL):
            answers += parser.ask(texts[start : start + TEXTS_PER_CALL])
    return [
        Case(row["text"], _intent(row), row.get("topic", ""), row["language"], answer, row.get("place", ""))
        for row, answer in zip(rows, answers, strict=True)
    ]


def _intent(row: dict[str, str]) -> str:
    return row.get("intent") or (EMERGENCY if row["is_danger"] == "1" else "")


def _print_whole(cases: list[Case]) -> None:
    acted = [case for case in cases if case.answer.decision is Decision.ACT]
    inside = [case for case in cases if case.intent != OUT_OF_SCOPE]
    outside = [case for case in cases if case.intent == OUT_OF_SCOPE]
    print(f"{len(cases)} texts")
    print(f"right intent                  {_share(cases, lambda case: case.is_right)}")
    print(f"right intent among the two    {_share(cases, lambda case: case.is_in_two)}")
    print(f"acted upon without asking     {_ratio(len(acted), len(cases))}")
    print(f"  of these right              {_share(acted, lambda case: case.is_right)}")
    print(f"topic right, given the intent {_topic_share(cases)}")
    print(f"out of scope found            {_share(outside, _is_refused)}")
    print(f"others refused                {_share(inside, _is_refused)}")
    print(f"expected calibration error    {calibration_error(cases):.3f}")


def _is_refused(case: Case) -> bool:
    return case.answer.intent == OUT_OF_SCOPE


def _print_groups(cases: list[Case]) -> None:
    for language in sorted({case.language for case in cases}):
        _print_row(language, [case for case in cases if case.language == language])
    for intent in INTENTS:
        found = [case for case in cases if case.intent == intent]
        _print_row(intent, found)
        for topic in TOPICS.get(intent, ()):
            right = [case for case in found if case.topic == topic and case.is_right]
            print(f"    {topic:22} {len(right):6}  topic {_share(right, lambda case: case.is_topic_right)}")


def _print_row(name: str, cases: list[Case]) -> None:
    right, two = _share(cases, lambda case: case.is_right), _share(cases, lambda case: case.is_in_two)
    print(f"  {name:24} {len(cases):6}  intent {right}  two {two}  topic {_topic_share(cases)}")


def _print_noise(cases: list[Case]) -> None:
    print("\n# Held-out, by kind of writing\n")
    for name, belongs in NOISE.items():
        _print_row(name, [case for case in cases if belongs(case.text)])


def _has_shortening(text: str) -> bool:
    return any(word in SHORTENINGS for word in fold(text).split())


NOISE: dict[str, Callable[[str], bool]] = {
    "capitals": lambda text: text.isupper(),
    "shortenings": _has_shortening,
    "no accents, no marks": lambda text: text.isascii() and not any(mark in text for mark in "?!.,"),
    "up to three words": lambda text: len(text.split()) <= 3,
    "four to fifteen words": lambda text: 3 < len(text.split()) <= 15,
    "more than fifteen words": lambda text: len(text.split()) > 15,
}


def _print_danger(title: str, cases: list[Case]) -> None:
    told = [case for case in cases if case.answer.intent == EMERGENCY]
    real = [case for case in cases if case.intent == EMERGENCY]
    print(f"\n# {title}\n\nrecall    {_share(real, lambda case: case.answer.intent == EMERGENCY)}")
    print(f"precision {_share(told, lambda case: case.intent == EMERGENCY)}")


def _print_places(cases: list[Case]) -> None:
    """Of a text with several places the answer carries the first; that it is one of them is what counts."""
    resolve = Gazetteer(common_words(_training_texts())).resolve
    right = sum(_names_one_of(case, resolve) for case in cases)
    found, real = sum(bool(case.answer.place) for case in cases), sum(bool(case.place) for case in cases)
    print(f"\n# Places, held-out\n\nprecision {_ratio(right, found)}  recall {_ratio(right, real)}")
    print(f"F1        {_ratio(2 * right, found + real)}")


def _names_one_of(case: Case, resolve: Callable[[str], str]) -> bool:
    """What is written and what was found must mean the same place: SPS and San Pedro Sula do."""
    found = case.answer.place
    return bool(found) and resolve(found) in {resolve(one) for one in case.place.split("|") if one}


def _training_texts() -> Iterator[str]:
    for path in sorted(DATA.glob("*/*.yml")):
        yield from (line.strip()[2:] for line in path.read_text(encoding="utf-8").splitlines())


def calibration_error(cases: list[Case]) -> float:
    """How far confidence and share of right answers lie apart, over ten bins."""
    error = 0.0
    for number in range(BINS):
        inside = [case for case in cases if min(int(case.answer.confidence * BINS), BINS - 1) == number]
        gap = sum(case.answer.confidence - case.is_right for case in inside)
        error += abs(gap) / len(cases)
    return error


def _topic_share(cases: Iterable[Case]) -> str:
    return _share([case for case in cases if case.topic and case.is_right], lambda case: case.is_topic_right)


def _share(cases: list[Case], holds: Callable[[Case], bool]) -> str:
    return _ratio(sum(map(holds, cases)), len(cases))


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "  -  "


if __name__ == "__main__":
    sys.exit(main())
