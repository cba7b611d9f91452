"""Writes HSDS 3.0 JSON objects, nested from the organization down; `hsds` reads them again."""

import datetime as dt
import uuid
from collections.abc import Iterable

from core.directory import details
from core.directory.hsds import Object
from core.directory.records import OWN_IDS, PhoneRecord, PlaceRecord, ScheduleRecord, derived_id


def term_id(code: str) -> uuid.UUID:
    return derived_id(OWN_IDS, "term", code)


def organization(id_: uuid.UUID, values: Object, services: list[Object]) -> Object:
    fields = ("name", "alternate_name", "name_en", "description", "website", "email")
    return {
        "id": str(id_),
        **{field: values[field] for field in fields},
        "services": services,
        "attributes": _told(id_, "organization", [("country", values["country"]), *values["attributes"]]),
    }


def service(id_: uuid.UUID, values: Object) -> Object:
    fields = (
        *(
            "name",
            "name_en",
            "description",
            "status",
            "eligibility_description",
            "minimum_age",
            "maximum_age",
        ),
        *("interpretation_services", "application_process", "fees_description", "alert", "url", "email"),
    )
    pairs = [("country", values["country"]), ("source", values["source"])]
    pairs += [("as_of", values["source_year"] and str(values["source_year"]))]
    pairs += [("for_whom", code) for code in values["for_whom"]]
    pairs += values["attributes"]
    whole = {"name": values["country"], "extent": values["country"], "extent_type": "iso3166-1"}
    areas = [{"id": str(derived_id(id_, "area")), **whole}] if values["is_nationwide"] else []
    return {
        "id": str(id_),
        "organization_id": str(values["organization_id"]),
        **{field: values[field] for field in fields},
        **{name: _details_out(values[name]) for name in details.OF_SERVICE},
        "assured_date": values["assured_date"] and values["assured_date"].isoformat(),
        "phones": [_phone_out(phone) for phone in values["phones"]],
        "schedules": [_schedule_out(schedule) for schedule in values["schedules"]],
        "service_areas": [*areas, *_details_out(values["service_areas"])],
        "service_at_locations": [_place_out(place) for place in values["places"]],
        "attributes": _told(id_, "service", pairs) + [_need(id_, need) for need in values["needs"]],
    }


def _details_out(found: Iterable[details.Detail]) -> list[Object]:
    return [{field: _plain(value) for field, value in one._asdict().items()} for one in found]


def _plain(value: object) -> object:
    return str(value) if isinstance(value, uuid.UUID | dt.date) else value


def _told(id_: uuid.UUID, entity: str, pairs: Iterable[tuple[str, str | None]]) -> list[Object]:
    return [
        {
            "id": str(derived_id(id_, link_type, value)),
            "link_id": str(id_),
            "link_entity": entity,
            "link_type": link_type,
            "value": value,
        }
        for link_type, value in pairs
        if value
    ]


def _need(id_: uuid.UUID, need: str) -> Object:
    (attribute,) = _told(id_, "service", [("need", need)])
    term = {"id": str(term_id(need)), "code": need, "name": need.replace("_", " ")}
    return attribute | {"value": None, "taxonomy_term_id": term["id"], "taxonomy_term": term}


def _phone_out(phone: PhoneRecord) -> Object:
    pairs = [("hotline", "national" if phone.is_hotline else None), *phone.attributes]
    fields = {name: getattr(phone, name) for name in ("number", "extension", "type", "description")}
    return {"id": str(phone.id), **fields, "attributes": _told(phone.id, "phone", pairs)}


def _schedule_out(schedule: ScheduleRecord) -> Object:
    return {
        "id": str(schedule.id),
        "freq": "WEEKLY" if schedule.byday else None,
        "byday": schedule.byday,
        "opens_at": schedule.opens_at and f"{schedule.opens_at:%H:%M}",
        "closes_at": schedule.closes_at and f"{schedule.closes_at:%H:%M}",
        "description": schedule.description,
        "valid_from": _plain(schedule.valid_from),
        "valid_to": _plain(schedule.valid_to),
    }


def _place_out(place: PlaceRecord) -> Object:
    address = {field: getattr(place, field) for field in ("address_1", "city", "state_province", "country")}
    pairs = [("address", "withheld" if place.is_withheld else None), *place.attributes]
    location = {
        "id": str(place.location_id),
        "location_type": "physical",
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "addresses": [
            {"id": str(derived_id(place.location_id, "address")), **address, "address_type": "physical"}
        ],
        "accessibility": _details_out(place.accessibility),
        "attributes": _told(place.location_id, "location", pairs),
    }
    schedules = [_schedule_out(schedule) for schedule in place.schedules]
    return {"id": str(place.id), "location": location, "schedules": schedules}
