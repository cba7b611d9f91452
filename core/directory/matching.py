"""Who is meant: the same organization, service or place under another spelling, and what is already known of
it."""

import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.directory import Location, Organization, Service, ServiceAtLocation, details
from core.directory.cells import Problem
from core.directory.points import located
from core.directory.records import (
    SERVICE_FIELDS,
    Entry,
    PhoneRecord,
    PlaceRecord,
    ScheduleRecord,
    in_order,
    withheld,
)

SMALL_WORDS = ("a", "al", "and", "de", "del", "e", "el", "en", "la", "las", "los", "of", "para", "the", "y")

EMPTY: dict[str, Any] = dict.fromkeys(SERVICE_FIELDS) | {
    "description": "",
    "status": "active",
    "is_nationwide": False,
    "for_whom": (),
    "needs": (),
    "phones": (),
    "schedules": (),
    "places": (),
    "attributes": (),
    **dict.fromkeys(details.OF_SERVICE, ()),
}


@lru_cache(10_000)
def name_key(text: str | None) -> str:
    """Case, accents, small words and the order of words make no other name."""
    letters = unicodedata.normalize("NFKD", (text or "").lower())
    plain = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(sorted(word for word in plain.split() if word not in SMALL_WORDS))


class Names:
    """The names in the directory when a file comes in."""

    def __init__(self, session: Session) -> None:
        self._organizations: dict[tuple[str, str], uuid.UUID] = {}
        self._services: dict[tuple[uuid.UUID, str], uuid.UUID] = {}
        self._at: dict[tuple[str, str], dict[uuid.UUID, str]] = defaultdict(dict)
        for id_, country, *names in session.execute(
            select(Organization.id, Organization.country, Organization.name, Organization.alternate_name)
        ):
            for name in filter(None, map(name_key, names)):
                self._organizations.setdefault((country, name), id_)
        rows = session.execute(
            select(Service.id, Service.organization_id, Service.name, Service.country, Location.city)
            .outerjoin(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
            .outerjoin(Location, Location.id == ServiceAtLocation.location_id)
        )
        for id_, organization_id, name, country, city in rows:
            key = name_key(name)
            self._services.setdefault((organization_id, key), id_)
            self._at[key, name_key(city) or country][id_] = name

    def organization(self, country: str, name: str) -> uuid.UUID | None:
        return self._organizations.get((country, name_key(name)))

    def service(self, organization_id: uuid.UUID, name: str) -> uuid.UUID | None:
        return self._services.get((organization_id, name_key(name)))

    def twins(self, entry: Entry) -> list[tuple[uuid.UUID, str]]:
        """Other services of the same name in the same town; the entry itself is remembered for the next."""
        key = name_key(entry.values["name"])
        found: dict[uuid.UUID, str] = {}
        towns = {name_key(place.city) for place in entry.values["places"]} - {""}
        for where in towns or {entry.values["country"]}:
            at = self._at[key, where]
            found |= {id_: name for id_, name in at.items() if id_ != entry.id}
            at[entry.id] = entry.values["name"]
        return list(found.items())


def complete(entry: Entry, old: dict[str, Any] | None, locations: dict[uuid.UUID, Location]) -> list[Problem]:
    """Puts what is known into a partial service, and keeps withheld what is; returns what forbids that."""
    values = entry.values
    if entry.is_partial:
        known = old or EMPTY
        if "phones" in values:
            values["phones"] = _phones(values["phones"], known["phones"])
        if "schedules" in values:
            values["schedules"] = _schedules(values["schedules"], known["schedules"])
        values["places"] = _places(values.get("places", ()), known["places"])
        if old is None:
            entry.values = values = EMPTY | values
    problems = []
    places = []
    for place in values["places"]:
        location = locations.get(place.location_id)
        if place.is_withheld or (location is not None and location.is_withheld):
            if place.address_1:
                problems.append(Problem(entry.row, "withheld_address", "address_1"))
            place = withheld(place._replace(is_withheld=True))  # noqa: PLW2901
        places.append(place)
    values["places"] = in_order(places)
    return problems


def _phones(new: Iterable[PhoneRecord], old: Iterable[PhoneRecord]) -> tuple[PhoneRecord, ...]:
    known = {phone.number: phone for phone in old}
    return in_order(known.get(phone.number, phone) for phone in new)


def _schedules(new: Iterable[ScheduleRecord], old: Iterable[ScheduleRecord]) -> tuple[ScheduleRecord, ...]:
    known = {_rule(schedule): schedule for schedule in old}
    return in_order(known.get(_rule(schedule), schedule) for schedule in new)


def _rule(schedule: ScheduleRecord) -> tuple[object, ...]:
    days = frozenset((schedule.byday or "").split(","))
    words = None if schedule.byday or schedule.is_exception else schedule.description
    return days, schedule.opens_at, schedule.closes_at, words, schedule.valid_from, schedule.valid_to


def _places(new: Iterable[PlaceRecord], old: Iterable[PlaceRecord]) -> tuple[PlaceRecord, ...]:
    """The old ones, corrected by those of the same town and name, and the rest of the new ones."""
    merged = {place.id: place for place in old}
    by_name = {_spot(place): place.id for place in merged.values()}
    for place in new:
        known = merged.get(by_name.get(_spot(place), place.id))
        merged[known.id if known else place.id] = _corrected(known, place) if known else located(place)
    return in_order(merged.values())


def _spot(place: PlaceRecord) -> tuple[str, str]:
    return name_key(place.city), name_key(place.name or place.address_1)


def _corrected(known: PlaceRecord, place: PlaceRecord) -> PlaceRecord:
    given = {
        field: value
        for field, value in place._asdict().items()
        if value not in (None, (), False) and field not in ("id", "location_id", "country")
    }
    if place.schedules:
        given["schedules"] = _schedules(place.schedules, known.schedules)
    return known._replace(**given)
