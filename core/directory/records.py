"""Organizations and services as plain values, apart from tables and files: these are compared, checked, told.

Phones, schedules and places belong to their service and are replaced with it. What is withheld of a place
is not in its value at all, so that no file and no comparison can tell it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from core.directory import (
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    ServiceNeed,
    details,
)
from core.directory.attributes import Attributes
from core.directory.details import AccessibilityRecord

STATUSES = ("active", "inactive", "defunct", "temporarily closed")
FOR_WHOM = (
    "women",
    "survivors",
    "children",
    "youth",
    "adults",
    "older",
    "lgbtiq",
    "displaced",
    "returned",
    "disability",
)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

OWN_IDS = uuid.UUID("5f0c7a0e-3a52-5d0c-9f55-7c1d4a3a9f10")
"""Namespace of the ids that we derive for what comes without one; never changed, or files would double."""

TOWN = 2
"""Decimals of a withheld point: about a kilometer, the town and not the door."""

DOOR = 6
"""Decimals of any other point, a hand's breadth; spreadsheets do not keep more."""

ORGANIZATION_FIELDS = (
    "name",
    "alternate_name",
    "name_en",
    "description",
    "website",
    "email",
    "country",
    "attributes",
)
SERVICE_COLUMNS = (
    "organization_id",
    "name",
    "name_en",
    "description",
    "status",
    "eligibility_description",
    "minimum_age",
    "maximum_age",
    "interpretation_services",
    "application_process",
    "fees_description",
    "alert",
    "country",
    "is_nationwide",
    "for_whom",
    "url",
    "email",
    "source",
    "source_year",
    "assured_date",
    "attributes",
)
SERVICE_FIELDS = (*SERVICE_COLUMNS, "needs", "phones", "schedules", "places", *details.OF_SERVICE)


SAFE_HOUSE = frozenset({"shelter", "gender_violence"})
"""What gives both is a safe house, whatever its record says: its address is told to nobody."""


def is_safe_house(needs: Iterable[str]) -> bool:
    return SAFE_HOUSE.issubset(needs)


class PhoneRecord(NamedTuple):
    id: uuid.UUID
    number: str
    type: str = "voice"
    is_hotline: bool = False
    description: str | None = None
    extension: str | None = None
    attributes: Attributes = ()


class ScheduleRecord(NamedTuple):
    id: uuid.UUID
    byday: str | None = None
    opens_at: dt.time | None = None
    closes_at: dt.time | None = None
    description: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def is_exception(self) -> bool:
        """As `Schedule.is_exception`."""
        return self.valid_from is not None and self.valid_to is not None and not self.byday


class PlaceRecord(NamedTuple):
    """A service at a location; `id` is that of the pair."""

    id: uuid.UUID
    location_id: uuid.UUID
    country: str
    name: str | None = None
    address_1: str | None = None
    city: str | None = None
    state_province: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_withheld: bool = False
    attributes: Attributes = ()
    accessibility: tuple[AccessibilityRecord, ...] = ()
    schedules: tuple[ScheduleRecord, ...] = ()

    @property
    def of_location(self) -> tuple[object, ...]:
        """What is said of the location, the same for every service there."""
        return self[2:-1]


LOCATION_COLUMNS = PlaceRecord._fields[2:-2]


@dataclass(slots=True)
class Entry:
    """An organization or a service as somebody wants it to be.

    `row` says where it stands in its file. A partial one adds to what is there and corrects it: it holds
    only fields with a value, and what it does not name of phones, schedules and places is not known to it.
    """

    kind: str  # organization, service
    id: uuid.UUID
    values: dict[str, Any]
    row: str = ""
    is_partial: bool = False


def derived_id(parent: uuid.UUID, *names: object) -> uuid.UUID:
    return uuid.uuid5(parent, "\n".join(map(str, names)))


def of_organization(organization: Organization) -> dict[str, Any]:
    return {field: getattr(organization, field) for field in ORGANIZATION_FIELDS}


def of_service(service: Service) -> dict[str, Any]:
    values = {field: getattr(service, field) for field in SERVICE_COLUMNS}
    values["for_whom"] = codes((service.for_whom or "").split(","))
    values["needs"] = codes(need.need for need in service.needs)
    values["phones"] = in_order(of_phone(phone) for phone in service.phones)
    values["schedules"] = in_order(of_schedule(schedule) for schedule in service.schedules)
    places = [of_place(place) for place in service.service_at_locations]
    if is_safe_house(values["needs"]):
        places = [withheld(place._replace(is_withheld=True)) for place in places]
    values["places"] = in_order(places)
    for name in details.OF_SERVICE:
        values[name] = details.of_rows(name, getattr(service, name))
    return values


