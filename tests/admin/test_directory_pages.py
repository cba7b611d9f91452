"""The directory in the panel: looking through it, changing it, verifying it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.audit import AuditEvent
from core.db import now
from core.directory import Location, Organization, Service, details, records
from tests.admin import factories
from tests.admin.browser import Browser, hidden_of

CHRISTMAS = date(2026, 12, 25)


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the page's largest form, untouched."""
    form = max(re.findall(r"<form.*?</form>", page, re.DOTALL), key=len)
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_tick = given.get("type") == "checkbox"
        if "name" in given and (not is_tick or " checked" in tag):
            data.setdefault(given["name"], []).append(given.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*(.*?)</textarea>', form, re.DOTALL):
        data[name] = [text]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        data[name] = [chosen[1] if chosen else ""]
    return data


def values(db: Session, service: Service) -> dict[str, Any]:
    db.expire_all()
    return records.of_service(db.get_one(Service, service.id))


def names(page: str) -> list[str]:
    return re.findall(r'class="cover"[^>]*>([^<]+)<', page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=clinica", ["Clínica"]),
        ("text=BELEN", ["Albergue"]),
        ("text=tapachula", ["Albergue"]),
        ("text=100%25", []),
        ("country=HN", ["Clínica"]),
        ("need=health", ["Clínica"]),
        ("status=inactive", ["Clínica"]),
        ("verified=stale", ["Albergue"]),
        ("", ["Albergue", "Clínica"]),
    ],
)
def test_services_are_found_by(query: str, found: list[str], agent: Browser, db: Session) -> None:
    factories.service(db)
    clinic = factories.service(
        db, name="Clínica", country="HN", organization=Organization(name="Salud", country="HN")
    )
    clinic.needs[0].need, clinic.status = "health", "inactive"
    clinic.service_at_locations = []
    db.commit()

    assert names(agent.get(f"/directory/?{query}").text) == found


@pytest.mark.parametrize("query", ["country=XX", "need=happiness", "status=open", "after=1"])
def test_a_filter_that_no_form_sends_is_refused(query: str, agent: Browser) -> None:
    assert agent.get(f"/directory/?{query}").status_code == 400


def test_the_list_goes_on_where_the_page_ended(agent: Browser, db: Session) -> None:
    organization = factories.organization(db)
    db.add_all(Service(organization=organization, name=f"Servicio {n:02}", country="MX") for n in range(35))
    db.commit()

    first = agent.get("/directory/?country=MX").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = agent.get(following[1].replace("&amp;", "&")).text

    assert "35 servicios" in first
    assert names(first) + names(second) == [f"Servicio {n:02}" for n in range(35)]


def test_what_was_verified_long_ago_is_to_be_verified_again(agent: Browser, db: Session) -> None:
    for name, days in (("hace poco", 182), ("hace mucho", 184)):
        factories.service(db, name=name, assured_date=now().date() - timedelta(days=days))

    assert names(agent.get("/directory/?verified=stale").text) == ["hace mucho"]


def test_to_verify_tells_today_and_who(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)

    coordinator.submit(f"/directory/services/{service.id}", "/verify", {})

    assert values(db, service)["assured_date"] == now().date()
    event = db.query(AuditEvent).filter_by(action="verify_service").one()
    assert (event.user_id, event.object_id) == (coordinator.user.id, str(service.id))
    assert names(coordinator.get("/directory/?verified=stale").text) == []


def test_who_only_reads_sees_no_way_to_change(agent: Browser, db: Session) -> None:
    service = factories.service(db)

    page = agent.get(f"/directory/services/{service.id}").text

    assert "+52 962 1234567" in page
    assert "lun, mar" in page
    assert "Calle 5" in page
    assert "/edit" not in page
    assert "/verify" not in page


def test_a_service_can_be_closed_and_stays_in_the_list(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)

    coordinator.submit(f"/directory/services/{service.id}", "/status", {"status": "temporarily closed"})

    assert values(db, service)["status"] == "temporarily closed"
    assert "Cerrado por ahora" in coordinator.get("/directory/").text
    assert coordinator.post(f"/directory/services/{service.id}/status", {"status": "x"}).status_code == 400


def test_a_form_that_was_only_looked_at_changes_nothing(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)
    before = values(db, service)
    address = f"/directory/services/{service.id}/edit"

    assert coordinator.post(address, fields_of(coordinator.get(address).text)).status_code == 302

    assert values(db, service) == before
    assert db.query(AuditEvent).filter_by(action="edit_service").one().detail == {"fields": ""}


