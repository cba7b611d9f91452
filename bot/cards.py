"""A service of the directory, written out as one short and one full text. Days come from Babel's locale
data."""

from collections.abc import Sequence

from babel.dates import format_time, get_day_names

from core.catalog import Catalog
from core.directory import Phone, Schedule, Service
from core.directory.search import Found
from core.types import Language
from flows.services import ServiceCard, Text

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_SHORT_NAME = 60  # characters, of 306 for a message with two services


def card(found: Found, language: Language, catalog: Catalog) -> ServiceCard:
    service, phones = found.service, _best_first(found.service.phones)
    name = _name(service, language)
    where = "" if found.location is None else _where(found)
    distance = f"{found.distance_km:.0f} km" if found.distance_km and found.distance_km >= 1 else ""
    hours = hours_text(found.schedules, language)
    short_name = service.organization.alternate_name if len(name) > MAX_SHORT_NAME else None
    # one number is enough in an SMS, and "Tel" is understood in both languages
    short = [short_name or name, where, distance, f"Tel {phones[0].number}" if phones else "", hours]
    # for whom it is stands only in the long text: by SMS it might tell others about whoever asked
    whom = _for_whom(service, language, catalog)
    full = [name, whom, where, distance, *(_phone(phone) for phone in phones), hours, service.url or ""]
    return ServiceCard(
        id=str(service.id),
        name=name,
        text=Text(". ".join(filter(None, short)), "\n".join(filter(None, full))),
        phone=phones[0].number if phones else None,
        distance_km=found.distance_km,
        is_hotline=found.is_hotline and found.distance_km is None,
    )


def hours_text(schedules: Sequence[Schedule], language: Language) -> str:
    return "; ".join(filter(None, (_hours(schedule, language) for schedule in schedules)))


def _hours(schedule: Schedule, language: Language) -> str:
    if schedule.opens_at is None or schedule.closes_at is None:
        return schedule.description or ""
    if schedule.opens_at.hour == 0 and schedule.closes_at.hour == 23:
        return "24 h"
    opens, closes = (
        format_time(t, "HH:mm", locale=language) for t in (schedule.opens_at, schedule.closes_at)
    )
    return f"{_days(schedule.byday, language)} {opens}-{closes}".strip()


def _days(byday: str | None, language: Language) -> str:
    if not byday:
        return ""
    names = get_day_names("abbreviated", locale=language)
    numbers = [DAYS.index(day) for day in byday.split(",")]
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{names[numbers[0]]}-{names[numbers[-1]]}"
    return ", ".join(names[number] for number in numbers)


def _name(service: Service, language: Language) -> str:
    return service.name_en or service.name if language is Language.ENGLISH else service.name


def _for_whom(service: Service, language: Language, catalog: Catalog) -> str:
    if not service.for_whom:
        return ""
    groups = [catalog.text(f"card.for_whom.{group}", language) for group in service.for_whom.split(",")]
    return catalog.text("card.for_whom", language, groups=", ".join(groups))


def _where(found: Found) -> str:
    location = found.location
    if location is None:
        return ""
    address = None if location.is_withheld else location.address_1
    city = None if address and location.city and location.city in address else location.city
    return ", ".join(filter(None, (address, city)))


def _phone(phone: Phone) -> str:
    return " - ".join(filter(None, (f"Tel {phone.number}", phone.description)))


def _best_first(phones: Sequence[Phone]) -> list[Phone]:
    return sorted(phones, key=lambda phone: not phone.is_hotline)
