"""What is counted of a search, and that it is counted once."""

import datetime as dt
from typing import Any

import pytest

from bot import turn
from bot.content import Content
from core import erasure, questions
from core.db import SessionMaker, now, transaction
from core.directory import seed
from core.questions import QuestionsAsked
from core.types import Direction, Language
from tests.chat import SMS, Chat


@pytest.fixture
def seeded(sessions: SessionMaker) -> SessionMaker:
    with transaction(sessions) as session:
        seed.load(session)
    return sessions


@pytest.fixture
def person(seeded: SessionMaker, content: Content) -> Chat:
    chat = Chat(seeded, content)
    chat.says("español").heard()
    return chat


def look_for(chat: Chat, need: str, place: str) -> Chat:
    label = chat.maker._content.catalog.text(f"find_service.need.{need}", Language.SPANISH)
    return chat.says("menu").says("2").says(label).says(place)


def counted(sessions: SessionMaker) -> list[tuple[Any, ...]]:
    """Need, country, department, name of the town, how many, how many in vain."""
    with transaction(sessions) as session:
        rows = session.query(QuestionsAsked).order_by(QuestionsAsked.need).all()
        return [(row.need, row.country, row.department, row.town_id, row.asked, row.unmet) for row in rows]


def town(content: Content, name: str, country: str) -> str:
    return content.gazetteer.find(name, country)[0].id


def test_a_search_is_counted_by_day_need_and_town(
    person: Chat, seeded: SessionMaker, content: Content
) -> None:
    look_for(person, "food", "Tapachula")

    tapachula = town(content, "Tapachula", "MX")
    assert counted(seeded) == [("food", "MX", "Chiapas", tapachula, 1, 0)]
    with transaction(seeded) as session:
        assert session.query(QuestionsAsked).one().day == now().date()


def test_what_finds_nothing_near_is_counted_as_unmet(sessions: SessionMaker, content: Content) -> None:
    chat = Chat(sessions, content).says("español")
    for _ in range(3):
        look_for(chat, "shelter", "San Pedro Sula")

    sula = town(content, "San Pedro Sula", "HN")
    assert counted(sessions) == [("shelter", "HN", "Cortés", sula, 3, 3)]


def test_a_message_that_is_delivered_twice_is_counted_once(
    person: Chat, seeded: SessionMaker, content: Content
) -> None:
    person.says("menu").says("2").says("Comida", external_id="update-7")
    place = {"external_id": "update-8"}
    person.says("Tapachula", **place)

    assert not person.receives("Tapachula", **place)
    person.turns()

    assert [row[-2:] for row in counted(seeded)] == [(1, 0)]


def test_a_turn_that_is_made_twice_is_counted_once(person: Chat, seeded: SessionMaker) -> None:
    look_for(person, "food", "Tapachula")
    last = person.messages(Direction.IN)[-1]

    with transaction(seeded) as session:
        person.receives("gracias")
        [lease] = turn.lanes.claim(session, 1)
    person.maker.make(lease, last.id, None)

    assert [row[-2:] for row in counted(seeded)] == [(1, 0)]


def test_a_turn_that_fails_is_not_counted(
    person: Chat, seeded: SessionMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.says("menu").says("2").says("Comida")
    monkeypatch.setattr(turn, "render", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        person.says("Tapachula")

    assert counted(seeded) == []


def test_a_page_more_is_not_another_question(seeded: SessionMaker, content: Content) -> None:
    chat = Chat(seeded, content, limits=SMS)
    look_for(chat.says("español"), "legal", "Upala")
    [before] = counted(seeded)

    chat.says("MAS")

    assert counted(seeded) == [before]


def test_in_a_small_town_only_the_department_is_counted(
    person: Chat, seeded: SessionMaker, content: Content
) -> None:
    small = next(
        town
        for town in content.gazetteer.towns
        if town.country == "GT"
        and town.population < questions.MIN_PEOPLE
        and content.gazetteer.find(f"{town.name}, {town.department}") == [town]
    )

    look_for(person, "food", f"{small.name}, {small.department}")

    assert [row[1:4] for row in counted(seeded)] == [("GT", small.department, "")]


@pytest.mark.parametrize("need", sorted(questions.DANGEROUS))
def test_a_dangerous_question_is_counted_by_department_even_in_a_city(
    need: str, person: Chat, seeded: SessionMaker
) -> None:
    look_for(person, need, "Tapachula")

    assert [row[:4] for row in counted(seeded)] == [(need, "MX", "Chiapas", "")]


def test_a_department_that_was_named_is_counted_as_one(person: Chat, seeded: SessionMaker) -> None:
    look_for(person, "cash", "Chiapas").says("no sé")

    assert [row[:4] for row in counted(seeded)] == [("cash", "MX", "Chiapas", "")]


def test_an_erasure_leaves_the_counts_as_they_are(person: Chat, seeded: SessionMaker) -> None:
    look_for(person, "food", "Tapachula")
    before = counted(seeded)

    with transaction(seeded) as session:
        erasure.erase(session, session.merge(person.conversation().contact))

    assert counted(seeded) == before


def test_counts_are_deleted_when_they_are_too_old_to_be_shown(sessions: SessionMaker) -> None:
    today = now().date()
    with transaction(sessions) as session:
        for days in (0, 90, 91):
            day = today - dt.timedelta(days=days)
            place = {"country": "MX", "department": "", "town_id": ""}
            session.add(QuestionsAsked(day=day, need="food", asked=1, unmet=0, **place))

    with transaction(sessions) as session:
        assert questions.purge(session) == 1

    with transaction(sessions) as session:
        left = {row.day for row in session.query(QuestionsAsked)}
    assert left == {today, today - dt.timedelta(days=90)}