def test_phones_and_hours_are_changed_added_and_removed(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)
    address = f"/directory/services/{service.id}/edit"
    form = fields_of(coordinator.get(address).text)
    form |= {"phones-0-number": "", "phones-1-number": "911", "phones-1-is_hotline": "y"}
    form |= {"schedules-0-days": ["MO"], "schedules-1-days": ["SA"]}
    form |= {"schedules-1-opens_at": "09:00", "schedules-1-closes_at": "12:00"}

    assert coordinator.post(address, form).status_code == 302

    after = values(db, service)
    assert [(phone.number, phone.is_hotline) for phone in after["phones"]] == [("911", True)]
    assert {(one.byday, f"{one.closes_at:%H}") for one in after["schedules"]} == {("MO", "17"), ("SA", "12")}
    fields = db.query(AuditEvent).filter_by(action="edit_service").one().detail["fields"]
    assert set(fields.split(",")) == {"phones", "schedules"}


def test_what_hsds_has_lists_for_is_written_and_read(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)
    page = f"/directory/services/{service.id}"
    form = fields_of(coordinator.get(f"{page}/edit").text)
    form |= {"exceptions-0-valid_from": "2026-12-25", "exceptions-0-description": "Navidad"}
    form |= {"languages-0-code": "kek", "required_documents-0-document": "Constancia"}
    form |= {"cost_options-0-amount": "12.5", "cost_options-0-currency": "MXN", "minimum_age": "18"}
    form |= {"service_areas-0-name": "Chiapas", "contacts-0-name": "Ana Díaz"}

    assert coordinator.post(f"{page}/edit", form).status_code == 302

    after = values(db, service)
    (holiday,) = (one for one in after["schedules"] if one.is_exception)
    assert (holiday.valid_from, holiday.valid_to, holiday.opens_at) == (CHRISTMAS, CHRISTMAS, None)
    assert after["cost_options"][0].amount == 12.5
    told = coordinator.get(page).text
    for words in ("25 dic 2026", "cerrado", "kek", "Constancia", "12.5", "Chiapas", "Ana Díaz", "18"):
        assert words in told
    assert (
        coordinator.post(f"{page}/edit", fields_of(coordinator.get(f"{page}/edit").text)).status_code == 302
    )
    assert values(db, service) == after


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Falta este dato"),
        ({"name": "<b>x</b>"}, "tiene código HTML"),
        ({"needs": []}, "elija al menos una necesidad"),
        ({"schedules-0-closes_at": "07:00"}, "cierra antes de abrir"),
        ({"schedules-0-closes_at": ""}, "necesita días"),
        (
            {"schedules-1-days": ["MO"], "schedules-1-opens_at": "16:00", "schedules-1-closes_at": "18:00"},
            "se cruzan",
        ),
        ({"phones-0-number": "llame a Ana"}, "no es un teléfono"),
        (
            {"exceptions-0-valid_from": "2026-12-25", "exceptions-0-valid_to": "2026-12-24"},
            "antes del comienzo",
        ),
        ({"languages-0-code": "español"}, "no conoce"),
        ({"minimum_age": "60", "maximum_age": "18"}, "antes del comienzo"),
        ({"email": "ana"}, "no es un correo"),
        ({"url": "javascript:alert(1)"}, "no es una dirección web"),
        ({"needs": ["shelter", "gender_violence"]}, "no lleva dirección"),
    ],
)
def test_what_cannot_be_right_is_not_saved(
    wrong: dict[str, Any], words: str, coordinator: Browser, db: Session
) -> None:
    service = factories.service(db)
    before = values(db, service)
    address = f"/directory/services/{service.id}/edit"

    answer = coordinator.post(address, fields_of(coordinator.get(address).text) | wrong)

    assert answer.status_code == 422
    assert words in answer.text
    assert values(db, service) == before


def test_two_people_do_not_overwrite_each_other(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)
    address = f"/directory/services/{service.id}/edit"
    old_form = fields_of(coordinator.get(address).text)
    coordinator.post(address, old_form | {"name": "Primero"})

    assert coordinator.post(address, old_form | {"name": "Segundo"}).status_code == 409

    assert values(db, service)["name"] == "Primero"


def test_a_phone_of_another_service_cannot_be_taken_by_its_id(coordinator: Browser, db: Session) -> None:
    mine, other = factories.service(db), factories.service(db, name="Otro")
    address = f"/directory/services/{mine.id}/edit"
    form = fields_of(coordinator.get(address).text)

    coordinator.post(address, form | {"phones-0-id": str(other.phones[0].id), "phones-0-number": "123"})

    assert values(db, other)["phones"][0].number == "+52 962 1234567"
    assert values(db, mine)["phones"][0].number == "123"


