"""What a person agreed to, and took back."""

from sqlalchemy.orm import Session

from core import consents
from core.conversations import Conversation
from tests.core.factories import case_of, conversation_of


def test_a_consent_keeps_the_words_in_which_it_was_asked(session: Session, ana: Conversation) -> None:
    case = case_of(ana, session)

    given = consents.give(session, ana.contact_id, "referral", "¿Nos dejas pasar tu caso?", case_id=case.id)

    assert consents.valid(session, case.id, "referral") is given
    assert (given.wording, given.withdrawn_at) == ("¿Nos dejas pasar tu caso?", None)


def test_the_last_consent_counts(session: Session, ana: Conversation) -> None:
    case = case_of(ana, session)
    consents.give(session, ana.contact_id, "referral", "¿Sí?", case_id=case.id)
    consents.withdraw(session, ana.contact_id)
    assert consents.valid(session, case.id, "referral") is None

    again = consents.give(session, ana.contact_id, "referral", "¿Ahora sí?", case_id=case.id)

    assert consents.valid(session, case.id, "referral") is again


def test_a_person_takes_back_all_their_consents_and_nobody_elses(session: Session, ana: Conversation) -> None:
    other = conversation_of(session, "tel:+50370000001")
    own_cases = [case_of(ana, session), case_of(ana, session)]
    others_case = case_of(other, session)
    for case in own_cases:
        consents.give(session, ana.contact_id, "referral", "¿Sí?", case_id=case.id)
    consents.give(session, other.contact_id, "referral", "¿Sí?", case_id=others_case.id)

    assert consents.withdraw(session, ana.contact_id) == 2
    assert consents.withdraw(session, ana.contact_id) == 0

    session.flush()
    assert [consents.valid(session, case.id, "referral") for case in own_cases] == [None, None]
    assert consents.valid(session, others_case.id, "referral") is not None
