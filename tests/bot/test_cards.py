"""A service written out: what by SMS, what in full, and what never."""

import uuid
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from bot.cards import card
from core.catalog import Catalog
from core.directory import Location, Organization, Phone, Schedule, Service, ServiceNeed
from core.directory.search import Found
from core.places import Gazetteer
from core.types import Language
from flows.services import ServiceCard

MONDAY_NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # in Tapachula
ADDRESS = "Calle 5 numero 10"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture
def write(catalog: Catalog, gazetteer: Gazetteer) -> Any:
    def write(found: Found, language: Language = Language.SPANISH) -> ServiceCard:
        return card(found, language, catalog, at=MONDAY_NOON, gazetteer=gazetteer)

    return write


def found(*, needs: tuple[str, ...] = ("shelter",), is_withheld: bool = False, **more: Any) -> Found:
    schedules = more.pop("schedules", [])
    phones = more.pop("phones", [Phone(number="962 111", is_hotline=False)])
    km = more.pop("km", 12.4)
    latitude, longitude = more.pop("point", None) or (None, None)
    service = Service(
        id=uuid.uuid4(),
        name=more.pop("name", "Casa"),
        country=more.pop("country", "MX"),
        organization=Organization(name="Casa", country="MX"),
        needs=[ServiceNeed(need=need) for need in needs],
        phones=phones,
        **more,
    )
    where = Location(
        address_1=ADDRESS,
        city="Tapachula",
        state_province="Chiapas",
        country="MX",
        latitude=latitude,
        longitude=longitude,
        is_withheld=is_withheld,
    )
    return Found(service, where, km, schedules)


def both(told: ServiceCard) -> str:
    return f"{told.text.short}\n{told.text.full}"


def test_a_card_tells_where_how_far_whom_to_call_and_when(write: Any) -> None:
    week = Schedule(byday="MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(15))

    told = write(found(schedules=[week], source_year=2024))

    assert told.text.short == (
        "Casa. Calle 5 numero 10, Tapachula. 12 km. Tel 962 111. lun-vie 09:00-15:00. "
        "abierto ahora. Dato de 2024"
    )


def test_the_map_is_a_link_of_its_own_and_holds_the_place_of_the_service_alone(write: Any) -> None:
    told = write(found(point=(14.90321, -92.26544)))

    assert told.map_url == (
        "https://www.openstreetmap.org/?mlat=14.90321&mlon=-92.26544#map=17/14.90321/-92.26544"
    )
    assert "openstreetmap" not in both(told)


@pytest.mark.parametrize("is_of_town", [True, False])
def test_where_only_the_town_is_known_the_map_looks_for_the_address(
    write: Any, gazetteer: Gazetteer, is_of_town: bool
) -> None:
    town = gazetteer.find("Tapachula", "MX")[0]

    told = write(found(point=(town.latitude, town.longitude) if is_of_town else None))

    assert told.map_url == (
        "https://www.openstreetmap.org/search?query=Calle+5+numero+10%2C+Tapachula%2C+Chiapas"
    )


def test_a_town_alone_is_no_door_and_gets_no_map(write: Any) -> None:
    nowhere = found()
    assert nowhere.location
    nowhere.location.address_1 = None

    assert write(nowhere).map_url is None


@pytest.mark.parametrize(
    ("country", "number", "told"),
    [
        ("CR", "2280-4439", "+506 2280 4439"),
        ("MX", "55 5533 5533", "+52 55 5533 5533"),
        ("PA", "+507 227-5150", "+507 227-5150"),
        ("CR", "800-7338446", "800-7338446"),  # from abroad nobody reaches it, here everybody does
        ("HN", "911", "911"),
        ("any", "55 5533 5533", "55 5533 5533"),
    ],
)
def test_numbers_are_written_so_that_a_chat_makes_them_links(
    write: Any, country: str, number: str, told: str
) -> None:
    one = found(phones=[Phone(number=number, is_hotline=False)], country=country)

    card = write(one)

    assert f"Tel {told}" in card.text.full
    assert f"Tel {number}" in card.text.short  # by SMS as people here dial it


def test_closed_says_when_it_opens_next(write: Any) -> None:
    week = Schedule(byday="TU", opens_at=time(9), closes_at=time(15))

    assert "abre mar 09:00" in write(found(schedules=[week])).text.short
    assert "opens Tue 09:00" in write(found(schedules=[week]), Language.ENGLISH).text.short


def test_a_confirmed_record_tells_since_when(write: Any) -> None:
    told = write(found(assured_date=date(2026, 3, 5), source_year=2021))

    assert "Confirmado: mar 2026" in told.text.short
    assert "2021" not in both(told)


SECRET = [
    {"is_withheld": True},
    {"needs": ("shelter", "gender_violence")},  # as an import may forget to say
]


@pytest.mark.parametrize("secret", SECRET, ids=["withheld", "by its needs"])
def test_of_a_safe_house_neither_address_nor_distance_nor_map_is_told(
    write: Any, secret: dict[str, Any]
) -> None:
    card = write(found(**secret, point=(14.90321, -92.26544)))
    told = both(card)

    assert card.map_url is None
    assert ADDRESS not in told
    assert "12 km" not in told
    assert "openstreetmap" not in told
    assert "962 111" in told


def test_a_safe_house_without_a_number_offers_a_person(write: Any) -> None:
    assert "PERSONA" in write(found(is_withheld=True, phones=[])).text.short


@pytest.mark.parametrize(("group", "is_told"), [("children", True), ("lgbtiq", False), ("survivors", False)])
def test_by_sms_a_card_tells_no_bystander_who_asked(write: Any, group: str, is_told: bool) -> None:
    told = write(found(for_whom=group))

    assert ("Para:" in told.text.short) is is_told
    assert "Para:" in told.text.full


def test_a_group_of_an_imported_record_is_told_as_it_is_called_there(write: Any) -> None:
    assert "veterans" in write(found(for_whom="veterans")).text.full


def test_long_names_addresses_and_hours_leave_room_in_two_segments(write: Any) -> None:
    long = Schedule(description="abierto " * 60)

    told = write(found(name="Centro de atencion " * 12, schedules=[long], source_year=2024))

    assert len(told.text.short) < 230
