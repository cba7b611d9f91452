"""One case: what is on its page and what staff do about it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import cases, contacts
from core.audit import AuditEvent
from core.cases import Case
from core.db import now
from core.types import CaseStatus, ChannelType, ConversationStatus, MessageStatus, Priority, Role
from tests.admin import factories
from tests.admin.browser import Browser

ANSWER = {"answer-text": "Revisamos su caso: el cobro no es correcto.", "answer-then": "answered"}


def fresh(db: Session, case: Case) -> Case:
    db.expire_all()
    return db.get_one(Case, case.id)


def address(case: Case) -> str:
    return f"/cases/{case.id}"


def test_the_page_shows_the_story_the_timeline_and_the_messages_but_no_number(
    agent: Browser, db: Session
) -> None:
    case = factories.case(
        db, of=factories.conversation(db, channel=ChannelType.TWILIO, text="hola, necesito")
    )
    cases.note(db, case, agent.user, "pregunté en la oficina")
    db.commit()

    page = agent.get(address(case)).text

    assert case.contact
    for words in (
        case.number,
        factories.STORY,
        "pregunté en la oficina",
        "hola, necesito",
        case.contact.pseudonym,
    ):
        assert words in page
    assert "5255" not in page


def test_reading_is_recorded_each_time(agent: Browser, db: Session) -> None:
    case = factories.case(db)

    agent.get(address(case))
    agent.get(address(case))

    events = db.query(AuditEvent).filter_by(action="view_case", object_id=str(case.id)).all()
    assert [event.user_id for event in events] == [agent.user.id] * 2


def test_an_answer_goes_to_the_person_and_onto_the_timeline(agent: Browser, db: Session) -> None:
    case = factories.case(db)

    answer = agent.submit(address(case), "/answer", ANSWER)

    assert answer.status_code == 302
    case = fresh(db, case)
    assert case.conversation
    (message,) = factories.sent(db, case.conversation)
    assert (message.text, message.status) == (ANSWER["answer-text"], MessageStatus.QUEUED)
    assert (message.priority, message.key) == (Priority.CASE_ANSWER, None)
    assert message.sent_by_id == agent.user.id
    assert case.status is CaseStatus.ANSWERED
    assert case.answered_at
    assert [event.kind for event in case.events] == ["opened", "answered"]
    assert db.query(AuditEvent).filter_by(action="answer_case").count() == 1
    jobs = db.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'sender'"))
    assert jobs.scalar() == 1


def test_an_answer_can_close_the_case(agent: Browser, db: Session) -> None:
    case = factories.case(db)

    agent.submit(address(case), "/answer", ANSWER | {"answer-then": "closed"})

    assert fresh(db, case).status is CaseStatus.CLOSED


def test_an_answer_by_sms_leaves_as_gsm_with_its_segments_counted(agent: Browser, db: Session) -> None:
    case = factories.case(db, of=factories.conversation(db, channel=ChannelType.TWILIO))

    agent.submit(address(case), "/answer", ANSWER | {"answer-text": "Está resuelto. " * 20})

    assert case.conversation
    (message,) = factories.sent(db, case.conversation)
    assert message.text.startswith("Esta resuelto.")
    assert message.segments == 2


def test_an_answer_to_costa_rica_is_numbered_messages(agent: Browser, db: Session) -> None:
    conversation = factories.conversation(db, channel=ChannelType.TWILIO, number="+50688887777")
    case = factories.case(db, of=conversation)
    words = ANSWER | {"answer-text": "Vaya a la oficina el lunes. " * 10}

    assert ": 2 SMS" in agent.submit(address(case), "/answer", words | {"count": "yes"}).text
    agent.submit(address(case), "/answer", words)

    assert [message.text[:4] for message in factories.sent(db, conversation)] == ["1/2 ", "2/2 "]


def test_the_sms_are_counted_before_sending_and_nothing_is_sent(agent: Browser, db: Session) -> None:
    case = factories.case(db, of=factories.conversation(db, channel=ChannelType.TWILIO))

    page = agent.submit(address(case), "/answer", ANSWER | {"answer-text": "a" * 200, "count": "yes"}).text

    assert "200 caracteres: 2 SMS" in page
    assert "a" * 200 in page
    assert case.conversation
    assert factories.sent(db, case.conversation) == []
    assert "SMS" not in agent.get(address(factories.case(db))).text


@pytest.mark.parametrize("words", ["", "   ", "x" * 1501])
def test_an_empty_or_endless_answer_is_not_sent_and_says_why(words: str, agent: Browser, db: Session) -> None:
    case = factories.case(db)

    answer = agent.submit(address(case), "/answer", ANSWER | {"answer-text": words})

    assert answer.status_code == 422
    assert "Falta este dato" in answer.text or "1500 caracteres" in answer.text
    assert case.conversation
    assert factories.sent(db, case.conversation) == []


def test_the_same_answer_sent_twice_reaches_the_person_once(agent: Browser, db: Session) -> None:
    case = factories.case(db)
    form = {**ANSWER, "answer-seen": str(case.version)}

    codes = [agent.post(f"{address(case)}/answer", form).status_code for _ in range(2)]

    assert codes == [302, 409]
    assert case.conversation
    assert len(factories.sent(db, case.conversation)) == 1


def test_a_stale_form_changes_nothing_and_gives_the_text_back(
    agent: Browser, coordinator: Browser, db: Session
) -> None:
    case = factories.case(db)
    stale = {"status-status": "in_progress", "status-seen": str(case.version)}
    answer = {**ANSWER, "answer-seen": str(case.version)}
    coordinator.submit(address(case), "/assign", {"assign-assignee": str(coordinator.user.id)})

    refused = agent.post(f"{address(case)}/answer", answer)

    assert refused.status_code == 409
    assert "Alguien se adelantó" in refused.text
    assert ANSWER["answer-text"] in refused.text
    assert f'href="{address(case)}"' in refused.text
    assert agent.post(f"{address(case)}/status", stale).status_code == 409
    assert fresh(db, case).assignee_id == coordinator.user.id
    assert case.conversation
    assert factories.sent(db, case.conversation) == []


def test_the_person_who_waits_for_an_answer_keeps_the_case_open(agent: Browser, db: Session) -> None:
    case = factories.case(db)

    refused = agent.submit(address(case), "/status", {"status-status": "closed"})

    assert refused.status_code == 409
    assert "espera una respuesta" in refused.text
    assert fresh(db, case).status is CaseStatus.NEW


def test_a_case_whose_person_wants_no_answer_can_be_closed(agent: Browser, db: Session) -> None:
    case = factories.case(db, wants_answer=False)
    assert "no pidió respuesta" in agent.get(address(case)).text

    agent.submit(address(case), "/status", {"status-status": "closed"})

    assert fresh(db, case).status is CaseStatus.CLOSED


def test_a_case_is_assigned_and_noted(agent: Browser, coordinator: Browser, db: Session) -> None:
    case = factories.case(db)

    coordinator.submit(address(case), "/assign", {"assign-assignee": str(agent.user.id)})
    agent.submit(address(case), "/note", {"note-text": "llamé, no contestan"})

    case = fresh(db, case)
    assert (case.assignee_id, case.status) == (agent.user.id, CaseStatus.IN_PROGRESS)
    page = agent.get(address(case)).text
    assert f"Responsable: <strong>{agent.user.name}</strong>" in page
    assert "llamé, no contestan" in page
    assert case.conversation
    assert factories.sent(db, case.conversation) == []


def test_a_case_is_not_assigned_to_who_cannot_work_on_it(agent: Browser, db: Session) -> None:
    viewer = factories.user(db, Role.VIEWER)
    case = factories.case(db)

    answer = agent.submit(address(case), "/assign", {"assign-assignee": str(viewer.id)})

    assert answer.status_code == 422
    assert fresh(db, case).assignee_id is None


def opted_out(case: Case) -> None:
    assert case.contact
    contacts.stop(case.contact)


def erased(case: Case) -> None:
    case.contact_id = case.conversation_id = case.narrative = None


def unsafe(case: Case) -> None:
    assert case.contact
    case.contact.unsafe_since = now()


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (opted_out, "pidió no recibir más mensajes"),
        (erased, "pidió borrar sus datos"),
        (unsafe, "no es seguro escribirle"),
    ],
)
def test_somebody_who_cannot_be_written_to_is_not(
    happens: object, words: str, agent: Browser, db: Session
) -> None:
    case = factories.case(db)
    form = {**ANSWER, "answer-seen": str(case.version)}
    happens(case)  # type: ignore[operator]
    db.commit()
    form["answer-seen"] = str(case.version)

    page = agent.get(address(case)).text
    refused = agent.post(f"{address(case)}/answer", form)

    assert words in page
    assert f"{address(case)}/answer" not in page
    assert refused.status_code == 409
    assert words in refused.text
    assert ANSWER["answer-text"] in refused.text
    assert db.query(AuditEvent).filter_by(action="answer_case").count() == 0


def test_what_people_wrote_is_shown_as_text_never_as_markup(agent: Browser, db: Session) -> None:
    attack = '<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} " onfocus="x'
    case = factories.case(db, narrative=attack, of=factories.conversation(db, text=attack))
    case.place = case.place_name = attack
    cases.note(db, case, agent.user, attack)
    cases.add_detail(db, case, text=attack, place=attack, place_name=attack)
    case.conversation.status = ConversationStatus.OPEN  # type: ignore[union-attr]
    db.commit()

    for page in (
        address(case),
        f"/conversations/{case.conversation_id}",
        "/cases/",
        "/",
        f"/cases/?place={attack}",
    ):
        text = agent.get(page).text
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text
        assert '" onfocus="' not in text
    assert "&lt;script&gt;" in agent.get(address(case)).text
    assert "{{ 7*7 }}" in agent.get(address(case)).text


def test_when_it_is_due_is_said_in_words_with_the_date_beside_it(agent: Browser, db: Session) -> None:
    late = factories.case(db, due_in=timedelta(days=-3, hours=-1))
    soon = factories.case(db, due_in=timedelta(hours=5, minutes=1))
    calm = factories.case(db, due_in=timedelta(days=9))

    assert "venció hace 3 días" in agent.get(address(late)).text
    assert "vence en 5 horas" in agent.get(address(soon)).text
    page = agent.get(address(calm)).text
    assert "vence en 9 días" in page
    assert re.search(r'class="due due-calm" title="\d+ \w+ \d{4}, \d\d:\d\d"', page)


def test_an_answer_begins_with_its_case_and_must_say_something(agent: Browser, db: Session) -> None:
    case = factories.case(db)
    opening = f"Respuesta a su caso {case.number}:"

    assert opening in agent.get(address(case)).text
    refused = agent.submit(address(case), "/answer", ANSWER | {"answer-text": opening})

    assert refused.status_code == 409
    assert case.conversation
    assert factories.sent(db, case.conversation) == []


def test_a_sealed_case_is_not_named_in_its_answer(focal_point: Browser, db: Session) -> None:
    case = factories.case(db, is_sealed=True)

    assert "Respuesta a su caso" not in focal_point.get(address(case)).text
