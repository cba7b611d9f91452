"""With the trained model: how often a question gets the right rights item, and those that must."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.rights.ranking import Ranker
from core.types import Language
from tests.nlu.conftest import NluServer
from tools.rights_score import PAIRS, TEXTS, ranker, totals

pytestmark = pytest.mark.nlu


@pytest.fixture(scope="module")
def by_meaning(nlu_server: NluServer) -> Iterator[Ranker]:
    with ranker(nlu_server.url) as found:
        yield found


def test_the_right_item_is_first_or_among_three_as_often_as_promised(by_meaning: Ranker) -> None:
    with Path(PAIRS).open(encoding="utf-8", newline="") as file:
        found = totals(by_meaning, list(csv.DictReader(file)))

    assert found["first"] >= 0.85
    assert found["among three"] >= 0.95
    assert found["nothing fits, false"] <= 0.1


@pytest.mark.parametrize(
    ("country", "topic", "text", "expected"),
    [
        ("MX", "asylum", "cuanto tiempo tengo para pedir refugio en mexico", "mx-asylum-deadline"),
        ("MX", "asylum", "how much time do i have to ask for asylum in mexico", "mx-asylum-deadline"),
        ("MX", "health", "me van a deportar si voy al hospital?", "mx-health-care"),
        ("MX", "detention_deportation", "me van a deportar si voy al hospital?", "mx-health-care"),
        ("MX", "detention_deportation", "will they deport me if i go to the hospital?", "mx-health-care"),
        ("HN", "property", "perdi mi casa por las maras, la puedo reclamar?", "hn-property-register"),
        (
            "HN",
            "internal_displacement",
            "perdi mi casa por las maras, la puedo reclamar?",
            "hn-property-register",
        ),
        ("SV", "property", "i lost my home because of the gangs, can i claim it?", "sv-property-recover"),
        ("SV", "housing", "perdi mi casa por las maras, la puedo reclamar?", "sv-property-recover"),
        ("MX", "work", "Puedo trabajar mientras espero la respuesta de COMAR?", "mx-work-while-waiting"),
        ("MX", "asylum", "Can I work while I wait for the answer of COMAR?", "mx-work-while-waiting"),
        ("BZ", "documents", "my papers dem get stolen in Belize City", "bz-documents-no-proof"),
        ("BZ", "documents", "me robaron los papeles en Belize City", "bz-documents-no-proof"),
    ],
)
def test_a_question_is_answered_in_both_languages_also_under_a_neighboring_topic(
    by_meaning: Ranker, country: str, topic: str, text: str, expected: str
) -> None:
    for language in Language:
        found = by_meaning.rank(TEXTS, language, country, topic, text, any_topic=True)

        assert found.items[0].id == expected
        assert found.fits
