"""The directory in the database: loaded once, and searched from where a person is."""

import uuid
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.cards import card
from core.catalog import Catalog
from core.crypto import Keyring
from core.db import Base, connect, now
from core.directory import (
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    ServiceNeed,
    organizations,
    seed,
)
from core.directory.search import Asker, Found, search
from core.places import Gazetteer
from core.types import COUNTRIES, Language
from tests.postgres_fixture import NewDatabase

TAPACHULA = (14.905, -92.263)
TECUN_UMAN = (14.677, -92.140)  # across the border, 29 km away
SAN_SALVADOR = (13.69, -89.19)


@pytest.fixture(scope="module")
def seeded(new_database: NewDatabase, keyring: Keyring) -> Iterator[Session]:
    """The project's own data; tests only read it."""
    with new_database() as url:
        engine = connect(url, keyring)
        with Session(engine) as session:
            seed.load(session)
            session.commit()
            yield session
        engine.dispose()


def add(session: Session, name: str, **more: Any) -> Service:
    """A service for shelter, at a point if there is one."""
    at, phone = more.pop("at", None), more.pop("phone", None)
    country, withheld = more.pop("country", "MX"), more.pop("is_withheld", False)
    organization = Organization(id=uuid.uuid4(), name=name, country=country)
    service = Service(
        id=uuid.uuid4(),
        organization=organization,
        name=name,
        country=country,
        needs=[ServiceNeed(need=more.pop("need", "shelter"))],
        phones=[phone] if phone else [],
        **more,
    )
    if at:
        location = Location(
            id=uuid.uuid4(),
            address_1="Calle Secreta 5",
            city="Tapachula",
            country=country,
            latitude=at[0],
            longitude=at[1],
            is_withheld=withheld,
        )
        service.service_at_locations = [ServiceAtLocation(id=uuid.uuid4(), location=location)]
    session.add(service)
    session.flush()
    return service


def names(session: Session, *, limit: int = 6, **where: Any) -> list[str]:
    return [found.service.name for found in search(session, "shelter", Asker(**where), limit=limit)]


def counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_loading_it_again_changes_nothing(seeded: Session) -> None:
    before = counts(seeded)

    assert seed.load(seeded) == 0

    assert counts(seeded) == before
    assert before["organizations"] == 107
    assert before["services"] == 107


def test_what_staff_changed_is_left_alone(session: Session) -> None:
    seed.load(session)
    service = session.scalars(select(Service)).first()
    assert service
    service.name, service.status = "Nuevo nombre", "inactive"

    seed.load(session)

    session.refresh(service)
    assert (service.name, service.status) == ("Nuevo nombre", "inactive")


def test_hours_of_one_office_are_told_there_and_nowhere_else(seeded: Session) -> None:
    own = seeded.scalars(select(Schedule).where(Schedule.service_at_location_id.is_not(None))).all()
    assert len(own) == 2
    esquipulas, huehuetenango = (14.56571, -89.35166), (15.32097, -91.47001)

    here = near(seeded, esquipulas)["Esquipulas"]
    there = near(seeded, huehuetenango)["Huehuetenango"]

    assert [(s.opens_at, s.closes_at) for s in here.schedules] == [(time(9), time(15))]
    assert "lun-vie 09:00-15:00" in text(here)
    assert here.service is there.service
    assert "09:00" not in text(there)


def near(session: Session, position: tuple[float, float]) -> dict[str, Found]:
    """By the name of the place."""
    found = search(session, "connectivity", Asker("GT", position))
    return {one.location.name or "": one for one in found if one.location}


def text(found: Found) -> str:
    told = card(found, Language.SPANISH, Catalog.load(), at=now(), gazetteer=Gazetteer([])).text
    return f"{told.short}\n{told.full}"


def test_near_services_come_by_distance_then_what_serves_the_country(session: Session) -> None:
    add(session, "lejos", at=(15.2, -92.5))
    add(session, "cerca", at=(14.91, -92.27))
    add(session, "a 300 km", at=(16.9, -94.5))
    add(session, "todo el país", is_nationwide=True)
    add(session, "línea", phone=Phone(id=uuid.uuid4(), number="800 1", is_hotline=True))

    assert names(session, country="MX", position=TAPACHULA) == ["cerca", "lejos", "línea", "todo el país"]


