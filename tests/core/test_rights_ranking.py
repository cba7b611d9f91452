"""Which rights item answers a question: by words alone, and by meaning with vectors that a test makes up."""

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.rights import ROOT, RightsItem, load
from core.rights.ranking import Ranker, Ranking
from core.types import Language

ES, EN = Language.SPANISH, Language.ENGLISH
TEXTS = {language: load(ROOT, language) for language in Language}
WORDS_ALONE = Ranker()

with Path(__file__).with_name("rights_pairs.csv").open(encoding="utf-8", newline="") as file:
    PAIRS = list(csv.DictReader(file))


def ranked(country: str, topic: str, text: str, language: Language = ES) -> Ranking:
    return WORDS_ALONE.rank(TEXTS, language, country, topic, text)


@pytest.mark.parametrize(
    ("country", "topic", "text", "expected"),
    [
        ("MX", "asylum", "cuanto tiempo tengo para pedir refugio en mexico", "mx-asylum-deadline"),
        ("MX", "asylum", "how much time do i have to ask for asylum in mexico", "mx-asylum-deadline"),
        ("MX", "work", "Puedo trabajar mientras espero la respuesta de COMAR?", "mx-work-while-waiting"),
        ("MX", "work", "can i work while i wait for the answer of COMAR?", "mx-work-while-waiting"),
        ("MX", "health", "me van a deportar si voy al hospital?", "mx-health-care"),
        ("MX", "health", "will they deport me if i go to the hospital?", "mx-health-care"),
        ("HN", "property", "perdi mi casa por las maras, la puedo reclamar?", "hn-property-register"),
        ("SV", "property", "perdi mi casa por las maras, la puedo reclamar?", "sv-property-recover"),
        ("HN", "property", "i lost my house because of the gangs, can i claim it?", "hn-property-register"),
        ("SV", "property", "i lost my house because of the gangs, can i claim it?", "sv-property-recover"),
        ("CR", "asylum", "me negaron el refugio puedo apelar", "cr-asylum-refused"),
        ("GT", "property", "me quitaron mi tierra cuando hui", "any-property-recover"),
    ],
)
def test_the_answer_fits_the_question_also_by_words_alone(
    country: str, topic: str, text: str, expected: str
) -> None:
    for language in Language:
        assert ranked(country, topic, text, language).items[0].id == expected


@pytest.mark.parametrize(
    "text", ["my papers dem get stolen in Belize City", "me robaron los papeles en Belize City"]
)
def test_by_words_alone_stolen_papers_have_both_their_answers_first(text: str) -> None:
    found = ranked("BZ", "documents", text)

    assert {one.id for one in found.items[:2]} == {"bz-documents-no-proof", "any-documents-displaced-lost"}


def test_words_alone_put_the_right_item_among_three() -> None:
    """The measure with meaning needs the trained model: tests/nlu/test_rights_score.py."""
    places = [
        [
            item.id
            for item in ranked(row["country"], row["topic"], row["text"], Language(row["language"])).items
        ]
        for row in PAIRS
    ]
    answered = [(row["item"].split(), place) for row, place in zip(PAIRS, places, strict=True) if row["item"]]

    assert sum(place[0] in right for right, place in answered) >= 0.78 * len(answered)
    assert sum(bool(set(place[:3]) & set(right)) for right, place in answered) >= 0.95 * len(answered)


@pytest.mark.parametrize(
    "text", ["", "hola", "menu", "1", "información sobre mis derechos", "I want help in Mexico"]
)
def test_without_a_question_the_best_known_order_stays(text: str) -> None:
    found = ranked("MX", "asylum", text)

    assert found.items == (*TEXTS[ES]["MX", "asylum"], *TEXTS[ES]["any", "asylum"])
    assert found.fits


def test_the_name_of_a_topic_is_no_question() -> None:
    found = WORDS_ALONE.rank(TEXTS, ES, "MX", "housing", "derecho a la vivienda", named="Vivienda, alquiler")

    assert found.fits


def test_a_question_that_nothing_answers_does_not_fit() -> None:
    assert not ranked("MX", "asylum", "mi perro ladra fuerte").fits
    assert WORDS_ALONE.rank(TEXTS, ES, None, "work", "puedo trabajar").fits


def test_of_answers_that_fit_equally_the_countrys_own_comes_first() -> None:
    assert ranked("HN", "asylum", "¿Quién puede ser refugiado?").items[0].country == "HN"


# What an item or a question is about, as a direction: a made-up meaning of three dimensions.
MEANINGS = {"boat": (1.0, 0.0, 0.0), "train": (0.0, 1.0, 0.0), "plane": (0.0, 0.0, 1.0)}


