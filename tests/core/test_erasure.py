"""«Borrar mis datos»: nothing that the person wrote, and no address of theirs, is left anywhere."""

import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import cases, channels, consents, erasure, inbox, messages, surveys, users
from core.cases import Case, Referral
from core.consents import Consent
from core.contacts import Contact, ContactURN
from core.conversations import Conversation
from core.db import keyring_of, now
from core.directory import Organization
from core.messages import Message, Received
from core.surveys import SurveyResponse
from core.types import URN, CaseStatus, ChannelType, Direction, MessageStatus
from tests.core.factories import case_of, conversation_of
from tests.core.searching import left_of

NUMBER = "+50371234567"
NARRATIVE = "ZORZAL"  # in everything that the person wrote, or that was written to or about them


@pytest.fixture
def person(session: Session, ana: Conversation, agent: users.User) -> Conversation:
    """Has used everything there is, on two channels."""
    channels.add(session, "other", ChannelType.TWILIO, "Other", {})
    second = conversation_of(session, f"tel:{NUMBER}", "other")
    for number, conversation in enumerate((ana, second)):
        received = Received(str(number), f"{NARRATIVE} en {number}", payload={"choice": NARRATIVE})
        inbox.record_message(session, conversation.channel_id, URN.parse(f"tel:{NUMBER}"), received)
        messages.queue(session, conversation, f"Sobre {NARRATIVE}", payload={"choices": [["a", NARRATIVE]]})
        conversation.session = json.dumps({"answers": NARRATIVE})
        conversation.topic = "complaint"
    _fill_case(session, ana, agent)
    for round_ in ("1", "2"):
        answers = {"treatment": "badly", "comment": f"{NARRATIVE} y {NUMBER}"}
        surveys.record(session, ana.contact_id, "service", round_, answers, is_complete=True)
    session.flush()
    return ana


def _fill_case(session: Session, conversation: Conversation, agent: users.User) -> None:
    case = case_of(
        conversation,
        session,
        narrative=f"Llamen al {NUMBER}: {NARRATIVE}",
        place=NARRATIVE,
        place_name="Apopa",
    )
    cases.add_detail(session, case, text=NARRATIVE, place=NARRATIVE, place_name=None)
    cases.note(session, case, agent, f"llamé al {NUMBER}")
    cases.record_answer(session, case, agent, f"Sobre {NARRATIVE}", uuid.uuid4())
    consents.give(session, conversation.contact_id, "referral", "¿Nos dejas?", case_id=case.id)
    organization = Organization(id=uuid.uuid4(), name="Casa", country="SV")
    session.add(organization)
    session.flush()
    cases.refer(session, case, agent, organization.id, NARRATIVE)
    session.flush()


def erase(session: Session, conversation: Conversation) -> None:
    erasure.erase(session, conversation.contact)
    session.flush()
    session.expire_all()


def after_an_hour(session: Session, contact_id: uuid.UUID) -> int:
    session.get_one(Contact, contact_id).erase_at = now() - timedelta(seconds=1)
    session.flush()
    count = erasure.purge(session)
    session.expire_all()
    return count


def test_the_words_go_at_once(session: Session, person: Conversation) -> None:
    assert left_of(session, NARRATIVE) == [
        "case_events.data_json",
        "cases.narrative",
        "cases.place",
        "conversations.session",
        "messages.payload_json",
        "messages.text",
        "referrals.note",
        "survey_responses.answers_json",
    ]

    erase(session, person)

    assert left_of(session, NARRATIVE) == []
    assert left_of(session, NUMBER) == ["contact_urns.urn"]


def test_after_the_hour_nothing_leads_to_the_person(session: Session, person: Conversation) -> None:
    contact_id, urn_id = person.contact_id, person.urn_id
    pseudonym = person.contact.pseudonym
    fingerprint = keyring_of(session).fingerprint(f"tel:{NUMBER}")
    conversations = session.scalars(select(Conversation.id)).all()
    erase(session, person)

    assert after_an_hour(session, contact_id) == 1

    private = (NARRATIVE, NUMBER, NUMBER[4:], pseudonym, contact_id, urn_id, fingerprint, *conversations)
    assert left_of(session, *private) == []
    assert session.scalars(select(Message)).all() == []


