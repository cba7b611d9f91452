"""Loads the project's own directory data. Loading it again changes nothing; rows made by staff are left
alone."""

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.directory import Location, Organization, Phone, Schedule, Service, ServiceAtLocation, ServiceNeed

FILE = Path(__file__).parents[1] / "data" / "directory.json"

Record = dict[str, Any]


def load(session: Session, path: Path = FILE) -> int:
    """Add the organizations that are not there yet, with all that belongs to them; returns how many."""
    added = 0
    for record in json.loads(path.read_text(encoding="utf-8"))["organizations"]:
        if session.get(Organization, uuid.UUID(record["id"])) is None:
            session.add(_organization(record))
            added += 1
    session.flush()
    return added


def _organization(record: Record) -> Organization:
    return Organization(
        id=uuid.UUID(record["id"]),
        name=record["name"],
        alternate_name=record["alternate_name"],
        name_en=record["name_en"],
        description=record["description"] or "",
        website=record["website"],
        country=_attribute(record, "country") or "any",
        services=[_service(service, record) for service in record["services"]],
    )


def _service(record: Record, organization: Record) -> Service:
    year = (_attribute(organization, "as_of") or "").strip("~")
    return Service(
        id=uuid.UUID(record["id"]),
        name=record["name"],
        name_en=record["name_en"],
        status=record["status"],
        country=_attribute(organization, "country") or "any",
        is_nationwide=bool(record["service_areas"]),
        for_whom=",".join(_attributes(record, "for_whom")) or None,
        url=record["url"],
        source=_attribute(organization, "source"),
        source_year=int(year) if year else None,
        needs=[
            ServiceNeed(need=attribute["taxonomy_term"]["code"])
            for attribute in record["attributes"]
            if attribute["link_type"] == "need"
        ],
        phones=[_phone(phone) for phone in record["phones"]],
        schedules=[_schedule(schedule, uuid.UUID(record["id"])) for schedule in record["schedules"]],
        service_at_locations=[
            _service_at_location(place, uuid.UUID(record["id"])) for place in record["service_at_locations"]
        ],
    )


def _phone(record: Record) -> Phone:
    return Phone(
        id=uuid.UUID(record["id"]),
        number=record["number"],
        type=record["type"] or "voice",
        is_hotline=_attribute(record, "hotline") == "national",
        description=record["description"],
    )


def _service_at_location(record: Record, service_id: uuid.UUID) -> ServiceAtLocation:
    where = record["location"]
    address = (where["addresses"] or [{}])[0]
    location = Location(
        id=uuid.UUID(where["id"]),
        name=where["name"],
        address_1=address.get("address_1"),
        city=address.get("city"),
        state_province=address.get("state_province"),
        country=address.get("country") or "any",
        latitude=where["latitude"],
        longitude=where["longitude"],
        is_withheld=_attribute(where, "address") == "withheld",
    )
    schedules = [_schedule(schedule, service_id) for schedule in record["schedules"]]
    return ServiceAtLocation(id=uuid.UUID(record["id"]), location=location, schedules=schedules)


def _schedule(record: Record, service_id: uuid.UUID) -> Schedule:
    return Schedule(
        id=uuid.UUID(record["id"]),
        service_id=service_id,
        byday=record["byday"],
        opens_at=record["opens_at"] and dt.time.fromisoformat(record["opens_at"]),
        closes_at=record["closes_at"] and dt.time.fromisoformat(record["closes_at"]),
        description=record["description"],
    )


def _attributes(record: Record, link_type: str) -> list[str]:
    return [item["value"] for item in record["attributes"] if item["link_type"] == link_type]


def _attribute(record: Record, link_type: str) -> str | None:
    return next(iter(_attributes(record, link_type)), None)
