"""How people answer a list of choices, and how they say yes."""

import pytest

from flows.choices import Option, agrees, fold, option, pick_exactly, pick_loosely
from flows.context import Input
from tests.flows.fakes import FakeServices

WORDINGS = FakeServices().wordings
NEEDS = [
    option("shelter", ("Dónde dormir", "A place to sleep"), ("albergue, dormir", "shelter, sleep")),
    option("food", ("Comida", "Food"), ("comer, hambre", "hungry")),
    option("cash", ("Dinero o vales", "Money or vouchers"), ("dinero", "money")),
    option("water", ("Agua y baño",), ("agua",), is_listed=False),
]
YES_NO = [
    option("yes", ("Sí",), WORDINGS("choice.yes.words")),
    option("no", ("No",), WORDINGS("choice.no.words")),
]


def pick(said: Input, options: list[Option]) -> str | None:
    return pick_exactly(said, options, WORDINGS) or pick_loosely(said, options)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2", "food"),
        ("2.", "food"),
        (" 2) ", "food"),
        ("2️⃣", "food"),
        ("２", "food"),
        ("dos", "food"),
        ("DOS", "food"),
        ("two", "food"),
        ("opción 2", "food"),
        ("la 2", "food"),
        ("Comida", "food"),
        ("comida!!", "food"),
        ("DONDE DORMIR", "shelter"),
        ("¿Dónde dormir?", "shelter"),
        ("a place to sleep", "shelter"),
        ("albergue", "shelter"),
        ("agua", "water"),
        ("0", None),
        ("4", None),
        ("99", None),
        ("2 y 3", None),
        ("", None),
        ("🙏", None),
        ("tengo hambre", None),
    ],
)
def test_a_message_that_is_a_choice_is_that_choice(said: str, meant: str | None) -> None:
    assert pick_exactly(Input(said), NEEDS, WORDINGS) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("com", "food"),
        ("din", "cash"),
        ("d", None),  # too short to mean anything
        ("do", "shelter"),
        ("vales", "cash"),  # a word of its label
        ("o", None),
        ("tengo mucha hambre hoy", "food"),
        ("comida y dinero", None),  # the words of two choices
        ("hambre y dinero", None),
        ("mi hermana dijo que en la oficina daban dinero a la gente", None),  # a story, not a choice
        ("qwerty", None),
    ],
)
def test_a_message_that_speaks_of_one_choice_is_that_choice(said: str, meant: str | None) -> None:
    assert pick(Input(said), NEEDS) == meant


@pytest.mark.parametrize(
    ("said", "meant"), [("👍", "yes"), ("👍🏽", "yes"), ("👎", "no"), ("✅", "yes"), ("🤷", None)]
)
def test_signs_answer_a_yes_or_no_question(said: str, meant: str | None) -> None:
    assert pick(Input(said), YES_NO) == meant


def test_the_models_affirmation_answers_only_a_yes_or_no_question() -> None:
    said = Input("simona la mona", intent="affirm")

    assert pick(said, YES_NO) == "yes"
    assert pick(said, NEEDS) is None


def test_a_pressed_button_wins_over_the_words_that_came_with_it() -> None:
    assert pick(Input("Comida", choice="cash"), NEEDS) == "cash"


def test_a_button_that_is_not_offered_here_is_no_answer() -> None:
    assert pick(Input("", choice="rights"), NEEDS) is None


@pytest.mark.parametrize(
    "said",
    ["sí", "si", "SI", "Sí.", "sii", "yes", "Yes please", "sí, por favor", "si gracias", "claro que sí",
     "de acuerdo", "ok", "dale", "acepto", "1", "uno", "👍", "✅", "ok sí", "si señora"],
)  # fmt: skip
def test_a_plain_yes_is_consent(said: str) -> None:
    assert agrees(Input(said), WORDINGS)


@pytest.mark.parametrize(
    "said",
    ["", "no", "NO", "2", "sí pero no den mi nombre", "si me prometen algo", "bueno", "gracias", "por favor",
     "no sé", "tal vez", "quién lo lee?", "si no", "yes but not now", "no, gracias", "🙏", "👎", "0", "12",
     "okupa", "ya veremos", "acepto si no lo ve la policia"],
)  # fmt: skip
def test_anything_else_is_no_consent(said: str) -> None:
    assert not agrees(Input(said), WORDINGS)


def test_consent_by_button_is_the_button() -> None:
    assert agrees(Input("", choice="yes"), WORDINGS)
    assert not agrees(Input("sí", choice="no"), WORDINGS)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("¡Sí, 2️⃣!", "si 2"),
        ("MÉXICO  lindo", "mexico lindo"),
        ("that's all", "thats all"),
        ("👍", ""),
        ("ñandú", "nandu"),
    ],
)
def test_words_are_compared_without_accents_and_signs(text: str, folded: str) -> None:
    assert fold(text) == folded