def test_the_address_stays_until_the_confirmation_was_sent(session: Session, person: Conversation) -> None:
    erase(session, person)
    confirmation = messages.queue(session, person, "Tus datos se borraron.")

    assert erasure.purge(session) == 0

    assert (confirmation.status, person.urn.urn) == (MessageStatus.QUEUED, f"tel:{NUMBER}")
    left = (person.contact.erase_at or now()) - now()
    assert timedelta(minutes=55) < left <= erasure.ADDRESS_STAYS


def test_what_waited_to_be_sent_is_not_sent_any_more(session: Session, person: Conversation) -> None:
    erase(session, person)

    directions = session.scalars(select(Message.direction)).all()
    assert set(directions) == {Direction.IN}
    assert not messages.has_pending(session, person.id)


def test_a_repeated_delivery_after_the_erasure_brings_no_word_back(
    session: Session, person: Conversation
) -> None:
    erase(session, person)

    again = Received("0", f"{NARRATIVE} en 0")
    assert not inbox.record_message(session, "test", URN.parse(f"tel:{NUMBER}"), again)

    assert left_of(session, NARRATIVE) == []


def test_of_a_case_remain_only_facts_that_lead_to_nobody(session: Session, person: Conversation) -> None:
    erase(session, person)

    case = session.scalars(select(Case)).one()
    assert (case.kind, case.category, case.place_name) == ("complaint", "corruption", "Apopa")
    assert (case.narrative, case.place, case.contact_id, case.conversation_id) == (None, None, None, None)
    assert case.status is CaseStatus.REFERRED
    assert [event.kind for event in case.events] == ["opened", "added_to", "noted", "answered", "referred"]


def test_all_consents_end_with_the_erasure_but_stay_provable(session: Session, person: Conversation) -> None:
    erase(session, person)

    consent = session.scalars(select(Consent)).one()
    assert (consent.contact_id, consent.wording) == (None, "¿Nos dejas?")
    assert consent.withdrawn_at is not None
    assert session.scalars(select(Referral)).one().consent_id == consent.id


def test_answers_to_surveys_still_count_without_the_person(session: Session, person: Conversation) -> None:
    erase(session, person)

    responses = session.scalars(select(SurveyResponse)).all()
    assert [response.contact_id for response in responses] == [None, None]
    assert [response.answers for response in responses] == [{"treatment": "badly"}] * 2


def test_nobody_else_loses_anything(session: Session, person: Conversation) -> None:
    other = conversation_of(session, "tel:+50370000001")
    inbox.record_message(session, "test", URN.parse("tel:+50370000001"), Received("x", "mi GORRION"))
    case = case_of(other, session, narrative="mi GORRION")
    consents.give(session, other.contact_id, "referral", "¿Sí?", case_id=case.id)
    surveys.record(session, other.contact_id, "service", "1", {"comment": "GORRION"}, is_complete=True)

    erase(session, person)
    after_an_hour(session, person.contact_id)

    found = ["cases.narrative", "messages.text", "survey_responses.answers_json"]
    assert left_of(session, "GORRION") == found
    assert consents.valid(session, case.id, "referral") is not None
    assert session.scalars(select(Contact.id)).all() == [other.contact_id]


def test_whoever_writes_again_within_the_hour_begins_anew(session: Session, person: Conversation) -> None:
    before = person.contact.pseudonym
    erase(session, person)

    erasure.come_back(person.contact)

    assert after_purge(session) == [person.contact_id]
    assert person.contact.pseudonym != before
    assert (person.contact.country, person.contact.privacy_notice_at) == (None, None)


def after_purge(session: Session) -> list[uuid.UUID]:
    session.flush()
    erasure.purge(session)
    return list(session.scalars(select(Contact.id)))


def test_whoever_writes_after_the_purge_is_a_new_person(session: Session, person: Conversation) -> None:
    contact_id = person.contact_id
    erase(session, person)
    after_an_hour(session, contact_id)

    assert inbox.record_message(session, "test", URN.parse(f"tel:{NUMBER}"), Received("9", "hola"))

    assert session.scalars(select(ContactURN.contact_id)).one() != contact_id