def of_phone(phone: Phone) -> PhoneRecord:
    return PhoneRecord(*(getattr(phone, field) for field in PhoneRecord._fields))


def of_schedule(schedule: Schedule) -> ScheduleRecord:
    return ScheduleRecord(*(getattr(schedule, field) for field in ScheduleRecord._fields))


def of_place(place: ServiceAtLocation) -> PlaceRecord:
    columns = {field: getattr(place.location, field) for field in LOCATION_COLUMNS}
    record = PlaceRecord(place.id, place.location_id, **columns)
    schedules = in_order(of_schedule(schedule) for schedule in place.schedules)
    accessibility = details.of_rows("accessibility", place.location.accessibility)
    return withheld(record._replace(schedules=schedules, accessibility=accessibility))


def withheld(place: PlaceRecord) -> PlaceRecord:
    """The place as it may be told."""
    decimals = TOWN if place.is_withheld else DOOR
    latitude, longitude = (point and round(point, decimals) for point in (place.latitude, place.longitude))
    address = None if place.is_withheld else place.address_1
    return place._replace(address_1=address, latitude=latitude, longitude=longitude)


def codes(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value.strip() for value in values} - {""}))


Child = TypeVar("Child", PhoneRecord, ScheduleRecord, PlaceRecord)
Row = TypeVar("Row", Phone, Schedule)


def in_order(records: Iterable[Child]) -> tuple[Child, ...]:
    """By id, so that the order of a file makes no difference."""
    return tuple(sorted(records, key=lambda record: record.id))


def write_organization(row: Organization, values: dict[str, Any]) -> None:
    for field in ORGANIZATION_FIELDS:
        if field in values:
            setattr(row, field, values[field])


def write_service(row: Service, values: dict[str, Any], locations: dict[uuid.UUID, Location]) -> None:
    """`locations` are those already there, by id; new ones are added to it."""
    for field in SERVICE_COLUMNS:
        if field in values and field != "for_whom":
            setattr(row, field, values[field])
    if "for_whom" in values:
        row.for_whom = ",".join(values["for_whom"]) or None
    if "needs" in values:
        kept = {need.need: need for need in row.needs}
        row.needs = [kept.get(need) or ServiceNeed(need=need) for need in values["needs"]]
    if "phones" in values:
        phones = {phone.id: phone for phone in row.phones}
        row.phones = [_set(phones.get(one.id) or Phone(), one) for one in values["phones"]]
    if "schedules" in values:
        row.schedules = _schedules(row.schedules, values["schedules"], row.id)
    if "places" in values:
        places = {place.id: place for place in row.service_at_locations}
        row.service_at_locations = [
            _place(places.get(one.id) or ServiceAtLocation(id=one.id), one, row.id, locations)
            for one in values["places"]
        ]
    for name in details.OF_SERVICE:
        if name in values:
            setattr(row, name, details.write_rows(name, getattr(row, name), values[name]))


def _place(
    row: ServiceAtLocation, record: PlaceRecord, service_id: uuid.UUID, locations: dict[uuid.UUID, Location]
) -> ServiceAtLocation:
    location = locations.get(record.location_id)
    if location is None:
        location = locations[record.location_id] = Location(id=record.location_id)
    # what is withheld is not in the record: writing the rest back must not wipe it out
    hidden = ("address_1", "latitude", "longitude") if _is_same_secret(location, record) else ()
    for field in LOCATION_COLUMNS:
        if field not in hidden:
            setattr(location, field, getattr(record, field))
    location.accessibility = details.write_rows("accessibility", location.accessibility, record.accessibility)
    row.location = location
    row.schedules = _schedules(row.schedules, record.schedules, service_id)
    return row


def _is_same_secret(location: Location, record: PlaceRecord) -> bool:
    if not (location.is_withheld and record.is_withheld):
        return False
    points = (location.latitude, location.longitude)
    return tuple(point and round(point, TOWN) for point in points) == (record.latitude, record.longitude)


def _schedules(
    rows: list[Schedule], records: tuple[ScheduleRecord, ...], service_id: uuid.UUID
) -> list[Schedule]:
    kept = {row.id: row for row in rows}
    return [_set(kept.get(one.id) or Schedule(service_id=service_id), one) for one in records]


def _set(row: Row, record: PhoneRecord | ScheduleRecord) -> Row:
    for field, value in record._asdict().items():
        setattr(row, field, value)
    return row
