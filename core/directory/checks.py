"""What must hold of an organization or a service before it may be told to anybody."""

import re
from collections.abc import Iterator
from itertools import combinations

from core.db import now
from core.directory.cells import Problem, shown
from core.directory.records import DAYS, FOR_WHOM, STATUSES, Entry, PlaceRecord, ScheduleRecord
from core.rights.check import NEEDS
from core.types import COUNTRIES

MAX_NAME = 200
PLACES = (*COUNTRIES, "any")
NUMBER = re.compile(r"[\d+*#][\d +*#().\-/]{1,29}(( ext\.?| x) ?\d{1,6})?", re.IGNORECASE)
MARKUP = re.compile(r"<[a-z/!?]", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)


def problems(entry: Entry) -> Iterator[Problem]:
    """Fields that the entry does not speak of are not judged."""
    for code, field, value in _faults(entry):
        yield Problem(entry.row, code, field, shown(value))


Fault = tuple[str, str, str]


def _faults(entry: Entry) -> Iterator[Fault]:
    values = entry.values
    if "name" in values and not values["name"]:
        yield "no_name", "name", ""
    for field in ("name", "name_en", "alternate_name"):
        if len(values.get(field) or "") > MAX_NAME:
            yield "too_long", field, values[field]
    for field, value in values.items():
        if isinstance(value, str) and MARKUP.search(value):
            yield "markup", field, value
    for field in ("website", "url"):
        if values.get(field) and not ADDRESS.fullmatch(values[field]):
            yield "not_address", field, values[field]
    if "country" in values and values["country"] not in PLACES:
        yield "not_country", "country", values["country"] or ""
    if entry.kind == "service":
        yield from _service_faults(entry)


def _service_faults(entry: Entry) -> Iterator[Fault]:
    values = entry.values
    needs, places = values.get("needs", ()), values.get("places", ())
    if "needs" in values and not needs:
        yield "no_need", "needs", ""
    for field, known in (("needs", NEEDS), ("for_whom", FOR_WHOM)):
        for code in set(values.get(field) or ()) - set(known):
            yield "unknown_code", field, code
    if "status" in values and values["status"] not in STATUSES:
        yield "unknown_code", "status", values["status"] or ""
    if values.get("assured_date") and values["assured_date"] > now().date():
        yield "future", "assured_date", str(values["assured_date"])
    for phone in values.get("phones", ()):
        if not NUMBER.fullmatch(phone.number or ""):
            yield "not_phone", "phones", phone.number or ""
    yield from _schedule_faults(values.get("schedules", ()))
    for place in places:
        yield from _place_faults(place)
        if place.address_1 and {"shelter", "gender_violence"} <= set(needs):
            yield "shelter_address", "address_1", ""


def _place_faults(place: PlaceRecord) -> Iterator[Fault]:
    if place.country not in PLACES:
        yield "not_country", "country", place.country or ""
    if place.is_withheld and place.address_1:
        yield "withheld_address", "address_1", ""
    if (place.latitude is None) != (place.longitude is None):
        yield "half_point", "latitude", ""
    for field, limit in (("latitude", 90), ("longitude", 180)):
        if abs(getattr(place, field) or 0) > limit:
            yield "not_number", field, str(getattr(place, field))
    for field in ("name", "address_1", "city", "state_province"):
        if MARKUP.search(getattr(place, field) or ""):
            yield "markup", field, getattr(place, field)
    yield from _schedule_faults(place.schedules)


def _schedule_faults(schedules: tuple[ScheduleRecord, ...]) -> Iterator[Fault]:
    rules = [rule for rule in schedules if rule.opens_at or rule.closes_at or rule.byday]
    whole = []
    for rule in rules:
        days = set((rule.byday or "").split(","))
        if days - set(DAYS):
            yield "unknown_code", "byday", rule.byday or ""
        elif rule.opens_at is None or rule.closes_at is None:
            yield "half_hours", "schedules", hours(rule)
        elif rule.closes_at <= rule.opens_at:
            yield "ends_before_start", "schedules", hours(rule)
        else:
            whole.append((days, rule.opens_at, rule.closes_at, rule))
    for (days, opens, closes, _), (other_days, other_opens, other_closes, other) in combinations(whole, 2):
        if days & other_days and opens < other_closes and other_opens < closes:
            yield "hours_overlap", "schedules", hours(other)
    for rule in schedules:
        if MARKUP.search(rule.description or ""):
            yield "markup", "schedules", rule.description or ""


def hours(rule: ScheduleRecord) -> str:
    """`MO,TU 08:00-17:00`, or the words where there is no rule; the way of writing of a 3W sheet."""
    if not (rule.byday or rule.opens_at or rule.closes_at):
        return rule.description or ""
    opens, closes = (f"{at:%H:%M}" if at else "" for at in (rule.opens_at, rule.closes_at))
    return f"{rule.byday or ''} {opens}-{closes}"
