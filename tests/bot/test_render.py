"""How replies look on each kind of channel."""

import pytest

from bot import render
from bot.channels.base import Limits
from core.catalog import Catalog
from core.types import Language
from flows.events import Choice, Reply
from flows.services import Text
from tests.chat import CHAT, SMS

CATALOG = Catalog(
    {
        Language.SPANISH: {
            "q.what": "¿Qué información busca?",
            "q.what.retry": "No le entendí.",
            "q.what.a": "Asilo",
            "q.answer": "{answer}",
        },
        Language.ENGLISH: {},
    }
)
QUESTION = Reply("q.what", choices=(Choice("a", "q.what.a"), Choice("b", Text("Otro", "Otro tema"))))


def rendered(*replies: Reply, limits: Limits, is_numbered: bool = False) -> list[render.Rendered]:
    return render.render(replies, Language.SPANISH, limits, CATALOG, is_numbered=is_numbered)


def test_buttons_carry_their_question() -> None:
    (message,) = rendered(QUESTION, limits=CHAT)

    assert message.text == "¿Qué información busca?"
    assert [(choice.id, choice.label) for choice in message.choices] == [
        ("q.what|a", "Asilo"),
        ("q.what|b", "Otro tema"),
    ]


def test_a_repeated_question_has_the_buttons_of_the_question() -> None:
    (message,) = rendered(Reply("q.what.retry", choices=QUESTION.choices), limits=CHAT)

    assert message.choices[0].id == "q.what|a"


def test_a_choice_too_long_for_a_button_goes_by_its_number() -> None:
    assert render.choice_id("q.what", "x" * 100, 2) == "q.what|#2"


def test_by_sms_choices_are_numbered_and_accents_folded() -> None:
    (message,) = rendered(QUESTION, limits=SMS)

    assert message.text == "¿Qué informacion busca?\n1 Asilo\n2 Otro"
    assert (message.choices, message.segments) == ((), 1)


def test_a_choice_that_opens_a_page_is_a_button_and_by_sms_nothing() -> None:
    links = (Choice("map", Text("Mapa", "Mapa"), "https://www.openstreetmap.org/"), *QUESTION.choices)

    (chat,) = rendered(Reply("q.what", choices=links), limits=CHAT)
    (sms,) = rendered(Reply("q.what", choices=links), limits=SMS)

    assert chat.choices[0].to_payload() == ["q.what|map", "Mapa", "https://www.openstreetmap.org/"]
    assert chat.choices[1].to_payload() == ["q.what|a", "Asilo"]
    assert sms.text == "¿Qué informacion busca?\n1 Asilo\n2 Otro"


SPARE = tuple(
    Choice(f"s{place}", Text(f"Pregunta {place}", f"Pregunta {place}"), spare=place) for place in (1, 2, 2)
)


@pytest.mark.parametrize(("chars", "shown"), [(20, 3), (140, 1), (150, 0), (300, 0)])
def test_by_sms_spare_choices_are_shown_only_where_they_cost_no_further_segment(
    chars: int, shown: int
) -> None:
    reply = Reply("q.answer", {"answer": "x" * chars}, SPARE)

    (sms,) = rendered(reply, limits=SMS)
    (chat,) = rendered(reply, limits=CHAT)

    assert sms.text.count("Pregunta") == shown
    assert sms.segments == (1 if chars <= 160 else 2)
    assert len(chat.choices) == 3


def test_by_sms_a_turn_is_one_message_and_on_chat_several() -> None:
    assert len(rendered(QUESTION, QUESTION, limits=SMS)) == 1
    assert len(rendered(QUESTION, QUESTION, limits=CHAT)) == 2


def test_content_is_short_by_sms_and_full_on_chat() -> None:
    answer = Reply("q.answer", {"answer": Text("corto", "largo")})

    assert rendered(answer, limits=SMS)[0].text == "corto"
    assert rendered(answer, limits=CHAT)[0].text == "largo"


@pytest.mark.parametrize("content", ["{0}", "{number}", "100 %", "%(x)s"])
def test_braces_in_content_are_only_braces(content: str) -> None:
    answer = Reply("q.answer", {"answer": Text(content, content)})

    assert rendered(answer, limits=CHAT)[0].text == content


def test_long_texts_are_cut_between_words_and_the_buttons_come_last() -> None:
    answer = Reply("q.answer", {"answer": Text("", "palabra" + " palabra" * 999)}, QUESTION.choices)

    parts = rendered(answer, limits=CHAT)

    assert [len(part.text) <= CHAT.max_chars for part in parts] == [True, True]
    assert [bool(part.choices) for part in parts] == [False, True]
    assert all(part.text.endswith("palabra") for part in parts)


def test_where_parts_are_not_joined_each_segment_is_a_numbered_message() -> None:
    answer = Reply("q.answer", {"answer": Text("palabra " * 50, "")})

    parts = rendered(answer, limits=SMS, is_numbered=True)

    assert [part.text[:4] for part in parts] == ["1/3 ", "2/3 ", "3/3 "]
    assert all(part.segments == 1 for part in parts)
