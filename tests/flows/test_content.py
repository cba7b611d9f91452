"""What flows make of what they look up: which cards and answers, how many, in which size."""

from dataclasses import replace
from typing import Any

import pytest

from flows.country import known
from flows.events import Reply, ServicesSearched
from flows.find_service import search
from flows.rights import find
from flows.safety import numbers
from flows.services import Place, RightsFound, Text
from flows.steps import Done
from tests.flows.fakes import HOTLINE, NUMBERS, PLACES, SHELTERS, FakeServices, context, rights

TAPACHULA, YORO = PLACES[0].to_answer(), PLACES[3].to_answer()


def told(done: Done, param: str) -> Any:
    reply = done.events[0]
    assert isinstance(reply, Reply)
    return reply.params[param]


@pytest.mark.parametrize(("kind", "first"), [("sms", 1), ("chat", 3)])
def test_near_services_come_a_page_at_a_time_and_the_national_lines_apart(kind: Any, first: int) -> None:
    answers: dict[str, Any] = {"need": "shelter", "place": TAPACHULA}
    shown: list[tuple[str, list[str]]] = []
    outcome = "some"
    while outcome == "some":
        done = search(answers, context(kind), FakeServices())
        outcome = done.outcome
        replies = [event for event in done.events if isinstance(event, Reply)]
        shown.append((replies[0].key, [reply.params["cards"].short for reply in replies]))
        assert {reply.key for reply in replies[1:]} <= {"card.further"}
        answers |= done.answers

    assert len(shown[0][1]) == first
    assert [name for _, page in shown[:-1] for name in page] == [f"Shelter {n}" for n in range(1, 6)]
    assert shown[-1] == ("find_service.afar", ["National line"])


def test_who_said_no_place_is_not_told_that_nothing_is_near() -> None:
    nowhere: dict[str, Any] = {"need": "food", "place": None}

    _, reply = search(nowhere, context(), FakeServices()).events

    assert isinstance(reply, Reply)
    assert reply.key == "find_service.afar"


def test_where_nothing_is_near_the_national_lines_are_shown_as_such() -> None:
    done = search({"need": "shelter", "place": YORO}, context(country=None), FakeServices())

    assert done.events[1:] == (
        Reply("find_service.hotlines", {"cards": Text("National line", "National line, in full")}),
        Reply("find_service.tonight", {"numbers": NUMBERS["HN"]}),
    )


def test_where_nothing_is_near_the_nearest_is_told_with_its_distance() -> None:
    far = replace(SHELTERS[0], distance_km=182.0, far="Tegucigalpa, 182 km")

    class Services(FakeServices):
        def find_services(self, *_: Any) -> Any:
            return (HOTLINE, far)

    answers: dict[str, Any] = {"need": "shelter", "place": YORO}
    done = search(answers, context("sms"), Services())
    further = search(answers | done.answers, context("sms"), Services())

    assert done.events[0] == ServicesSearched("shelter", "HN", PLACES[3], has_near=False)
    assert [event.key for event in done.events[1:]] == ["find_service.hotlines_far", "find_service.tonight"]
    assert told(replace(done, events=done.events[1:]), "where") == "Tegucigalpa, 182 km"
    assert [event.key for event in further.events] == ["find_service.far"]
    assert further.outcome == "all"


def test_behind_the_door_that_is_far_what_helps_from_afar_is_told_as_such() -> None:
    far = replace(SHELTERS[0], distance_km=182.0, far="Tegucigalpa, 182 km")

    class Services(FakeServices):
        def find_services(self, *_: Any) -> Any:
            return (far, HOTLINE, HOTLINE)

    done = search({"need": "food", "place": YORO}, context("chat"), Services())

    keys = [event.key for event in done.events if isinstance(event, Reply)]
    assert keys == ["find_service.far", "find_service.afar", "card.further"]


def test_a_search_is_told_once_to_be_counted_and_a_page_more_is_none() -> None:
    answers: dict[str, Any] = {"need": "shelter", "place": TAPACHULA}

    first = search(answers, context(), FakeServices())
    more = search(answers | first.answers, context(), FakeServices())

    assert first.events[0] == ServicesSearched("shelter", "MX", PLACES[0], has_near=True)
    assert {type(event) for event in more.events} == {Reply}


