"""The service directory in the terms of HSDS 3.0 (Human Services Data Specification); fields keep its names."""

import uuid
from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.db import Base, datetime_now, uuid_pk


class Organization(Base):
    __tablename__ = "organizations"

    id: Mapped[uuid_pk]
    name: Mapped[str]
    alternate_name: Mapped[str | None]  # acronym
    name_en: Mapped[str | None]
    description: Mapped[str] = mapped_column(default="")
    website: Mapped[str | None]
    country: Mapped[str] = mapped_column(index=True)

    services: Mapped[list["Service"]] = relationship(back_populates="organization")


class Service(Base):
    __tablename__ = "services"

    id: Mapped[uuid_pk]
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    description: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="active")  # active, inactive, defunct, temporarily closed
    eligibility_description: Mapped[str | None]
    application_process: Mapped[str | None]
    fees_description: Mapped[str | None]
    is_hotline: Mapped[bool] = mapped_column(default=False)  # reachable by phone from anywhere in the country
    source: Mapped[str | None]
    source_year: Mapped[int | None]
    assured_date: Mapped[date | None]
    last_modified: Mapped[datetime_now]

    organization: Mapped[Organization] = relationship(back_populates="services")
    needs: Mapped[list["ServiceNeed"]] = relationship(back_populates="service")
    phones: Mapped[list["Phone"]] = relationship(back_populates="service")
    service_at_locations: Mapped[list["ServiceAtLocation"]] = relationship(back_populates="service")


class ServiceNeed(Base):
    """Which taxonomy terms a service answers: the 18 service topics of the label contract."""

    __tablename__ = "service_needs"

    service_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("services.id", ondelete="CASCADE"), primary_key=True
    )
    need: Mapped[str] = mapped_column(primary_key=True, index=True)

    service: Mapped[Service] = relationship(back_populates="needs")


class Location(Base):
    __tablename__ = "locations"
    __table_args__ = (Index("ix_locations_city", "country", "city"),)

    id: Mapped[uuid_pk]
    name: Mapped[str | None]
    address_1: Mapped[str | None]
    city: Mapped[str | None]
    state_province: Mapped[str | None]
    country: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class ServiceAtLocation(Base):
    __tablename__ = "service_at_locations"

    id: Mapped[uuid_pk]
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("locations.id", ondelete="CASCADE"), index=True)

    service: Mapped[Service] = relationship(back_populates="service_at_locations")
    location: Mapped[Location] = relationship()
    schedules: Mapped[list["Schedule"]] = relationship()


class Phone(Base):
    __tablename__ = "phones"

    id: Mapped[uuid_pk]
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), index=True)
    number: Mapped[str]
    type: Mapped[str] = mapped_column(default="voice")
    description: Mapped[str | None]

    service: Mapped[Service] = relationship(back_populates="phones")


class Schedule(Base):
    """Opening hours: a weekly rule, or only a `description` where the source gives no clear rule."""

    __tablename__ = "schedules"

    id: Mapped[uuid_pk]
    service_at_location_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("service_at_locations.id", ondelete="CASCADE"), index=True
    )
    byday: Mapped[str | None]  # MO,TU,WE as in RFC 5545
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    valid_to: Mapped[datetime | None]
    description: Mapped[str | None]


def organizations(session: Session, *, country: str | None = None) -> list[Organization]:
    query = select(Organization).order_by(Organization.country, Organization.name)
    if country:
        query = query.where(Organization.country == country)
    return list(session.scalars(query))
