"""A service of the directory, written out as one short and one full text. Days come from Babel's locale
data."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_currency, format_decimal
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from core.catalog import Catalog
from core.directory import CostOption, Phone, Schedule, Service, ServiceLanguage
from core.directory.hours import DAYS, opening, weekly
from core.directory.records import is_safe_house
from core.directory.search import Found
from core.places import Gazetteer
from core.types import Language
from flows.services import ServiceCard, Text

MAX_SHORT_NAME = 60  # characters, of 306 for a message with one service and what can be answered
MAX_SHORT_WHERE = 70
MAX_SHORT_HOURS = 60

SENSITIVE = frozenset({"lgbtiq", "survivors", "women"})

MAP = "https://www.openstreetmap.org"
"""Its address holds the service's point or address and nothing of whoever presses the button. Free, and on a
cheap phone one page; the link names no app that would have to be there."""

TOWNS_POINT = ("coordinates", "town")
"""Attribute of a location whose point is its town's and not its door's."""


def card(
    found: Found, language: Language, catalog: Catalog, *, at: datetime, gazetteer: Gazetteer
) -> ServiceCard:
    service, phones = found.service, _best_first(found.service.phones)
    instead = _instead(found, language, catalog)
    name, hours, now_or_next = _name(service, language), "", ""
    if phones or not instead:  # of a door that nobody can find, and no one answers, the hours are no use
        hours = hours_text(weekly(found.schedules, at.date()), language)
        now_or_next = _opening_text(found, language, catalog, at, gazetteer)
    whom, where = _for_whom(service, language, catalog), _where(found)
    freshness = _freshness(service, language, catalog)
    short_name = service.organization.alternate_name if len(name) > MAX_SHORT_NAME else None
    short = [
        short_name or _cut(name, MAX_SHORT_NAME),
        _for_whom_by_sms(found, whom, language, catalog),
        _cut(where, MAX_SHORT_WHERE),
        _distance(found),
        # one number is enough in an SMS, and "Tel" is understood in both languages
        f"Tel {phones[0].number}" if phones else instead or _site(found, language, catalog),
        _cut(service.alert or hours, MAX_SHORT_HOURS),
        now_or_next,
        freshness,
    ]
    full = [
        name,
        whom,
        where,
        instead,
        _distance(found),
        *(_phone(phone, service.country) for phone in phones),
        " - ".join(filter(None, (hours, now_or_next))),
        service.alert or "",
        *_conditions(service, language, catalog),
        service.url or "",
        freshness,
    ]
    return ServiceCard(
        id=str(service.id),
        name=name,
        text=Text(". ".join(part.rstrip(".") for part in short if part), "\n".join(filter(None, full))),
        phone=phones[0].number if phones else None,
        distance_km=found.distance_km,
        is_hotline=found.is_hotline and found.distance_km is None,
        map_url=_map_url(found, gazetteer),
        far=_far(found),
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


def _opening_text(
    found: Found, language: Language, catalog: Catalog, at: datetime, gazetteer: Gazetteer
) -> str:
    """By the clock of the place, not of the server."""
    location = found.location
    zone = gazetteer.timezone(
        location.country if location else found.service.country, location.state_province if location else None
    )
    if zone is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    state = opening(found.schedules, local)
    if state is None:
        return ""
    if state.opens_at is None:
        return catalog.text("card.open_now", language)
    clock = format_time(state.opens_at.time(), "HH:mm", locale=language)
    if state.opens_at.date() == local.date():
        return catalog.text("card.opens_today", language, time=clock)
    day = get_day_names("abbreviated", locale=language)[state.opens_at.weekday()]
    return catalog.text("card.opens", language, day=day, time=clock)


def _freshness(service: Service, language: Language, catalog: Catalog) -> str:
    """Directories grow old: whoever travels on one may know how old it is."""
    if service.assured_date:
        month = format_date(service.assured_date, "MMM y", locale=language)
        return catalog.text("card.assured", language, date=month)
    if service.source_year:
        return catalog.text("card.source_year", language, year=service.source_year)
    return ""


def _name(service: Service, language: Language) -> str:
    return service.name_en or service.name if language is Language.ENGLISH else service.name


def _for_whom(service: Service, language: Language, catalog: Catalog) -> str:
    if not service.for_whom:
        return ""
    groups = [_group(group, language, catalog) for group in service.for_whom.split(",")]
    return catalog.text("card.for_whom", language, groups=", ".join(groups))


def _for_whom_by_sms(found: Found, whom: str, language: Language, catalog: Catalog) -> str:
    """A group's name might tell others about whoever asked; only that not everybody is taken in is said."""
    if SENSITIVE.isdisjoint((found.service.for_whom or "").split(",")):
        return whom
    return "" if found.suits else catalog.text("card.not_for_all", language)


