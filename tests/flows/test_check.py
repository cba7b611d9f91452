"""The check finds what is wrong, and finds nothing in our own flows and words."""

from itertools import chain

import pytest

from flows import FLOWS
from flows.check import Catalog, catalog_problems, load_catalog, placeholders, problems, septets
from flows.choices import fold
from flows.steps import Ask, Call, Choose, Do, Done, End, Flow, Say, Step

CATALOG = load_catalog()


def toy(*steps: Step, start: str | None = None) -> Flow:
    return Flow("toy", 1, start or steps[0].name, steps)


def words(**texts: str) -> Catalog:
    """The same words in both languages, keys with dots for underscores."""
    own = {f"toy.{key.replace('__', '.')}": text for key, text in texts.items()}
    return {"es": own, "en": dict(own)}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_our_flows_have_no_problem(flow: Flow) -> None:
    assert problems(flow, CATALOG) == []


def test_our_words_have_no_problem() -> None:
    assert catalog_problems(CATALOG) == []


SAY = toy(Say("a", next="end"), End("end"))
ASK = toy(Ask("a", next="end"), End("end"))
CHOOSE = toy(Choose("a", {"x": "end", "y": "end"}), End("end"))
DO = toy(Do("a", lambda *_: Done("b"), {"b": "end"}, says=("toy.told",)), End("end"))
XY = {"a__x": "Uno", "a__y": "Dos"}


@pytest.mark.parametrize(
    ("flow", "catalog", "problem"),
    [
        (toy(Say("a", next="b"), End("end")), words(a="A"), "leads to b, which does not exist"),
        (toy(Say("a", next="end"), End("end"), start="x"), words(a="A"), "starts at x, which does not exist"),
        (toy(Call("a", "nowhere", next="end"), End("end")), words(), "calls nowhere, which does not exist"),
        (
            toy(Say("a", next="end"), Say("b", next="end"), End("end")),
            words(a="A"),
            "toy.b: cannot be reached",
        ),
        (toy(Say("a", next="a"), Say("a", next="a")), words(a="A"), "toy: two steps are called a"),
        (SAY, {"es": {"toy.a": "A"}, "en": {}}, "toy.a: missing in en"),
        (ASK, words(a="A"), "toy.a.retry: missing in es"),
        (toy(Ask("a", next="a", is_optional=True)), words(a="A", a__retry="A"), "toy.a.skip: missing in es"),
        (DO, words(), "toy.told: missing in es"),
        (CHOOSE, words(a="A", a__retry="A"), "toy.a.x: missing in en"),
        (SAY, words(a="á" * 307), "toy.a: 307 characters are too long for SMS in es"),
        (SAY, words(a="Hola 👋"), "toy.a: has a sign that makes an SMS cost twice in en"),
        (SAY, words(a="Hola {number}"), "toy.a: has a placeholder that the step does not show"),
        (CHOOSE, words(a="A", a__retry="A", a__x="Sí", a__y="si"), "two choices have the same label in es"),
        (
            CHOOSE,
            words(a="A", a__retry="A", **XY, a__x__words="bus, tren", a__y__words="bus"),
            "share a word (bus)",
        ),
        (CHOOSE, words(a="A" * 300, a__retry="A", **XY), "toy.a: 312 characters are too long for SMS in es"),
    ],
)
def test_each_fault_of_a_flow_is_found(flow: Flow, catalog: Catalog, problem: str) -> None:
    assert problem in "\n".join(problems(flow, catalog, {}))


@pytest.mark.parametrize(
    ("catalog", "problem"),
    [
        ({"es": {"toy.a": "A"}, "en": {}}, "toy.a: missing in en"),
        (
            {"es": {"toy.a": "A {x}"}, "en": {"toy.a": "A {y}"}},
            "toy.a: placeholders differ between languages",
        ),
        (words(b="B"), "toy.b: nothing uses it"),
        (
            {"es": {"system.a": "s" * 400}, "en": {"system.a": "s"}},
            "system.a: 400 characters are too long for SMS in es",
        ),
    ],
)
def test_each_fault_of_the_words_is_found(catalog: Catalog, problem: str) -> None:
    assert problem in catalog_problems(catalog, (toy(Say("a", next="end"), End("end")),))


def test_a_text_for_sms_only_is_measured_in_place_of_the_other() -> None:
    flow = toy(Ask("a", next="end"), End("end"))

    assert problems(flow, words(a="a" * 400, a__sms="short", a__retry="again")) == []


@pytest.mark.parametrize(
    ("text", "length"),
    [("ñ é ü ¿ ¡", 9), ("á í ó ú", 7), ("[a]", 5), ("€", 2), ("", 0), ("“x”", None), ("ж", None)],
)
def test_length_is_counted_as_sms_after_folding(text: str, length: int | None) -> None:
    assert septets(text) == length


# Whoever looks over her shoulder must not learn from our messages what she wrote about.
TELLING = (
    "sexual",
    "sexo",
    "viol",
    "abus",
    "acos",
    "trata",
    "traffick",
    "rape",
    "harass",
    "golpe",
    "maltrat",
    "partner",
)


@pytest.mark.parametrize("language", CATALOG)
def test_words_of_a_sealed_report_do_not_show_what_it_is_about(language: str) -> None:
    own = {
        key: text for key, text in CATALOG[language].items() if key.startswith(("sealed.", "safety.", "case"))
    }

    shown = {
        key: word
        for key, text in own.items()
        if not key.endswith(".words")
        for word in TELLING
        if word in fold(text)
    }

    assert shown == {}


@pytest.mark.parametrize("language", CATALOG)
def test_words_do_not_promise_that_writing_is_free_of_charge(language: str) -> None:
    text = " ".join(CATALOG[language].values()).casefold()

    assert not [word for word in ("gratis", "gratuit", "free of charge", "for free") if word in text]


def test_spanish_speaks_to_people_as_usted() -> None:
    familiar = (
        " tú ",
        " te ",
        " tu ",
        " tus ",
        "contigo",
        "puedes",
        "quieres",
        "necesitas",
        "tienes",
        "escríbeme",
    )
    texts = {key: f" {text.casefold()} " for key, text in CATALOG["es"].items() if not key.endswith(".words")}

    assert {key for key, text in texts.items() if any(word in text for word in familiar)} == set()


def test_placeholders_are_the_same_in_every_language() -> None:
    keys = set(chain.from_iterable(CATALOG.values()))

    assert [key for key in keys if placeholders(CATALOG["es"][key]) != placeholders(CATALOG["en"][key])] == []
