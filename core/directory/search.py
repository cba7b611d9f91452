"""What is there for a need, near a place: first what can be reached, then what helps from afar."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Float, cast, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, selectinload

from core.directory import Location, Phone, Schedule, Service, ServiceAtLocation, ServiceNeed
from core.places import EARTH_KM

NEAR_KM = 50.0
"""About an hour by bus; beyond it a door is not "near" and the national lines are told instead."""


@dataclass(frozen=True, slots=True)
class Found:
    """`distance_km` is None for what serves the whole country, wherever its office may be.

    `schedules` are the hours of this location, or of the whole service where the location has none.
    """

    service: Service
    location: Location | None
    distance_km: float | None
    schedules: Sequence[Schedule]

    @property
    def is_hotline(self) -> bool:
        return any(phone.is_hotline for phone in self.service.phones)


def search(
    session: Session,
    need: str,
    *,
    country: str | None,
    position: tuple[float, float] | None = None,
    limit: int = 6,
) -> list[Found]:
    """Open services for the need: the near ones by distance, then hotlines, then the rest of the country."""
    near = _near(session, need, country, position, limit) if position else []
    seen = {found.service.id for found in near}
    afar = [found for found in _nationwide(session, need, country) if found.service.id not in seen]
    return [*near, *afar][:limit]


def _near(
    session: Session, need: str, country: str | None, position: tuple[float, float], limit: int
) -> list[Found]:
    """Nobody is sent across a border: that may cost them their claim, or their freedom."""
    distance = _distance(position)
    same_country = Location.country == country if country else true()
    rows = session.execute(
        select(Service, ServiceAtLocation, distance)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(_serves(need), same_country, Location.latitude.is_not(None), distance <= NEAR_KM)
        # what is for some people only comes after what is for all
        .order_by(Service.for_whom.is_not(None), distance, Service.name)
        .limit(limit)
        .options(
            selectinload(Service.phones), selectinload(Service.schedules), selectinload(Service.organization)
        )
        .options(contains_eager(ServiceAtLocation.location), selectinload(ServiceAtLocation.schedules))
    )
    return [
        Found(service, place.location, round(km, 1), place.schedules or service.schedules)
        for service, place, km in rows
    ]


def _nationwide(session: Session, need: str, country: str | None) -> list[Found]:
    """Hotlines first; without a country only what serves everywhere."""
    has_hotline = select(Phone.id).where(Phone.service_id == Service.id, Phone.is_hotline).exists()
    services = session.scalars(
        select(Service)
        .where(_serves(need), or_(Service.country == country, Service.country == "any"))
        .where(or_(Service.is_nationwide, has_hotline, Service.country == "any"))
        .order_by(has_hotline.desc(), (Service.country == "any"), Service.name)
        .options(
            selectinload(Service.phones), selectinload(Service.schedules), selectinload(Service.organization)
        )
    )
    return [Found(service, None, None, service.schedules) for service in services]


def _serves(need: str) -> ColumnElement[bool]:
    has_need = select(ServiceNeed.service_id).where(
        ServiceNeed.service_id == Service.id, ServiceNeed.need == need
    )
    return (Service.status == "active") & has_need.exists()


def _distance(position: tuple[float, float]) -> ColumnElement[float]:
    """Great circle in kilometers; the cosine is cut to 1, since rounding may leave it just above."""
    latitude, longitude = position
    cosine = func.sin(func.radians(latitude)) * func.sin(func.radians(Location.latitude)) + func.cos(
        func.radians(latitude)
    ) * func.cos(func.radians(Location.latitude)) * func.cos(func.radians(Location.longitude - longitude))
    return cast(EARTH_KM * func.acos(func.least(1.0, cosine)), Float)
