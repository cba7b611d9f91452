"""The rights texts themselves, and that `core.rights.check` would notice if one went wrong."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import SettingsError
from core.rights import ROOT, RightsItem, items_for, load
from core.rights.check import TOPICS, coverage, problems, septets
from core.types import COUNTRIES, Language

TODAY = dt.date(2026, 11, 22)  # fixed, so that an old review date shows in `python -m core.rights`, not here
SPANISH = load(ROOT, Language.SPANISH)
ENGLISH = load(ROOT, Language.ENGLISH)
ITEMS = [item for texts in (SPANISH, ENGLISH) for items in texts.values() for item in items]

# What a phone that somebody else looks at must not show in an SMS or in a list of questions.
TELLTALE = re.compile(
    r"violen|viola(r|d|ción)|rape|sex|maltrat|abus|gay|lesb|trans(\b|ex|g)|lgbt", re.IGNORECASE
)

Write = Callable[..., None]


def item(**changes: Any) -> dict[str, Any]:
    return {
        "id": "mx-work-card",
        "question": "Can I work?",
        "short": "Yes.",
        "full": "Yes.\n",
        "source": "UNHCR",
        "year": 2026,
        "facts": ["MX-WORK-01"],
        "review_by": dt.date(2027, 2, 22),
        **changes,
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a Spanish and an English file of one item each."""

    def write_both(es: dict[str, Any], en: dict[str, Any] | None, *, place: str = "MX/work") -> None:
        for language, raw in (("es", es), ("en", en)):
            path = tmp_path / language / "rights" / f"{place}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump([raw] if raw else []), encoding="utf-8")

    return write_both


def found(root: Path) -> list[str]:
    """Problems but those of the topics that these small packs leave out."""
    return [problem for problem in problems(root, TODAY) if not problem.startswith("any/")]


def test_the_texts_have_no_problem() -> None:
    assert problems(ROOT, TODAY) == []


def test_every_topic_has_an_answer_in_every_country_and_language() -> None:
    for texts in (SPANISH, ENGLISH):
        for country in COUNTRIES:
            for topic in TOPICS:
                assert items_for(texts, country, topic), (country, topic)


@pytest.mark.parametrize("topic", ["gender_violence", "lgbtiq"])
def test_what_an_sms_shows_on_a_delicate_topic_gives_nobody_away(topic: str) -> None:
    for one in ITEMS:
        if one.topic == topic:
            assert not TELLTALE.search(one.question + one.short), one.id


def test_an_answer_ends_with_its_source_and_year() -> None:
    (deadline,) = [one for one in SPANISH["MX", "asylum"] if one.id == "mx-asylum-deadline"]

    assert deadline.short_text.endswith(" (ACNUR México, 2026)")
    assert deadline.full_text.endswith("\n(ACNUR México, 2026)")


def test_deadlines_of_a_country_and_phone_numbers_are_reviewed_every_three_months() -> None:
    for one in ITEMS:
        if one.country != "any" and (one.deadline or re.search(r"\b\d{4}-\d{4}\b", one.full)):
            assert one.review_by <= dt.date(2027, 2, 22), one.id


def test_the_country_comes_before_what_holds_everywhere() -> None:
    countries = [one.country for one in items_for(ENGLISH, "HN", "asylum")]

    assert countries == sorted(countries, key=lambda country: country == "any")
    assert {"HN", "any"} == set(countries)
    assert all(one.country == "any" for one in items_for(ENGLISH, None, "asylum"))