def test_a_service_for_some_people_comes_after_one_for_all(session: Session) -> None:
    add(session, "para mujeres", at=TAPACHULA, for_whom="women")
    add(session, "para todos", at=(14.95, -92.3))

    assert names(session, country="MX", position=TAPACHULA) == ["para todos", "para mujeres"]


def test_nobody_is_sent_across_a_border(session: Session) -> None:
    add(session, "México", at=TAPACHULA)
    add(session, "Guatemala", at=TECUN_UMAN, country="GT")
    add(session, "línea de Guatemala", country="GT", is_nationwide=True)

    assert names(session, country="MX", position=TECUN_UMAN) == ["México"]
    assert names(session, country="GT", position=TAPACHULA) == ["Guatemala", "línea de Guatemala"]


@pytest.mark.parametrize("country", COUNTRIES)
def test_no_card_of_ours_leads_to_another_country(seeded: Session, country: str) -> None:
    towns = seeded.execute(
        select(Location.latitude, Location.longitude).where(Location.latitude.is_not(None))
    )

    for position in [None, *{(round(lat, 1), round(lon, 1)) for lat, lon in towns}]:
        for need in ("shelter", "legal", "gender_violence"):
            for found in search(seeded, need, Asker(country, position)):
                assert found.service.country in (country, "any")
                assert found.location is None or found.location.country == country


def test_closed_and_unconfirmed_services_are_told_to_nobody(session: Session) -> None:
    for status in ("inactive", "defunct", "temporarily closed"):
        add(session, status, at=TAPACHULA, status=status, is_nationwide=True)

    assert names(session, country="MX", position=TAPACHULA) == []


def test_a_service_for_another_need_is_not_told(session: Session) -> None:
    add(session, "comida", at=TAPACHULA, need="food")

    assert names(session, country="MX", position=TAPACHULA) == []


def test_without_a_country_only_what_serves_everywhere_is_told(session: Session) -> None:
    add(session, "México", is_nationwide=True)
    add(session, "en todas partes", country="any")

    assert names(session, country=None) == ["en todas partes"]


def test_a_service_at_the_very_place_has_a_distance(session: Session) -> None:
    add(session, "aquí", at=SAN_SALVADOR, country="SV")

    (found,) = search(session, "shelter", Asker("SV", SAN_SALVADOR))

    assert found.distance_km == 0.0


def test_no_more_are_found_than_asked_for(session: Session) -> None:
    for number in range(9):
        add(session, str(number), at=TAPACHULA, is_nationwide=True)

    assert len(names(session, country="MX", position=TAPACHULA)) == 6
    assert len(names(session, country="MX", limit=2)) == 2


def test_the_address_of_a_shelter_is_in_no_card(session: Session) -> None:
    add(session, "albergue", at=TAPACHULA, is_withheld=True)
    add(session, "oficina", at=TAPACHULA)

    told = {f.service.name: text(f) for f in search(session, "shelter", Asker("MX", TAPACHULA))}

    assert "Secreta" not in told["albergue"]
    assert "Tapachula" in told["albergue"]
    assert "Secreta" in told["oficina"]


def test_no_withheld_address_of_ours_is_in_any_card(seeded: Session) -> None:
    withheld = seeded.execute(
        select(Service, Location)
        .join_from(Service, ServiceAtLocation)
        .join(Location)
        .where(Location.is_withheld)
    ).all()
    assert withheld

    for service, location in withheld:
        assert location.address_1 is None
        position = (location.latitude, location.longitude) if location.latitude else None
        for need in service.needs:
            for found in search(seeded, need.need, Asker(location.country, position), limit=50):
                assert not (found.location and found.location.is_withheld and found.location.address_1)


def test_organizations_are_listed_for_referrals(seeded: Session) -> None:
    own = organizations(seeded, country="SV")

    assert own
    assert {organization.country for organization in own} == {"SV"}
    assert len(organizations(seeded)) == 107
