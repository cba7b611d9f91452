"""A person looks for help in the project's own directory, with the model away: words, numbers, buttons, a
pin."""

import itertools
import json

import pytest

from bot.channels.base import Endpoints, Limits, MessageReceived, RawRequest
from bot.channels.telegram import TelegramChannel
from bot.content import Content
from core import inbox
from core.db import SessionMaker, transaction
from core.directory import Location, Organization, Service, ServiceAtLocation, ServiceNeed, seed
from core.types import Language
from tests.chat import CHAT, SMS, Chat

TAPACHULA = [14.905, -92.263]
SUCHIATE = [14.68, -92.15]  # the river there is the border
BOTH = pytest.mark.parametrize("limits", [SMS, CHAT], ids=["sms", "chat"])


@pytest.fixture
def seeded(sessions: SessionMaker) -> SessionMaker:
    with transaction(sessions) as session:
        seed.load(session)
    return sessions


def chat_of(sessions: SessionMaker, content: Content, limits: Limits, urn: str, language: str) -> Chat:
    chat = Chat(sessions, content, limits=limits, urn=urn, channel_id=urn)
    chat.says(language).heard()
    return chat


def told(chat: Chat) -> str:
    return "\n".join(message.text for message in chat.heard())


ASKED = [
    ("español", "necesito donde dormir hoy en san pedro sula con 2 niños", "No encontré nada cerca"),
    ("español", "hay abogado gratis en upala", "800-7338446"),
    ("english", "where can I sleep in belize city", "Department of Human Services"),
    ("english", "I need food in tapachula", "Tapachula"),
]


@BOTH
def test_need_and_place_in_one_sentence_are_answered_after_one_number(
    seeded: SessionMaker, content: Content, limits: Limits
) -> None:
    for number, (language, words, answer) in enumerate(ASKED):
        chat = chat_of(seeded, content, limits, f"telegram:{number}", language)

        chat.says(words).says("1")

        assert answer in told(chat)


@BOTH
def test_a_pin_answers_the_question_where(seeded: SessionMaker, content: Content, limits: Limits) -> None:
    chat = chat_of(seeded, content, limits, "telegram:5", "español")

    chat.says("donde hay comida cerca").says("1").heard()
    chat.says("", kind="location", payload={"location": TAPACHULA})

    assert "Tapachula" in told(chat)


@BOTH
def test_a_pin_sent_first_is_not_asked_for_again(
    seeded: SessionMaker, content: Content, limits: Limits
) -> None:
    chat = chat_of(seeded, content, limits, "telegram:5", "español")

    chat.says("", kind="location", payload={"location": TAPACHULA}).says("comida")

    assert "Tapachula" in told(chat)


def test_a_pin_of_telegram_leads_to_what_is_near_it(seeded: SessionMaker, content: Content) -> None:
    chat = chat_of(seeded, content, CHAT, "telegram:41234567", "español")
    telegram = TelegramChannel({"token": "1:x", "secret": "y"}, "tg", Endpoints("https://puente.example"))
    person = {"id": 41234567, "is_bot": False, "first_name": "Ana", "language_code": "es-MX"}
    latitude, longitude = TAPACHULA
    pin = {
        "message_id": 7,
        "from": person,
        "chat": {"id": 41234567, "first_name": "Ana", "type": "private"},
        "date": 1795347000,
        "location": {"latitude": latitude, "longitude": longitude, "horizontal_accuracy": 12.5},
    }
    update = RawRequest("https://puente.example", {}, json.dumps({"update_id": 7, "message": pin}).encode())

    [event] = telegram.receive(update)
    assert isinstance(event, MessageReceived)
    assert event.urn == chat.urn
    with transaction(seeded) as session:
        inbox.record_message(session, chat.channel_id, event.urn, event.received)
    chat.turns()
    chat.says("comida")

    assert "Tapachula" in told(chat)


