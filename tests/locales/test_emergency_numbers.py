"""The numbers that people in danger are told. A wrong one can cost a life."""

import re

import yaml

from core.rights import ROOT
from core.types import COUNTRIES

PURPOSES = {"danger", "gender_violence", "children", "mental_health", "medical"}
NUMBERS = yaml.safe_load((ROOT / "emergency_numbers.yml").read_text(encoding="utf-8"))


def test_every_line_is_complete() -> None:
    for country, lines in NUMBERS.items():
        assert country in COUNTRIES
        for line in lines:
            assert set(line) == {"number", "name_es", "name_en", "for", "hours", "source", "year"}
            assert isinstance(line["number"], str)
            assert re.fullmatch(r"\d{3,4}", line["number"])
            assert line["for"]
            assert set(line["for"]) <= PURPOSES
            assert line["hours"] in (24, None)


def test_a_country_with_lines_has_one_for_danger_and_one_for_gender_violence() -> None:
    for country, lines in NUMBERS.items():
        assert {"danger", "gender_violence"} <= {purpose for line in lines for purpose in line["for"]}, (
            country
        )


def test_belize_has_no_number_that_could_be_trusted() -> None:
    assert set(COUNTRIES) - set(NUMBERS) == {"BZ"}


def test_no_name_gives_away_who_asked_from_a_shared_phone() -> None:
    for lines in NUMBERS.values():
        for line in lines:
            assert not re.search(r"violen|sex|abus", line["name_es"] + line["name_en"], re.IGNORECASE)
