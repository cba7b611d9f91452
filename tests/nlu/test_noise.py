"""Carelessness for training: it changes how a text is written, and never takes the text away."""

from random import Random

import pytest

from nlu.tuning.noise import careless
from nlu.writing import fold, normalize

TEXT = "¿Por qué no me dieron la ayuda que me prometieron en el albergue?"
TIMES = 300


def written(text: str, times: int = TIMES) -> list[str]:
    chance = Random(7)
    return [careless(text, chance) for _ in range(times)]


def test_the_same_seed_gives_the_same_text() -> None:
    assert careless(TEXT, Random(3)) == careless(TEXT, Random(3))


@pytest.mark.parametrize("text", ["?", "...", "👍", "ok", "si", "x"])
def test_a_text_is_never_emptied(text: str) -> None:
    assert all(form.strip() for form in written(text))


def test_accents_marks_capitals_and_shortenings_come_and_go() -> None:
    forms = written(TEXT)

    assert {"é" in form for form in forms} == {True, False}
    assert {form.endswith("?") for form in forms} == {True, False}
    assert {form.isupper() for form in forms} == {True, False}
    assert {form.islower() for form in forms} == {True, False}
    assert {" q " in form.lower() for form in forms} == {True, False}


def test_most_words_can_still_be_read() -> None:
    """A text in which every other word is broken would teach nothing."""
    words = set(normalize(TEXT).split())

    for form in written(TEXT):
        kept = words & set(normalize(form).split())
        assert len(kept) >= len(words) * 0.6, form


def test_short_words_are_not_mistyped() -> None:
    assert {fold(form) for form in written("no se ya")} == {"no se ya"}