@pytest.mark.parametrize("is_foreign", [True, False])
def test_hours_with_an_id_that_is_not_theirs_get_a_new_one(
    is_foreign: bool, coordinator: Browser, db: Session
) -> None:
    mine, other = factories.service(db), factories.service(db, name="Otro")
    address = f"/directory/services/{mine.id}/edit"
    id_ = str(other.schedules[0].id) if is_foreign else "nothing"

    answer = coordinator.post(address, fields_of(coordinator.get(address).text) | {"schedules-0-id": id_})

    assert answer.status_code == 302
    assert len(values(db, mine)["schedules"]) == len(values(db, other)["schedules"]) == 1


def test_an_organization_and_its_service_are_added(coordinator: Browser, db: Session) -> None:
    new = {"name": "Casa Nueva", "country": "SV", "website": "https://example.org"}
    where = coordinator.post("/directory/organizations/new", new).location
    organization = db.query(Organization).filter_by(name="Casa Nueva").one()
    assert where == f"/directory/organizations/{organization.id}"

    given = {"name": "Comedor", "country": "SV", "needs": ["food"], "phones-0-number": "2222-3333"}
    coordinator.post(f"{where}/services/new", given)

    service = db.query(Service).filter_by(name="Comedor").one()
    assert (service.organization_id, service.status) == (organization.id, "active")
    assert "Comedor" in coordinator.get(where).text
    coordinator.post(f"{where}/edit", {**new, "name": "Casa Vieja"})
    assert "Casa Vieja" in coordinator.get(where).text


def test_a_place_is_added_changed_and_removed(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)
    page = f"/directory/services/{service.id}"

    new = fields_of(coordinator.get(f"{page}/places/new").text) | {"name": "Otra", "city": "Tuxtla"}
    coordinator.post(f"{page}/places/new", new)
    (first,) = [one for one in values(db, service)["places"] if one.city == "Tapachula"]
    address = f"{page}/places/{first.id}"
    coordinator.post(address, fields_of(coordinator.get(address).text) | {"address_1": "Calle 6"})
    (other,) = [one for one in values(db, service)["places"] if one.city == "Tuxtla"]
    coordinator.submit(f"{page}/places/{other.id}", "/remove", {})

    (left,) = values(db, service)["places"]
    assert (left.id, left.address_1, left.latitude) == (first.id, "Calle 6", 14.9)


@pytest.mark.parametrize(("town", "is_known"), [("Tapachula", True), ("Tapachla", False), ("Nunca", False)])
def test_a_place_without_coordinates_stands_in_its_town(
    town: str, is_known: bool, coordinator: Browser, db: Session
) -> None:
    service = factories.service(db)
    service.service_at_locations.clear()
    db.commit()
    address = f"/directory/services/{service.id}/places/new"

    coordinator.post(address, fields_of(coordinator.get(address).text) | {"city": town})

    (place,) = values(db, service)["places"]
    assert (place.latitude is not None and abs(place.latitude - 14.9) < 0.1) == is_known


def test_a_withheld_address_is_on_no_page_and_cannot_be_written(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)
    place = service.service_at_locations[0]
    place.location.is_withheld = True
    db.commit()
    page = f"/directory/services/{service.id}"
    address = f"{page}/places/{place.id}"

    form = coordinator.get(address).text
    answer = coordinator.post(address, fields_of(form) | {"address_1": "Calle 7"})

    assert "Calle 5" not in form + coordinator.get(page).text
    assert answer.status_code == 422
    assert "la dirección es reservada" in answer.text
    coordinator.post(address, fields_of(form) | {"city": "Tuxtla"})
    db.expire_all()
    kept = db.get_one(Location, place.location_id)
    assert (kept.city, kept.address_1) == ("Tuxtla", "Calle 5")


def test_what_is_not_there_is_told_so(coordinator: Browser, db: Session) -> None:
    ids = factories.service_ids(db)
    nobody = ids["organization_id"]

    for address in (f"services/{nobody}", f"organizations/{ids['service_id']}", f"services/{nobody}/edit"):
        assert coordinator.get(f"/directory/{address}").status_code == 404


def test_the_hidden_fields_of_a_form_are_all_it_hides(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)
    page = coordinator.get(f"/directory/services/{service.id}/edit").text

    hidden = hidden_of(max(re.findall(r"<form.*?</form>", page, re.DOTALL), key=len))

    assert {re.sub(r"\d", "0", name) for name in hidden} == {
        "csrf_token",
        "seen",
        *(f"{name}-0-id" for name in ("phones", "schedules", "exceptions", *details.OF_SERVICE)),
    }
