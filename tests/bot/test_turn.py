"""Turns over the real database: what a message leads to, and what it must not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.content import Content
from core import conversations, lanes, messages
from core.cases import Case
from core.contacts import Contact
from core.conversations import Conversation
from core.db import SessionMaker, now, transaction
from core.errors import Conflict
from core.types import ConversationStatus, Direction, MessageStatus, Priority
from core.users import User
from nlu.understanding import UNKNOWN, Decision, Understanding
from tests.chat import SMS, Chat


def understood(intent: str, topic: str | None = None) -> Understanding:
    return Understanding(intent, topic, 0.95, None, None, Decision.ACT, "es", None, None)


def contact_of(chat: Chat) -> Contact:
    return chat.conversation().contact


def only_case(chat: Chat) -> Case:
    with transaction(chat.sessions) as session:
        case = session.scalars(select(Case)).one()
        _ = case.events
        return case


def complain(chat: Chat) -> None:
    story = "me pidieron 500 pesos por un tramite que es gratis"
    chat.says(story, understood("file_complaint", "corruption")).presses("No, es todo").says("tapachula")
    while chat.conversation().session:
        chat.says("1")


def test_a_first_message_is_greeted_and_a_first_question_is_answered(
    sessions: SessionMaker, content: Content
) -> None:
    chat = Chat(sessions, content)

    chat.says("¿cuánto tiempo tengo para pedir refugio en México?", understood("ask_rights", "asylum"))

    chat.hears("welcome.notice", "rights.answer", "rights.rate")
    assert contact_of(chat).privacy_notice_at is not None


def test_a_first_message_that_is_half_understood_gets_both_guesses(
    sessions: SessionMaker, content: Content
) -> None:
    chat = Chat(sessions, content)
    guess = Understanding("ask_rights", None, 0.4, "find_service", None, Decision.OFFER, "es", None, None)

    chat.says("lo del papel ese que dan", guess).hears("welcome.notice", "not_understood.which")


def test_danger_in_a_first_message_is_not_held_up_by_the_notice(
    sessions: SessionMaker, content: Content
) -> None:
    chat = Chat(sessions, content)

    chat.says("me esta siguiendo un hombre con pistola")

    heard = chat.heard()
    assert heard[0].key in ("emergency.numbers", "emergency.no_numbers")
    assert all(message.priority == Priority.SAFETY for message in heard)
    assert only_case(chat).kind == "emergency"


def test_words_of_danger_that_the_model_overruled_begin_no_emergency(
    sessions: SessionMaker, content: Content
) -> None:
    chat = Chat(sessions, content)
    chat.says("español")

    chat.says("me esta siguiendo un hombre con pistola", understood("thank"))

    assert not [message for message in chat.heard() if message.key.startswith("emergency")]


def test_a_telephone_number_tells_which_emergency_number_to_say(
    sessions: SessionMaker, content: Content
) -> None:
    chat = Chat(sessions, content, urn="tel:+50499998888", limits=SMS)

    chat.says("auxilio, me quiere matar")

    assert "911" in chat.heard()[0].text


def test_stop_inside_a_form_opts_out_and_cancel_only_leaves_the_form(chat: Chat) -> None:
    chat.says("quiero poner una queja", understood("file_complaint")).heard()

    chat.says("cancelar").hears("system.cancelled")
    assert contact_of(chat).status == "active"

    chat.says("quiero poner una queja", understood("file_complaint")).heard()
    chat.says("BAJA").hears("opt_out.done")
    assert contact_of(chat).status == "stopped"


def test_whoever_opted_out_hears_nothing_until_they_come_back(chat: Chat) -> None:
    chat.says("stop").hears("opt_out.done")

    chat.says("hola").hears()
    chat.says("alta").hears("opt_in.done")
    chat.says("menu").hears("menu.choose")


def test_messages_that_wait_are_dropped_when_the_person_opts_out(chat: Chat) -> None:
    chat.says("menu")

    chat.says("stop")

    waiting = [m for m in chat.messages(Direction.OUT) if m.status is MessageStatus.QUEUED]
    assert [message.key for message in waiting] == ["opt_out.done"]


def test_staff_cannot_write_to_whoever_opted_out(chat: Chat) -> None:
    chat.says("stop")

    with transaction(chat.sessions) as session:
        conversation = session.scalars(select(Conversation)).one()
        with pytest.raises(Conflict):
            messages.queue(session, conversation, "buenos días")


def test_a_complaint_reaches_staff_with_its_number_place_and_deadline(chat: Chat) -> None:
    complain(chat)

    case = only_case(chat)
    assert (case.kind, case.category, case.place_name) == ("complaint", "corruption", "Tapachula")
    assert case.narrative == "me pidieron 500 pesos por un tramite que es gratis"
    assert timedelta(days=13) < case.due_at - now() < timedelta(days=15)
    assert any(case.number in message.text for message in chat.heard())


def test_a_complaint_that_does_not_say_about_what_is_asked(chat: Chat) -> None:
    chat.says("quiero poner una queja", understood("file_complaint", "other"))

    chat.hears("complaint.category")


def test_a_sexual_exploitation_complaint_is_sealed_with_its_thread_and_goes_first(chat: Chat) -> None:
    chat.says(
        "el encargado del albergue me pide favores a cambio de comida",
        understood("file_complaint", "sexual_exploitation"),
    )

    case = only_case(chat)
    assert case.is_sealed
    assert chat.conversation().is_sealed
    assert case.due_at - now() < timedelta(hours=25)
    assert "favores" not in " ".join(message.text for message in chat.heard())


def test_the_bot_is_silent_while_a_person_of_the_team_writes(chat: Chat, staff: User) -> None:
    with transaction(chat.sessions) as session:
        conversations.assign(session.scalars(select(Conversation)).one(), staff.id)

    chat.says("donde hay comida", understood("find_service", "food")).hears()
    chat.says("me va a matar, esta en la puerta con un cuchillo")

    assert chat.heard()[0].priority == Priority.SAFETY


def test_a_session_resumes_after_days(chat: Chat) -> None:
    chat.says("necesito comida", understood("find_service", "food")).hears("place.where")

    chat.says("tapachula", provider_at=now() + timedelta(days=9))

    chat.hears("find_service.none")  # the directory is empty, but the place was heard


def test_language_follows_the_choice_within_one_turn(chat: Chat) -> None:
    chat.says("english").hears("language.done")

    chat.says("menu")

    assert "What do you need" in chat.heard()[0].text


def test_an_old_yes_answers_no_other_question(chat: Chat) -> None:
    chat.says("borrar mis datos").presses("Borrar mis datos")
    chat.says("menu").heard()

    chat.presses("Sí").hears("system.old_choice")

    assert contact_of(chat).erase_at is None


def test_borrar_mis_datos_erases_words_cases_and_then_the_address(chat: Chat) -> None:
    complain(chat)

    chat.says("borrar mis datos").presses("Borrar mis datos").presses("Sí")

    case = only_case(chat)
    assert (case.narrative, case.place, case.contact_id, case.place_name) == (None, None, None, "Tapachula")
    assert {message.text for message in chat.messages(Direction.IN)} == {""}
    assert [message.key for message in chat.messages(Direction.OUT)] == ["my_data.erased"]
    assert contact_of(chat).erase_at is not None


def test_a_failed_turn_says_sorry_once_and_calls_a_person(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.receives("hola")
    with transaction(chat.sessions) as session:
        (lease,) = lanes.claim(session, 1)
        (message,) = messages.pending(session, [lease.conversation_id])

    chat.maker.apologize(lease, message.id)

    chat.hears("system.sorry")
    conversation = chat.conversation()
    assert (conversation.status, conversation.topic) == (ConversationStatus.OPEN, "turn_failed")


def test_a_turn_under_a_lost_lease_changes_nothing(chat: Chat) -> None:
    chat.receives("hola")
    with transaction(chat.sessions) as session:
        (lease,) = lanes.claim(session, 1)
        (message,) = messages.pending(session, [lease.conversation_id])
        session.scalars(select(Conversation)).one().lease_token += 1

    with pytest.raises(Conflict):
        chat.maker.make(lease, message.id, UNKNOWN)

    chat.hears()


def test_a_message_is_answered_once_however_often_it_comes(chat: Chat) -> None:
    assert chat.receives("menu", external_id="SM1")
    assert not chat.receives("menu", external_id="SM1")
    chat.turns()
    assert not chat.receives("menu", external_id="SM1")
    chat.turns()

    chat.hears("menu.choose")


def test_messages_are_handled_in_the_providers_order(chat: Chat) -> None:
    chat.receives("tapachula", provider_seq=102)
    chat.receives("english", provider_seq=101)

    chat.turns()

    handled = sorted(chat.messages(Direction.IN)[-2:], key=lambda message: message.handled_at or now())
    assert [message.text for message in handled] == ["english", "tapachula"]


def test_two_messages_at_once_are_both_answered_in_order(chat: Chat) -> None:
    chat.receives("menu")
    chat.receives("ayuda")

    chat.turns()

    chat.hears("menu.choose", "menu.choose")


def test_a_group_is_told_once_that_the_bot_works_in_private(sessions: SessionMaker, content: Content) -> None:
    chat = Chat(sessions, content)

    chat.says("hola a todos", kind="group").hears("system.private_only")
    chat.says("otra vez", kind="group").hears()


def test_a_wrong_case_number_tells_nothing_and_tries_are_limited(chat: Chat) -> None:
    complain(chat)
    number = only_case(chat).number
    chat.says("menu").heard()

    for _ in range(6):
        chat.says("ver mi caso", understood("check_case")).says("AAAA-AAA")
    wrong = chat.heard()[-1].text
    chat.says("ver mi caso", understood("check_case")).says(number)

    assert chat.heard()[-1].text == wrong
