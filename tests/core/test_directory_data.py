"""The directory as committed: complete, with stable ids, and without the address of a shelter."""

import json
import re
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import core
from core.rights.check import NEEDS
from core.types import COUNTRIES

DATA = json.loads((Path(core.__file__).parent / "data" / "directory.json").read_text(encoding="utf-8"))
ORGANIZATIONS = DATA["organizations"]


def values(record: dict[str, Any], link_type: str) -> list[str]:
    return [attribute["value"] for attribute in record["attributes"] if attribute["link_type"] == link_type]


def ids(record: Any) -> list[str]:
    """Ids of all records; the taxonomy terms, which many services share, left out."""
    if isinstance(record, list):
        return [id_ for one in record for id_ in ids(one)]
    if not isinstance(record, dict):
        return []
    own = [record["id"]] if "id" in record else []
    return own + [id_ for key, value in record.items() if key != "taxonomy_term" for id_ in ids(value)]


def test_all_institutions_are_there_with_two_names_and_a_source() -> None:
    assert len(ORGANIZATIONS) == 107
    for organization in ORGANIZATIONS:
        assert organization["name"]
        assert organization["name_en"]
        assert values(organization, "source")
        assert values(organization, "as_of")
        assert values(organization, "country")[0] in (*COUNTRIES, "any")


def test_ids_are_uuids_and_unique() -> None:
    counts = Counter(ids(ORGANIZATIONS))

    assert [id_ for id_, count in counts.items() if count > 1] == []
    assert all(uuid.UUID(id_).version == 5 for id_ in counts)


def test_every_service_answers_a_need_of_the_contract() -> None:
    assert [term["code"] for term in DATA["taxonomy_terms"]] == list(NEEDS)
    for organization in ORGANIZATIONS:
        for service in organization["services"]:
            codes = [
                item["taxonomy_term"]["code"] for item in service["attributes"] if item["link_type"] == "need"
            ]
            assert codes
            assert set(codes) <= set(NEEDS)


def test_what_nobody_confirmed_is_not_shown_and_nothing_counts_as_verified() -> None:
    for organization in ORGANIZATIONS:
        for service in organization["services"]:
            assert service["assured_date"] is None
            if values(organization, "confidence") == ["low"]:
                assert service["status"] == "inactive"


def test_shelters_tell_the_town_at_most() -> None:
    withheld = [
        place["location"]
        for organization in ORGANIZATIONS
        for service in organization["services"]
        for place in service["service_at_locations"]
        if values(place["location"], "address") == ["withheld"]
    ]

    assert withheld
    for location in withheld:
        assert location["addresses"][0]["address_1"] is None
        assert values(location, "coordinates") in ([], ["town"])


def test_no_name_gives_away_who_asked_from_a_shared_phone() -> None:
    for organization in ORGANIZATIONS:
        for record in (organization, *organization["services"]):
            assert not re.search(
                r"violen|sex|lgbt|gay|abus|acoso|harass", record["name"] + record["name_en"], re.I
            )


def test_an_active_service_can_be_found_from_somewhere() -> None:
    for organization in ORGANIZATIONS:
        for service in organization["services"]:
            has_point = any(place["location"]["latitude"] for place in service["service_at_locations"])
            is_everywhere = values(organization, "country") == ["any"]
            if service["status"] == "active":
                assert has_point or service["service_areas"] or is_everywhere, organization["name"]