def test_in_a_chat_each_card_is_a_message_with_its_own_map(sessions: SessionMaker, content: Content) -> None:
    with transaction(sessions) as session:
        for number, point in enumerate([(14.90321, -92.26544), (14.91, -92.27)]):
            session.add(kitchen(f"Comedor {number}", *point))
    chat = chat_of(sessions, content, CHAT, "telegram:5", "español")
    chat.says("menu").says("2").says("comida").heard()

    chat.says("Tapachula")

    *cards, question = chat.heard()
    assert [message.text.count("Comedor") for message in cards] == [1, 1]
    for message in cards:
        [(_, label, url)] = message.payload["choices"]
        assert label == "Ver en el mapa"
        assert url.startswith("https://www.openstreetmap.org/?mlat=14.9")
    assert all(len(choice) == 2 for choice in question.payload["choices"])


def kitchen(name: str, latitude: float, longitude: float) -> Service:
    door = Location(city="Tapachula", country="MX", latitude=latitude, longitude=longitude)
    return Service(
        name=name,
        country="MX",
        organization=Organization(name=f"{name} A.C.", country="MX"),
        needs=[ServiceNeed(need="food")],
        service_at_locations=[ServiceAtLocation(location=door)],
    )


def test_at_a_border_the_side_is_asked_before_anything_is_told(
    seeded: SessionMaker, content: Content
) -> None:
    chat = chat_of(seeded, content, CHAT, "telegram:5", "español")

    chat.says("comida").says("1").heard()
    chat.says("", kind="location", payload={"location": SUCHIATE}).hears("place.side")
    chat.presses("Ciudad Tecún Umán, San Marcos, Guatemala")

    text = told(chat)
    assert "Tecún Umán" in text
    assert "Tapachula" not in text


def test_by_sms_one_result_comes_in_one_message_and_mas_brings_the_next(
    seeded: SessionMaker, content: Content
) -> None:
    chat = chat_of(seeded, content, SMS, "tel:+50688887777", "español")
    chat.says("hay abogado gratis en upala").says("1")
    first = told(chat)

    chat.says("MAS")
    second = told(chat)

    assert first.count("Tel ") == second.count("Tel ") == 1
    assert "No encontré nada cerca" in first
    assert "No encontré nada cerca" not in second


def test_after_the_last_result_more_says_that_there_is_no_more(
    seeded: SessionMaker, content: Content
) -> None:
    chat = chat_of(seeded, content, CHAT, "telegram:5", "english")
    chat.says("where can I sleep in belize city").says("1").hears(
        "not_understood.which", "find_service.hotlines", "find_service.last"
    )

    chat.says("more").hears("find_service.no_more", "find_service.last")


def test_the_country_is_guessed_from_the_number_and_kept_only_when_confirmed(
    seeded: SessionMaker, content: Content
) -> None:
    chat = chat_of(seeded, content, SMS, "tel:+50360011110", "español")

    chat.says("cuanto tiempo tengo para pedir asilo").says("1")
    assert "El Salvador" in told(chat)
    assert chat.conversation().contact.country is None

    chat.says("si")
    assert chat.conversation().contact.country == "SV"


def test_a_place_in_the_words_is_a_better_guess_than_the_number(
    seeded: SessionMaker, content: Content
) -> None:
    chat = chat_of(seeded, content, SMS, "tel:+50360011110", "español")

    chat.says("estoy en tapachula, cuanto tiempo tengo para pedir asilo").says("1")

    assert "México" in told(chat)
    assert chat.conversation().contact.country is None


@pytest.mark.parametrize(
    ("words", "country"), [("ahora estoy en Guatemala", "GT"), ("I am in Belize now", "BZ")]
)
def test_the_country_is_changed_at_any_time_in_plain_words(
    seeded: SessionMaker, content: Content, words: str, country: str
) -> None:
    chat = chat_of(seeded, content, SMS, "tel:+50360011110", "español")
    chat.says("quiero comida").says("1").heard()

    chat.says(words)

    assert chat.conversation().contact.country == country


def test_a_country_alone_is_noted_and_said_to_be(seeded: SessionMaker, content: Content) -> None:
    chat = chat_of(seeded, content, CHAT, "telegram:5", "español")

    chat.says("ahora estoy en Guatemala").hears("country.noted")

    assert chat.conversation().contact.country == "GT"


def test_where_somebody_comes_from_changes_nothing(seeded: SessionMaker, content: Content) -> None:
    chat = chat_of(seeded, content, CHAT, "telegram:5", "español")

    chat.says("soy de Honduras").heard()

    assert chat.conversation().contact.country is None