@pytest.mark.parametrize(("need", "outcome"), [("food", "all"), ("cash", "none")])
def test_a_search_that_finds_nothing_near_is_counted_as_such(need: str, outcome: str) -> None:
    done = search({"need": need, "place": YORO}, context(country=None), FakeServices())

    assert done.outcome == outcome
    assert done.events[0] == ServicesSearched(need, "HN", PLACES[3], has_near=False)


def test_a_card_with_a_door_opens_a_map() -> None:
    near = replace(SHELTERS[0], map_url="https://www.openstreetmap.org/")

    class Services(FakeServices):
        def find_services(self, *_: Any) -> Any:
            return (near, HOTLINE)

    _, door = search({"need": "shelter", "place": TAPACHULA}, context(), Services()).events

    assert isinstance(door, Reply)
    assert [(choice.label, choice.url) for choice in door.choices] == [
        ("card.map", "https://www.openstreetmap.org/")
    ]


def test_the_country_of_the_place_comes_before_the_persons_own() -> None:
    done = search({"need": "food", "place": YORO}, context(country="BZ"), FakeServices())

    assert done.outcome == "all"


def test_without_place_and_country_the_country_is_asked() -> None:
    nowhere: dict[str, Any] = {"need": "food", "place": None}

    assert search(nowhere, context(country=None), FakeServices()).outcome == "unknown"
    assert search({**nowhere, "country": "MX"}, context(country=None), FakeServices()).outcome == "all"


def test_each_answer_on_a_right_is_given_once() -> None:
    answers: dict[str, Any] = {"topic": "asylum"}
    given = []
    for _ in range(4):
        done = find(answers, context("sms"), FakeServices())
        given.append(told(done, "answer").short)
        answers |= done.answers

    assert given == ["Answer 1", "Answer 2", "Answer 3", "Answer 4"]
    assert find(answers, context("sms"), FakeServices()).outcome == "none"


@pytest.mark.parametrize(("kind", "rating"), [("sms", ["helped", "not_helped"]), ("chat", ["yes", "no"])])
def test_two_other_questions_are_listed_beside_an_answer(kind: Any, rating: list[str]) -> None:
    done = find({"topic": "asylum"}, context(kind), FakeServices())

    assert [id_ for id_, *_ in done.answers["others"]] == ["mx-asylum-2", "mx-asylum-3"]
    assert done.answers["offered"] == ["more", "service", "topics", *rating]


def test_a_question_that_was_answered_says_nothing_about_the_next_topic() -> None:
    asked: list[str] = []

    class Listening(FakeServices):
        def find_rights(
            self, country: str, topic: str, text: str, *, situation: str | None, any_topic: bool
        ) -> RightsFound:
            asked.append(text)
            return RightsFound(rights(topic))

    knows = context(text="hasta cuando puedo pedir asilo")
    done = find({"topic": "asylum"}, knows, Listening())
    find({**done.answers, "topic": "asylum", "after": "more"}, knows, Listening())
    find({**done.answers, "topic": "health", "after": "topics"}, knows, Listening())

    assert asked == ["hasta cuando puedo pedir asilo", "hasta cuando puedo pedir asilo", ""]


def test_where_no_number_is_known_the_words_say_so() -> None:
    services = FakeServices()

    assert numbers(context(country="MX"), services, "danger", "a", "b").params == {
        "numbers": Text("911", "911 (Emergencias)")
    }
    assert numbers(context(country="BZ"), services, "danger", "a", "b") == Reply("b")


def test_a_place_survives_being_an_answer() -> None:
    for place in (Place("", "", location=(14.91, -92.26)), PLACES[1]):
        assert Place.from_answer(place.to_answer()) == place
    assert Place.from_answer(None) is None


def test_the_country_asked_about_stays_though_the_person_is_elsewhere() -> None:
    about_mexico = {"country": "MX"}

    assert known(about_mexico, context(country="HN")) == "MX"
    assert known(about_mexico, context(country="GT", named_country="GT")) == "GT"
    assert known({}, context(country="HN")) == "HN"
