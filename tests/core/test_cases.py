"""Cases: from being opened to having been answered, and what may be disclosed to whom."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core import case_queue, cases, consents, contacts, erasure
from core.cases import Case
from core.conversations import Conversation
from core.db import SessionMaker, now, transaction
from core.directory import Organization
from core.errors import Conflict, ConsentMissing, NotFound
from core.types import CaseKind, CaseStatus, ReferralStatus
from core.users import User
from tests.core.factories import case_of, conversation_of


@pytest.fixture
def case(session: Session, ana: Conversation) -> Case:
    return case_of(ana, session, narrative="me pidieron dinero", place="la terminal")


@pytest.fixture
def shelter(session: Session) -> Organization:
    organization = Organization(id=uuid.uuid4(), name="Casa", country="SV")
    session.add(organization)
    session.flush()
    return organization


def timeline(session: Session, case: Case) -> list[str]:
    session.refresh(case)
    return [event.kind for event in case.events]


@pytest.mark.parametrize(
    ("kind", "is_sealed", "due"),
    [
        (CaseKind.EMERGENCY, False, timedelta(hours=24)),
        (CaseKind.INCIDENT, False, timedelta(hours=72)),
        (CaseKind.COMPLAINT, False, timedelta(days=14)),
        (CaseKind.REQUEST, False, timedelta(days=14)),
        (CaseKind.INCIDENT, True, timedelta(hours=24)),
        (CaseKind.COMPLAINT, True, timedelta(hours=24)),
    ],
)
def test_how_soon_a_case_is_due_follows_from_what_it_is(
    session: Session, ana: Conversation, kind: CaseKind, is_sealed: bool, due: timedelta
) -> None:
    case = case_of(ana, session, kind=kind, is_sealed=is_sealed)

    assert abs(case.due_at - now() - due) < timedelta(seconds=5)
    assert (case.status, case.contact_id, case.conversation_id) == ("new", ana.contact_id, ana.id)
    assert timeline(session, case) == ["opened"]


def test_numbers_are_easy_to_copy_and_hard_to_guess() -> None:
    numbers = {cases.new_number() for _ in range(2000)}

    assert len(numbers) == 2000
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{3}", number) for number in numbers)


@pytest.mark.parametrize("typed", ["K7PM-4XQ", "k7pm4xq", " k7pm 4xq ", "K7PM.4XQ", "k7 pm-4 xq"])
def test_a_number_is_found_however_it_is_typed(session: Session, ana: Conversation, typed: str) -> None:
    case = case_of(ana, session, number="K7PM-4XQ")

    assert cases.by_number(session, typed) is case


@pytest.mark.parametrize("typed", ["", "K7PM", "K7PM-4XR", "'; --", "K7PM-4XQ-2"])
def test_another_number_finds_nothing(session: Session, ana: Conversation, typed: str) -> None:
    case_of(ana, session, number="K7PM-4XQ")

    assert cases.by_number(session, typed) is None


def test_a_case_is_not_closed_while_the_person_is_owed_an_answer(
    session: Session, case: Case, agent: User
) -> None:
    with pytest.raises(Conflict):
        cases.change_status(session, case, agent, CaseStatus.CLOSED)
    assert case.status is CaseStatus.NEW

    cases.record_answer(session, case, agent, "Ya lo revisamos.", uuid.uuid4())
    assert (case.status, case.answered_at is not None) == (CaseStatus.ANSWERED, True)
    cases.change_status(session, case, agent, CaseStatus.CLOSED)

    assert case.closed_at is not None
    assert timeline(session, case) == ["opened", "answered", "status_changed"]


def test_a_case_that_wants_no_answer_may_be_closed_without_one(
    session: Session, ana: Conversation, agent: User
) -> None:
    case = case_of(ana, session, wants_answer=False)

    cases.change_status(session, case, agent, CaseStatus.CLOSED)

    assert case.status is CaseStatus.CLOSED


@pytest.mark.parametrize("way", ["opted out", "erased", "no thread"])
def test_a_case_whose_person_cannot_be_reached_may_be_closed(
    session: Session, case: Case, agent: User, way: str
) -> None:
    assert case.contact
    if way == "opted out":
        contacts.stop(case.contact)
    elif way == "erased":
        erasure.erase(session, case.contact)
        session.refresh(case)
    else:
        case.conversation_id = None

    assert not cases.can_be_answered(case)
    cases.change_status(session, case, agent, CaseStatus.CLOSED)


def test_a_case_that_is_opened_again_is_not_closed_any_more(
    session: Session, case: Case, agent: User
) -> None:
    cases.record_answer(session, case, agent, "Listo.", uuid.uuid4())
    cases.change_status(session, case, agent, CaseStatus.CLOSED)

    cases.change_status(session, case, agent, CaseStatus.IN_PROGRESS)

    assert (case.status, case.closed_at) == (CaseStatus.IN_PROGRESS, None)
    assert case.events[-1].data == {"old": "closed", "new": "in_progress"}


def test_an_answer_leaves_a_referred_or_closed_case_as_it_is(
    session: Session, case: Case, agent: User
) -> None:
    case.status = CaseStatus.REFERRED

    cases.record_answer(session, case, agent, "Le escribirán.", uuid.uuid4())

    assert case.status is CaseStatus.REFERRED


def test_a_case_that_somebody_takes_is_in_progress(session: Session, case: Case, agent: User) -> None:
    cases.assign(session, case, agent, agent)

    assert (case.assignee_id, case.status) == (agent.id, CaseStatus.IN_PROGRESS)
    cases.change_status(session, case, agent, CaseStatus.REFERRED)
    cases.assign(session, case, agent, agent)
    assert case.status is CaseStatus.REFERRED


def test_what_the_person_adds_is_kept_and_replaces_only_the_place(session: Session, case: Case) -> None:
    cases.add_detail(session, case, text="fue el martes", place=None, place_name=None)
    assert (case.place, case.place_name) == ("la terminal", None)

    cases.add_detail(session, case, text=None, place="Tapachula", place_name="Tapachula")

    assert (case.place, case.place_name) == ("Tapachula", "Tapachula")
    assert timeline(session, case) == ["opened", "added_to", "added_to"]
    assert case.events[1].data["text"] == "fue el martes"


def test_nothing_is_referred_without_consent(
    session: Session, case: Case, agent: User, shelter: Organization
) -> None:
    with pytest.raises(ConsentMissing):
        cases.refer(session, case, agent, shelter.id, "nota")

    assert timeline(session, case) == ["opened"]
    assert case.referrals == []
    assert case.status is CaseStatus.NEW


def test_a_referral_holds_the_consent_that_allowed_it(
    session: Session, case: Case, agent: User, shelter: Organization
) -> None:
    consent = consents.give(session, case.contact_id or uuid.uuid4(), "referral", "¿Sí?", case_id=case.id)

    referral = cases.refer(session, case, agent, shelter.id, "nota")

    assert (referral.consent_id, referral.status) == (consent.id, ReferralStatus.IN_PROGRESS)
    assert case.status is CaseStatus.REFERRED
    assert timeline(session, case)[-1] == "referred"
    assert "nota" not in case.events[-1].data_json


def test_consent_that_was_taken_back_allows_nothing_more(
    session: Session, case: Case, agent: User, shelter: Organization
) -> None:
    assert case.contact_id
    consents.give(session, case.contact_id, "referral", "¿Sí?", case_id=case.id)
    cases.refer(session, case, agent, shelter.id, "nota")

    consents.withdraw(session, case.contact_id)

    with pytest.raises(ConsentMissing):
        cases.refer(session, case, agent, shelter.id, "otra nota")


def test_consent_for_one_case_or_purpose_is_none_for_another(
    session: Session, ana: Conversation, case: Case, agent: User, shelter: Organization
) -> None:
    other = case_of(ana, session)
    consents.give(session, ana.contact_id, "referral", "¿Sí?", case_id=other.id)
    consents.give(session, ana.contact_id, "photo", "¿Sí?", case_id=case.id)

    with pytest.raises(ConsentMissing):
        cases.refer(session, case, agent, shelter.id, "nota")


@pytest.mark.parametrize("end", [ReferralStatus.DONE, ReferralStatus.REJECTED, ReferralStatus.REVOKED])
def test_a_referral_that_has_ended_stays_so(
    session: Session, case: Case, agent: User, shelter: Organization, end: ReferralStatus
) -> None:
    assert case.contact_id
    consents.give(session, case.contact_id, "referral", "¿Sí?", case_id=case.id)
    referral = cases.refer(session, case, agent, shelter.id, "nota")
    cases.change_referral(session, referral, agent, ReferralStatus.ACCEPTED)
    cases.change_referral(session, referral, agent, end)

    with pytest.raises(Conflict):
        cases.change_referral(session, referral, agent, ReferralStatus.ACCEPTED)

    assert referral.status is end


def test_two_members_of_staff_cannot_overwrite_each_other(sessions: SessionMaker) -> None:
    with transaction(sessions) as session:
        case_of(conversation_of(session, "tel:+50371234567"), session, number="K7PM-4XQ")

    with transaction(sessions) as mine:
        seen = cases.by_number(mine, "K7PM-4XQ")
        with transaction(sessions) as theirs:
            other = cases.by_number(theirs, "K7PM-4XQ")
            assert seen
            assert other
            other.status = CaseStatus.IN_PROGRESS
        seen.status = CaseStatus.REFERRED
        with pytest.raises(StaleDataError):
            mine.flush()
        mine.rollback()


def test_a_sealed_case_is_in_no_list_or_count_of_others(
    session: Session, ana: Conversation, agent: User
) -> None:
    hidden = case_of(
        ana, session, kind=CaseKind.EMERGENCY, is_sealed=True, place_name="Cojutepeque", category="secret"
    )
    hidden.assignee_id, hidden.due_at = agent.id, now() - timedelta(days=1)
    session.flush()
    everything = case_queue.Filters(is_everything=True, assignee_id=agent.id)

    def seen(*, sees_sealed: bool) -> list[object]:
        by_number = case_queue.Filters(number=hidden.number)
        return [
            case_queue.page(session, everything, sees_sealed=sees_sealed).total,
            case_queue.page(session, by_number, sees_sealed=sees_sealed).total,
            len(case_queue.first_needed(session, sees_sealed=sees_sealed)),
            len(case_queue.of_conversation(session, ana.id, sees_sealed=sees_sealed)),
            case_queue.counts(session, agent.id, sees_sealed=sees_sealed).mine,
            case_queue.counts(session, agent.id, sees_sealed=sees_sealed).emergencies,
            "Cojutepeque" in case_queue.places(session, sees_sealed=sees_sealed),
            "secret" in case_queue.categories(session, sees_sealed=sees_sealed),
        ]

    assert seen(sees_sealed=True) == [1, 1, 1, 1, 1, 1, True, True]
    assert seen(sees_sealed=False) == [0, 0, 0, 0, 0, 0, False, False]
    assert case_queue.get(session, hidden.id, sees_sealed=True) is hidden
    for id_ in (hidden.id, uuid.uuid4()):
        with pytest.raises(NotFound, match=r"^case$"):
            case_queue.get(session, id_, sees_sealed=False)
