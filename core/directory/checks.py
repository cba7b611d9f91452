"""What must hold of an organization or a service before it may be told to anybody."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from core.db import now
from core.directory.cells import Problem, shown
from core.directory.details import CostOptionRecord
from core.directory.records import DAYS, FOR_WHOM, STATUSES, Entry, PlaceRecord, ScheduleRecord, is_safe_house
from core.rights.check import NEEDS
from core.types import COUNTRIES

MAX_NAME = 200
MAX_AGE = 150
CLOSED = "closed"
PLACES = (*COUNTRIES, "any")
NUMBER = re.compile(r"[\d+*#][\d +*#().\-/]{1,29}(( ext\.?| x) ?\d{1,6})?", re.IGNORECASE)
MARKUP = re.compile(r"<[a-z/!?]", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # ISO 639, perhaps with a region
CURRENCY = re.compile(r"[A-Z]{3}")  # ISO 4217
ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)

FORMS = (
    ("languages", "code", CODE, "unknown_code"),
    ("cost_options", "currency", CURRENCY, "unknown_code"),
    ("contacts", "email", EMAIL, "not_email"),
    ("required_documents", "uri", ADDRESS, "not_address"),
    ("service_areas", "uri", ADDRESS, "not_address"),
)
"""Of which form a field of a list must be, and what is told if it is not."""


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
    yield from _markup({field: value for field, value in values.items() if field != "places"})
    for field in ("website", "url"):
        if values.get(field) and not ADDRESS.fullmatch(values[field]):
            yield "not_address", field, values[field]
    if values.get("email") and not EMAIL.fullmatch(values["email"]):
        yield "not_email", "email", values["email"]
    if "country" in values and values["country"] not in PLACES:
        yield "not_country", "country", values["country"] or ""
    if entry.kind == "service":
        yield from _service_faults(entry)


def _markup(values: dict[str, Any]) -> Iterator[Fault]:
    for field, value in values.items():
        for text in _texts(value):
            if MARKUP.search(text):
                yield "markup", field, text


def _texts(value: Any) -> Iterator[str]:
    """Also those inside lists of records."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


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
    yield from _detail_faults(values)
    for place in places:
        yield from _place_faults(place)
        if place.address_1 and is_safe_house(needs):
            yield "shelter_address", "address_1", ""


def _detail_faults(values: dict[str, Any]) -> Iterator[Fault]:
    youngest, oldest = values.get("minimum_age"), values.get("maximum_age")
    for field in ("minimum_age", "maximum_age"):
        if not 0 <= (values.get(field) or 0) <= MAX_AGE:
            yield "not_number", field, str(values[field])
    if youngest is not None and oldest is not None and youngest > oldest:
        yield "reversed", "maximum_age", str(oldest)
    for cost in values.get("cost_options", ()):
        yield from _date_faults(cost, "cost_options")
        if (cost.amount or 0) < 0:
            yield "not_number", "cost_options", str(cost.amount)
    for language in values.get("languages", ()):
        if not (language.code or language.name):
            yield "empty_field", "languages", language.note or ""
    for list_, field, form, code in FORMS:
        for one in values.get(list_, ()):
            text = getattr(one, field)
            if text and not form.fullmatch(text):
                yield code, list_, text


def _date_faults(one: ScheduleRecord | CostOptionRecord, field: str) -> Iterator[Fault]:
    if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
        yield "reversed", field, f"{one.valid_from}/{one.valid_to}"


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
    for one in place.accessibility:
        if one.url and not ADDRESS.fullmatch(one.url):
            yield "not_address", "accessibility", one.url
    yield from _markup(place._asdict())
    yield from _schedule_faults(place.schedules)


def _schedule_faults(schedules: tuple[ScheduleRecord, ...]) -> Iterator[Fault]:
    whole = []
    for rule in schedules:
        days = set((rule.byday or "").split(","))
        yield from _date_faults(rule, "schedules")
        if rule.is_exception:
            days = {""}
        elif not (rule.opens_at or rule.closes_at or rule.byday):
            continue
        if days - {*DAYS, ""} or (not rule.byday and not rule.is_exception):
            yield "unknown_code", "byday", rule.byday or ""
        elif rule.is_exception and rule.opens_at is rule.closes_at is None:
            continue
        elif rule.opens_at is None or rule.closes_at is None:
            yield "half_hours", "schedules", hours(rule)
        elif rule.closes_at <= rule.opens_at:
            yield "ends_before_start", "schedules", hours(rule)
        else:
            whole.append((days, rule))
    for (days, one), (other_days, other) in combinations(whole, 2):
        if days & other_days and _is_at_once(one, other):
            yield "hours_overlap", "schedules", hours(other)


def _is_at_once(one: ScheduleRecord, other: ScheduleRecord) -> bool:
    """On a day on which both hold, the same hour in both; an exception takes the place of a weekly rule."""
    starts, ends = ([getattr(rule, field) for rule in (one, other)] for field in ("valid_from", "valid_to"))
    is_apart = any(
        end and start and end < start for end, start in ((ends[0], starts[1]), (ends[1], starts[0]))
    )
    times = [getattr(rule, field) for rule in (one, other) for field in ("opens_at", "closes_at")]
    return not is_apart and times[0] < times[3] and times[2] < times[1]


def hours(rule: ScheduleRecord) -> str:
    """`MO,TU 08:00-17:00`, `2026-12-25 closed`, or the words where there is no rule; as in a 3W sheet."""
    dates = "/".join(str(date) if date else ".." for date in (rule.valid_from, rule.valid_to))
    if rule.is_exception and rule.valid_from == rule.valid_to:
        dates = str(rule.valid_from)
    if not (rule.valid_from or rule.valid_to):
        dates = ""
    is_closed = rule.is_exception and not rule.opens_at
    if not (rule.byday or rule.opens_at or rule.closes_at or is_closed):
        return rule.description or ""
    opens, closes = (f"{at:%H:%M}" if at else "" for at in (rule.opens_at, rule.closes_at))
    times = CLOSED if is_closed else f"{opens}-{closes}"
    return " ".join(filter(None, (rule.byday, dates, times)))