def test_a_sound_pair_has_no_problem(tmp_path: Path, write: Write) -> None:
    write(item(), item())

    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("es", "en", "problem"),
    [
        ({"source": ""}, {}, "source is missing"),
        ({"facts": []}, {"facts": []}, "facts is missing"),
        ({"year": "soon"}, {"year": "soon"}, "year must be"),
        ({"review_by": "soon"}, {"review_by": "soon"}, "review_by must be a date"),
        ({"review_by": dt.date(2026, 11, 21)}, {"review_by": dt.date(2026, 11, 21)}, "was to be reviewed"),
        ({"short": "x" * 300}, {}, "has 314 characters"),
        ({"full": "x" * 901}, {}, "full has more than 900"),
        ({"short": "Sí — hoy."}, {}, "not in the SMS alphabet"),
        ({"need": "gold"}, {"need": "gold"}, "need is not a service topic"),
        ({"situations": ["rich"]}, {"situations": ["rich"]}, "no situation rich"),
        ({"colour": "red"}, {}, "colour is not a field"),
        ({"full": "Vaya a <b>COMAR</b>.\n"}, {}, "as in HTML: <b>"),
        ({"question": "Work &amp; pay?"}, {}, "as in HTML: &amp;"),
        ({"steps": "Go to COMAR"}, {"steps": "Go to COMAR"}, "steps must be a list"),
        ({"question": "x" * 201}, {}, "question has a line of more than 200"),
        ({"asked_as": ["x"] * 31}, {"asked_as": ["x"]}, "asked_as has more than 30 lines"),
        ({"deadline": "30 días"}, {}, "deadline stands in one language only"),
        ({"year": 2025}, {}, "year differs"),
        ({"id": "mx-work-other"}, {}, "has no English twin"),
        ({"id": "mx-work-other"}, {}, "has no Spanish twin"),
    ],
)
def test_a_fault_is_named(
    tmp_path: Path, write: Write, es: dict[str, Any], en: dict[str, Any], problem: str
) -> None:
    write(item(**es), item(**en))

    assert any(problem in one for one in found(tmp_path)), found(tmp_path)


def test_an_unknown_topic_or_country_is_named(tmp_path: Path, write: Write) -> None:
    write(item(), item(), place="MX/football")
    write(item(id="fr-work-x"), item(id="fr-work-x"), place="FR/work")

    assert [problem for problem in found(tmp_path) if "no such country or topic" in problem] == [
        "es/FR/work: no such country or topic",
        "es/MX/football: no such country or topic",
        "en/FR/work: no such country or topic",
        "en/MX/football: no such country or topic",
    ]


def test_an_id_used_twice_is_named(tmp_path: Path, write: Write) -> None:
    write(item(), item())
    write(item(), item(), place="MX/health")

    assert any("used twice" in problem for problem in found(tmp_path))


def test_coverage_counts_items_and_names_general_topics_without_any(tmp_path: Path, write: Write) -> None:
    write(item(), None)

    assert coverage(tmp_path)["MX", "work"] == {Language.SPANISH: 1, Language.ENGLISH: 0}
    assert "any/asylum: has no item" in problems(tmp_path, TODAY)


@pytest.mark.parametrize("text", ["a: [", "just words", "- just words"])
def test_a_file_that_is_no_list_of_items_stops_the_program(tmp_path: Path, text: str) -> None:
    path = tmp_path / "es" / "rights" / "MX" / "work.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"work\.yml"):
        load(tmp_path, Language.SPANISH)


def test_an_item_without_text_stops_the_program(tmp_path: Path, write: Write) -> None:
    broken = item()
    del broken["full"]
    write(broken, item())

    with pytest.raises(SettingsError, match="es/MX/work"):
        load(tmp_path, Language.SPANISH)


def test_an_estimated_year_is_shown_as_such(tmp_path: Path, write: Write) -> None:
    write(item(year="~2024"), item(year="~2024"))
    one: RightsItem = load(tmp_path, Language.ENGLISH)["MX", "work"][0]

    assert found(tmp_path) == []
    assert one.short_text == "Yes. (UNHCR, ~2024)"


@pytest.mark.parametrize(
    ("text", "length"), [("días", 4), ("¿niño?", 6), ("~2024", 6), ("", 0), ("¡Sí!", 4), ("日", None)]
)
def test_septets_are_counted_after_folding(text: str, length: int | None) -> None:
    assert septets(text) == length
