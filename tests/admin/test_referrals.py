"""Referring a case: only with consent, once to each organization, with a status that ends."""

import pytest
from sqlalchemy.orm import Session

from core import consents
from core.audit import AuditEvent
from core.cases import Case, Referral
from core.db import now
from core.directory import Organization
from core.types import CaseStatus, ContactStatus, ReferralStatus
from tests.admin import factories
from tests.admin.browser import Browser


@pytest.fixture
def shelter(db: Session) -> Organization:
    return factories.organization(db)


def form(case: Case, organization: Organization) -> dict[str, str]:
    return {
        "refer-organization": str(organization.id),
        "refer-note": "Se pide cupo; se comparte el tamaño de la familia.",
        "refer-seen": str(case.version),
    }


def refer(browser: Browser, case: Case, organization: Organization) -> int:
    return browser.post(f"/cases/{case.id}/referrals/", form(case, organization)).status_code


def test_without_consent_there_is_no_form_and_the_server_refuses(
    agent: Browser, shelter: Organization, db: Session
) -> None:
    case = factories.case(db)

    page = agent.get(f"/cases/{case.id}").text
    refused = agent.post(f"/cases/{case.id}/referrals/", form(case, shelter))

    assert "no ha dado su consentimiento" in page
    assert "refer-organization" not in page
    assert refused.status_code == 409
    assert "No se ha compartido nada" in refused.text
    assert "se comparte el tamaño de la familia" in refused.text
    assert db.query(Referral).count() == 0


def test_a_consent_that_was_taken_back_counts_no_more(
    agent: Browser, shelter: Organization, db: Session
) -> None:
    case = factories.case(db)
    factories.consent(db, case)
    assert case.contact_id
    consents.withdraw(db, case.contact_id)
    db.commit()

    assert refer(agent, case, shelter) == 409
    assert db.query(Referral).count() == 0


def test_with_consent_the_case_is_referred_and_the_words_agreed_to_are_shown(
    agent: Browser, shelter: Organization, db: Session
) -> None:
    case = factories.case(db)
    factories.consent(db, case)
    assert "¿Podemos compartir su caso?" in agent.get(f"/cases/{case.id}").text

    assert refer(agent, case, shelter) == 302

    db.expire_all()
    (referral,) = db.query(Referral)
    assert (referral.organization_id, referral.status) == (shelter.id, ReferralStatus.IN_PROGRESS)
    assert db.get_one(Case, case.id).status is CaseStatus.REFERRED
    assert db.query(AuditEvent).filter_by(action="refer_case").one().detail["referral_id"] == str(referral.id)
    assert "Se remitió: <strong>Albergue Belén</strong>" in agent.get(f"/cases/{case.id}").text


def test_a_case_is_not_referred_twice_to_the_same_organization(
    agent: Browser, shelter: Organization, db: Session
) -> None:
    case = factories.case(db)
    factories.consent(db, case)
    refer(agent, case, shelter)
    db.expire_all()

    again = agent.post(f"/cases/{case.id}/referrals/", form(db.get_one(Case, case.id), shelter))

    assert again.status_code == 409
    assert "ya está remitido" in again.text
    assert db.query(Referral).count() == 1


def test_a_stale_form_refers_nothing(agent: Browser, shelter: Organization, db: Session) -> None:
    case = factories.case(db)
    factories.consent(db, case)
    stale = form(case, shelter)
    agent.submit(f"/cases/{case.id}", "/status", {"status-status": "in_progress"})

    assert agent.post(f"/cases/{case.id}/referrals/", stale).status_code == 409
    assert db.query(Referral).count() == 0


def test_a_referral_moves_on_until_it_has_ended(agent: Browser, shelter: Organization, db: Session) -> None:
    case = factories.case(db)
    factories.consent(db, case)
    refer(agent, case, shelter)
    referral = db.query(Referral).one()
    address = f"/cases/{case.id}/referrals/{referral.id}"

    codes = [
        agent.post(address, {"status": status}).status_code
        for status in ("accepted", "done", "accepted", "x")
    ]

    assert codes == [302, 302, 409, 400]
    db.expire_all()
    assert referral.status is ReferralStatus.DONE
    assert address not in agent.get(f"/cases/{case.id}").text


def test_a_referral_of_another_case_is_not_found(agent: Browser, shelter: Organization, db: Session) -> None:
    case, other = factories.case(db), factories.case(db)
    factories.consent(db, case)
    refer(agent, case, shelter)
    referral = db.query(Referral).one()

    answer = agent.post(f"/cases/{other.id}/referrals/{referral.id}", {"status": "done"})

    assert answer.status_code == 404


def test_organizations_are_found_by_country_and_name(agent: Browser, db: Session) -> None:
    factories.organization(db, "Albergue Belén", "MX")
    factories.organization(db, "Sin Fronteras", "MX")
    factories.organization(db, "CONADEH", "HN")
    case = factories.case(db)
    factories.consent(db, case)

    def offered(query: str) -> list[str]:
        page = agent.get(f"/cases/{case.id}?{query}").text
        return [
            name for name in ("Albergue Belén", "Sin Fronteras", "CONADEH") if f"· {name}</option>" in page
        ]

    assert offered("") == ["Albergue Belén", "Sin Fronteras", "CONADEH"]
    assert offered("country=MX") == ["Albergue Belén", "Sin Fronteras"]
    assert offered("country=&organization=cona") == ["CONADEH"]
    assert "Ninguna organización coincide" in agent.get(f"/cases/{case.id}?organization=zzz").text


def test_an_organization_that_does_not_exist_is_refused(agent: Browser, db: Session) -> None:
    case = factories.case(db)
    factories.consent(db, case)
    nowhere = Organization(id=case.id, name="", country="MX")

    assert refer(agent, case, nowhere) == 422


def test_the_person_hears_what_becomes_of_their_case(
    agent: Browser, shelter: Organization, db: Session
) -> None:
    case = factories.case(db)
    factories.consent(db, case)
    assert case.conversation

    refer(agent, case, shelter)
    (referral,) = db.query(Referral).all()
    agent.post(f"/cases/{case.id}/referrals/{referral.id}", {"status": "accepted"})

    assert factories.told(db, case.conversation) == ["case.referred", "case.referral_accepted"]


@pytest.mark.parametrize("reason", ["sealed", "unsafe", "stopped"])
def test_nothing_is_said_where_it_could_harm(
    agent: Browser, focal_point: Browser, shelter: Organization, db: Session, reason: str
) -> None:
    case = factories.case(db, is_sealed=reason == "sealed")
    factories.consent(db, case)
    assert case.conversation
    contact = case.conversation.contact
    contact.unsafe_since = now() if reason == "unsafe" else None
    contact.status = ContactStatus.STOPPED if reason == "stopped" else ContactStatus.ACTIVE
    db.commit()

    assert refer(focal_point if reason == "sealed" else agent, case, shelter) == 302

    assert factories.told(db, case.conversation) == []