def _group(group: str, language: Language, catalog: Catalog) -> str:
    """In our words, or as an imported record names it."""
    return next(iter(catalog.wordings(f"card.for_whom.{group}", language)), group)


def _conditions(service: Service, language: Language, catalog: Catalog) -> Iterator[str]:
    """What somebody should know before going: who speaks their language, what to bring, what it costs."""
    languages = filter(None, (_language(one, language) for one in service.languages))
    papers = (one.document for one in service.required_documents)
    costs = filter(None, (_cost(one, language) for one in service.cost_options))
    for key, told in (
        ("card.language", ", ".join(languages)),
        ("card.papers", "; ".join(papers)),
        ("card.cost", "; ".join(filter(None, (service.fees_description, *costs)))),
    ):
        if told:
            yield catalog.text(key, language, told=told)


def _language(spoken: ServiceLanguage, language: Language) -> str:
    """As the record names it, else as people who read this language call it."""
    if spoken.name or not spoken.code:
        return spoken.name or ""
    return str(Locale(language).languages.get(spoken.code, spoken.code))


def _cost(cost: CostOption, language: Language) -> str:
    amount = ""
    if cost.amount is not None:
        plain = format_decimal(cost.amount, locale=language)
        amount = format_currency(cost.amount, cost.currency, locale=language) if cost.currency else plain
    return " ".join(filter(None, (cost.option, amount, cost.amount_description)))


def _is_secret(found: Found) -> bool:
    needs = [need.need for need in found.service.needs]
    return found.location is not None and (found.location.is_withheld or is_safe_house(needs))


def _where(found: Found) -> str:
    location = found.location
    if location is None:
        return ""
    address = None if _is_secret(found) else location.address_1
    city = None if address and location.city and location.city in address else location.city
    return ", ".join(filter(None, (address, city)))


def _distance(found: Found) -> str:
    """Of a safe house not even this: from two places it would tell where it is."""
    if found.distance_km is None or found.distance_km < 1 or _is_secret(found):
        return ""
    return f"{found.distance_km:.0f} km"


def _far(found: Found) -> str:
    if found.location is None or not found.is_far:
        return ""
    return ", ".join(filter(None, (found.location.city, _distance(found)))) or found.service.name


def _instead(found: Found, language: Language, catalog: Catalog) -> str:
    """What to do where an address or any way to reach them is missing."""
    service = found.service
    if _is_secret(found):
        return catalog.text("card.call_only" if service.phones else "card.ask_person", language)
    has_address = found.location is not None and found.location.address_1
    if service.phones or service.url or has_address:
        return ""
    return catalog.text("card.ask_contact", language)


def _site(found: Found, language: Language, catalog: Catalog) -> str:
    """By SMS, of whoever has neither phone nor address; many have no internet, so a person is offered too."""
    if (found.location and found.location.address_1) or not found.service.url:
        return ""
    bare = found.service.url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return f"{bare}. {catalog.text('card.ask_contact', language)}"


def _map_url(found: Found, gazetteer: Gazetteer) -> str | None:
    """At the door; of a record that has only the town's point a search for its address, or nothing."""
    location = found.location
    if location is None or _is_secret(found):
        return None
    latitude, longitude = location.latitude, location.longitude
    is_towns = TOWNS_POINT in (location.attributes or ()) or (latitude, longitude) in gazetteer.points
    if latitude is not None and longitude is not None and not is_towns:
        at = urlencode({"mlat": f"{latitude:.5f}", "mlon": f"{longitude:.5f}"})
        return f"{MAP}/?{at}#map=17/{latitude:.5f}/{longitude:.5f}"
    if not location.address_1:
        return None
    address = filter(None, (location.address_1, location.city, location.state_province))
    return f"{MAP}/search?{urlencode({'query': ', '.join(address)})}"


def _phone(phone: Phone, country: str) -> str:
    return " - ".join(filter(None, (f"Tel {_dialed(phone.number, country)}", phone.description)))


def _dialed(number: str, country: str) -> str:
    """With the country's code, which a chat makes a link to call; short and toll-free numbers have none."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    kind = phonenumbers.number_type(parsed)
    if kind in (PhoneNumberType.TOLL_FREE, PhoneNumberType.UNKNOWN):
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def _best_first(phones: Sequence[Phone]) -> list[Phone]:
    return sorted(phones, key=lambda phone: not phone.is_hotline)


def _cut(text: str, length: int) -> str:
    """Between words."""
    if len(text) <= length:
        return text
    return text[: length - 2].rsplit(" ", 1)[0].rstrip(",;. ") + ".."
