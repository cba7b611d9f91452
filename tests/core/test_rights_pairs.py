"""The form of rights_pairs.csv, the questions that measure which rights item is offered first.

The set is blind. It was written apart from the items, their `asked_as` and the ranking, and it stays a
measure only while nobody who changes one of those reads it: look at the score, not at the rows it gets
wrong, and never copy a row into an item. `item` is the id that answers the question for somebody in that
country, two ids where both answer it equally well, and empty where no item in reach does.
"""

import csv
import re
import unicodedata
from pathlib import Path

from core.rights import ROOT, RightsItem, items_for, load
from core.rights.check import TOPICS
from core.types import COUNTRIES, Language

with Path(__file__).with_name("rights_pairs.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
TEXTS = {language: load(ROOT, language) for language in Language}
ALIKE = 0.5  # share of words of a question and of an item's wording that may agree


def _in_reach(row: dict[str, str]) -> dict[str, RightsItem]:
    items = items_for(TEXTS[Language(row["language"])], row["country"], row["topic"])
    return {item.id: item for item in items}


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.findall(r"\w+", plain)


def test_the_set_is_large_and_covers_countries_topics_and_languages() -> None:
    answered = [row for row in ROWS if row["item"]]

    assert len(answered) >= 440
    assert len(ROWS) - len(answered) >= 30
    assert {row["country"] for row in answered} == set(COUNTRIES)
    assert {row["topic"] for row in answered} == set(TOPICS)
    assert min(sum(row["language"] == language for row in answered) for language in Language) >= 160


def test_no_question_stands_twice() -> None:
    texts = [" ".join(_words(row["text"])) for row in ROWS]

    assert len(set(texts)) == len(texts)


def test_the_answer_is_in_reach_of_the_person_who_asks() -> None:
    for row in ROWS:
        assert set(row["item"].split()) <= set(_in_reach(row)), row["text"]


def test_nearly_every_item_that_has_rivals_is_asked_for() -> None:
    asked = {item for row in ROWS for item in row["item"].split()}
    reach = [items_for(TEXTS[Language.SPANISH], c, t) for c in COUNTRIES for t in TOPICS]
    rivals = {item.id for items in reach if len(items) > 1 for item in items}

    assert len(rivals & asked) >= 0.95 * len(rivals)


def test_no_question_repeats_the_words_of_its_item() -> None:
    for row in ROWS:
        words = _words(row["text"])
        for item in (_in_reach(row)[id_] for id_ in row["item"].split()):
            for wording in (_words(text) for text in (item.question, *item.asked_as)):
                both = set(words) & set(wording)
                assert len(both) < ALIKE * len(set(words) | set(wording)), row["text"]
                assert len(wording) < 4 or f" {' '.join(wording)} " not in f" {' '.join(words)} ", row["text"]