class Embedder:
    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.is_away = False

    def __call__(self, texts: Sequence[str]) -> list[tuple[float, ...]] | None:
        self.calls.append(list(texts))
        return None if self.is_away else [self._of(text) for text in texts]

    def _of(self, text: str) -> tuple[float, ...]:
        return next((vector for word, vector in MEANINGS.items() if word in text.lower()), (0.6, 0.6, 0.5))


def item(id_: str, question: str, topic: str = "work", situations: tuple[str, ...] = ()) -> RightsItem:
    country = id_.partition("-")[0].upper()
    return RightsItem(
        id=id_, country="any" if country == "ANY" else country, topic=topic, language=EN, question=question,
        asked_as=(), short=f"{question}.", full="", source="UN", year="2026",
        review_by=dt.date(2027, 1, 1), facts=(), steps=(), papers=(), situations=situations, deadline=None,
        cost=None, need=None,
    )  # fmt: skip


def ranker(
    *items: RightsItem,
) -> tuple[Ranker, Embedder, dict[Language, dict[tuple[str, str], tuple[RightsItem, ...]]]]:
    places: dict[tuple[str, str], tuple[RightsItem, ...]] = {}
    for one in items:
        places[one.country, one.topic] = (*places.get((one.country, one.topic), ()), one)
    embedder = Embedder()
    return Ranker(embedder), embedder, {EN: places}


BOAT, TRAIN = item("mx-boat", "A boat"), item("mx-train", "A train")


def test_meaning_finds_what_no_word_says() -> None:
    ranks, embedder, texts = ranker(BOAT, TRAIN)
    ranks.learn(texts, embedder)

    found = ranks.rank(texts, EN, "MX", "work", "traintravel")

    assert [one.id for one in found.items] == ["mx-train", "mx-boat"]


def test_each_text_is_embedded_once() -> None:
    ranks, embedder, texts = ranker(BOAT, TRAIN)
    ranks.learn(texts, embedder)
    ranks.learn(texts, embedder)
    for _ in range(3):
        ranks.rank(texts, EN, "MX", "work", "traintravel")

    assert embedder.calls == [["A boat", "A boat."], ["A train", "A train."], ["traintravel"]]


def test_questions_of_a_batch_are_embedded_in_one_call() -> None:
    ranks, embedder, texts = ranker(BOAT)
    ranks.learn(texts, embedder)
    ranks.remember(["traintravel", "boattravel"])
    ranks.rank(texts, EN, "MX", "work", "boattravel")

    assert embedder.calls[1:] == [["traintravel", "boattravel"]]


def test_what_was_published_is_learned_and_the_rest_is_not_asked_again() -> None:
    ranks, embedder, texts = ranker(BOAT, TRAIN)
    ranks.learn(texts, embedder)
    published = {EN: {("MX", "work"): (BOAT, replace(TRAIN, question="A plane"))}}

    ranks.learn(published, embedder)

    assert embedder.calls[2:] == [["A plane", "A train."]]
    assert ranks.rank(published, EN, "MX", "work", "planetravel").items[0].id == "mx-train"


def test_while_the_model_is_away_words_decide_and_it_is_asked_again_later() -> None:
    ranks, embedder, texts = ranker(BOAT, TRAIN)
    embedder.is_away = True
    assert not ranks.learn(texts, embedder)
    assert ranks.rank(texts, EN, "MX", "work", "which train").items[0] == TRAIN

    embedder.is_away = False

    assert ranks.learn(texts, embedder)
    assert ranks.rank(texts, EN, "MX", "work", "traintravel").items[0] == TRAIN


def test_a_clearly_better_answer_of_another_topic_comes_first_only_where_it_may() -> None:
    plane = item("mx-plane", "A plane", topic="asylum")
    ranks, embedder, texts = ranker(BOAT, TRAIN, plane)
    ranks.learn(texts, embedder)

    found = ranks.rank(texts, EN, "MX", "work", "planetravel", any_topic=True)

    assert found.items[0] == plane
    assert found.fits
    assert plane not in ranks.rank(texts, EN, "MX", "work", "planetravel").items
    assert not ranks.rank(texts, EN, "MX", "work", "planetravel").fits


def test_the_situation_is_asked_for_where_the_answer_depends_on_it_and_then_decides() -> None:
    waiting = item("mx-waiting", "A train", situations=("asylum_seeker",))
    refugee = item("mx-refugee", "A train too", situations=("refugee",))
    ranks, embedder, texts = ranker(waiting, refugee)
    ranks.learn(texts, embedder)

    assert ranks.rank(texts, EN, "MX", "work", "traintravel").depends
    for situation, first in (
        ("asylum_seeker", "mx-waiting"),
        ("refugee", "mx-refugee"),
        ("unsaid", "mx-waiting"),
    ):
        found = ranks.rank(texts, EN, "MX", "work", "traintravel", situation=situation)
        assert not found.depends
        assert found.items[0].id == first