@BOTH
@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("necesito donde dormir hoy en san pedro sula con 2 niños", ("181 km", "Tegucigalpa", "911")),
        ("I need to sleep tonight in san pedro sula with 2 kids", ("181 km", "Tegucigalpa", "911")),
    ],
)
def test_who_finds_no_bed_near_is_told_the_nearest_and_a_line_to_call(
    seeded: SessionMaker, content: Content, limits: Limits, words: str, needed: tuple[str, ...]
) -> None:
    chat = chat_of(seeded, content, limits, "telegram:5", "english" if words.startswith("I ") else "español")

    chat.says(words).says("1")

    answer = told(chat)
    for part in needed:
        assert part in answer


def test_who_can_be_called_from_anywhere_comes_before_a_far_office(
    seeded: SessionMaker, content: Content
) -> None:
    chat = chat_of(seeded, content, SMS, "telegram:5", "español")

    chat.says("hay abogado gratis en upala").says("1")

    answer = told(chat)
    assert "No encontré nada cerca" in answer
    assert "800-7338446" in answer
    assert "148 km" not in answer


def test_a_family_is_told_that_a_shelter_is_not_for_everybody(seeded: SessionMaker, content: Content) -> None:
    by_sms = chat_of(seeded, content, SMS, "telegram:5", "español")
    by_chat = chat_of(seeded, content, CHAT, "telegram:6", "español")
    for chat in (by_sms, by_chat):
        chat.says("busco albergue en tapachula con mi familia").says("1")

    sms, card = told(by_sms), told(by_chat)
    assert "Casa Frida. No reciben a todos: pregunte antes." in sms
    assert "LGBT" not in sms
    assert "Para: personas LGBTIQ+" in card


@BOTH
def test_a_need_that_nobody_serves_is_said_so(seeded: SessionMaker, content: Content, limits: Limits) -> None:
    chat = chat_of(seeded, content, limits, "telegram:5", "español")
    chat.says("menu").says("2").says("otra cosa").says("clases de idioma").heard()

    chat.says("tapachula")

    assert [message.key for message in chat.heard()] == ["find_service.none"]


@BOTH
def test_a_pin_in_another_continent_gets_a_clear_answer(
    seeded: SessionMaker, content: Content, limits: Limits
) -> None:
    chat = chat_of(seeded, content, limits, "telegram:5", "español")
    chat.says("quiero comida").says("1").heard()

    chat.says("", kind="location", payload={"location": [40.42, -3.70]})

    assert [message.key for message in chat.heard()] == ["place.outside"]


@BOTH
@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("Madrid", "place.outside"),
        ("Tokio", "place.outside"),
        ("Xyzlandia", "place.again"),
        ("Chiapas", "place.town"),
    ],
)
def test_a_place_outside_or_too_wide_gets_a_clear_answer(
    seeded: SessionMaker, content: Content, limits: Limits, place: str, key: str
) -> None:
    chat = chat_of(seeded, content, limits, "telegram:5", "español")
    chat.says("quiero comida").says("1").heard()

    chat.says(place)

    assert [message.key for message in chat.heard()] == [key]


def test_an_ambiguous_place_is_asked_back_with_its_department(seeded: SessionMaker, content: Content) -> None:
    chat = chat_of(seeded, content, CHAT, "telegram:5", "español")
    chat.says("quiero comida").says("1").heard()

    chat.says("san pedro")

    labels = [label for _, label in chat.heard()[0].payload["choices"]]
    assert "San Pedro Sula, Cortés, Honduras" in labels
    assert "San Pedro, Belize, Belice" in labels


def test_every_answer_by_sms_fits_two_segments(seeded: SessionMaker, content: Content) -> None:
    places = ("tapachula", "san pedro sula", "belize city", "ciudad de guatemala")
    needs = ("shelter", "food", "legal", "gender_violence", "cash")
    for number, (place, need) in enumerate(itertools.product(places, needs)):
        chat = chat_of(seeded, content, SMS, f"telegram:{number}", "español")
        label = content.catalog.text(f"find_service.need.{need}", Language.SPANISH)
        chat.says("menu").says("2").says(label).heard()

        chat.says(place)

        assert sum(message.segments for message in chat.heard()) in (1, 2), (place, need)
