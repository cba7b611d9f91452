"""The label contract, the domain file and the training data agree."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from nlu.labels import INTENTS, LANGUAGES, TOPICS, domain
from nlu.model import DATA, DOMAIN
from nlu.writing import normalize

FILES = sorted(DATA.glob("*/*.yml"))
LABELS = {f"{intent}/{topic}" for intent, topics in TOPICS.items() for topic in topics} | (
    set(INTENTS) - set(TOPICS)
)


def blocks(path: Path) -> list[tuple[str, list[str]]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [(block["intent"], block["examples"].splitlines()) for block in content["nlu"]]


def examples(path: Path) -> list[tuple[str, str]]:
    return [(label, line.removeprefix("- ")) for label, lines in blocks(path) for line in lines]


def test_the_domain_file_is_written_from_the_labels() -> None:
    assert DOMAIN.read_text(encoding="utf-8") == domain(), "run `python -m nlu.labels`"


def test_a_label_is_listed_once() -> None:
    assert len(INTENTS) == len(set(INTENTS)) == 20
    assert all(len(topics) == len(set(topics)) for topics in TOPICS.values())


def test_every_label_has_training_data_in_both_languages() -> None:
    for language in LANGUAGES:
        trained = {label for path in FILES if path.parent.name == language for label, _ in blocks(path)}

        assert LABELS - trained == set(), language


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_data_file_holds_its_intent_in_rasas_form(path: Path) -> None:
    for label, lines in blocks(path):
        assert label in LABELS
        assert label.split("/")[0] == path.stem
        assert lines
        assert [line for line in lines if not re.fullmatch(r"- \S.*", line)] == []


def test_data_lies_in_folders_of_known_languages() -> None:
    assert {path.parent.name for path in FILES} <= {*LANGUAGES, "mixed"}


def test_no_example_is_given_twice_in_a_language() -> None:
    for language in {path.parent.name for path in FILES}:
        texts = [text for path in FILES if path.parent.name == language for _, text in examples(path)]

        assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_no_example_is_given_two_labels() -> None:
    labels: dict[str, set[str]] = {}
    for path in FILES:
        for label, text in examples(path):
            labels.setdefault(text.casefold(), set()).add(label)

    assert {text: found for text, found in labels.items() if len(found) > 1} == {}


def test_no_example_is_another_one_with_a_word_exchanged() -> None:
    """Order, accents, capitals, shortenings aside. Short texts are often alike; contrasts are wanted."""
    seen: dict[tuple[str, ...], str] = {}
    alike = []
    for label, text in (example for path in FILES for example in examples(path)):
        words = normalize(text).split()
        if len(words) < 6:
            continue
        for place in range(len(words)):
            others = (label, *sorted(words[:place] + words[place + 1 :]))
            if seen.setdefault(others, text) != text:
                alike.append((seen[others], text))

    assert alike == []


def test_there_is_enough_of_everything() -> None:
    """Most in Spanish, then in English, some in both at once; no topic is learned from a handful."""
    of_labels = Counter(label for path in FILES for label, _ in examples(path))
    of_languages = Counter(path.parent.name for path in FILES for _ in examples(path))

    assert of_languages.total() >= 10_000
    assert of_languages["es"] > of_languages["en"] > of_languages["mixed"] > 0.05 * of_languages.total()
    assert {label: count for label, count in of_labels.items() if count < 100} == {}
