"""A service of which HSDS tells everything that this directory keeps, for tests."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from core.directory import (
    Accessibility,
    CostOption,
    Location,
    Organization,
    OrganizationContact,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceNeed,
)

CHRISTMAS = dt.date(2026, 12, 25)


def everything(session: Session) -> Service:
    service = Service(
        id=uuid.uuid4(),
        organization=Organization(
            id=uuid.uuid4(),
            name="Casa Belén",
            country="MX",
            email="casa@example.org",
            attributes=(("confidence", "high"), ("review_note", "llame antes")),
        ),
        name="Albergue",
        country="MX",
        email="albergue@example.org",
        minimum_age=18.0,
        maximum_age=59.5,
        interpretation_services="Por teléfono",
        alert="Sin agua esta semana",
        assured_date=dt.date(2026, 10, 1),
        attributes=(("note", "dos"), ("note", "uno")),
        needs=[ServiceNeed(need="shelter")],
        phones=[Phone(number="962 123", extension="4", attributes=(("call_cost", "free"),))],
        languages=[
            ServiceLanguage(code="kek", name="q'eqchi'", note="los lunes"),
            ServiceLanguage(code="es"),
        ],
        required_documents=[RequiredDocument(document="=Constancia", uri="https://example.org/c")],
        cost_options=[
            CostOption(option="adultos", amount=12.5, currency="MXN", valid_to=CHRISTMAS),
            CostOption(amount_description="gratis para niñas y niños"),
        ],
        service_areas=[ServiceArea(name="Chiapas", extent_type="state", uri="https://example.org/a")],
        contacts=[OrganizationContact(name="Ana", title="Dirección", email="ana@example.org")],
        service_at_locations=[ServiceAtLocation(location=location())],
    )
    session.add(service)
    session.flush()
    for at, rule in (
        (None, {"byday": "MO,TU", "opens_at": dt.time(8), "closes_at": dt.time(17)}),
        (None, {"valid_from": CHRISTMAS, "valid_to": CHRISTMAS, "description": "Navidad"}),
        (0, {"byday": "SA", "opens_at": dt.time(8), "closes_at": dt.time(12), "valid_to": CHRISTMAS}),
        (0, {"valid_from": dt.date(2026, 12, 24), "valid_to": CHRISTMAS, **night()}),
    ):
        place = None if at is None else service.service_at_locations[at].id
        session.add(Schedule(service_id=service.id, service_at_location_id=place, **rule))
    session.flush()
    return service


def night() -> dict[str, dt.time]:
    return {"opens_at": dt.time(18), "closes_at": dt.time(20)}


def location() -> Location:
    return Location(
        city="Tapachula",
        country="MX",
        latitude=14.9,
        longitude=-92.2,
        attributes=(("coordinates", "town"),),
        accessibility=[Accessibility(description="Rampa", details="por atrás", url="https://example.org/r")],
    )
