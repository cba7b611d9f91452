"""The service directory in the terms of HSDS 3.0 (Human Services Data Specification); fields keep its names.

`seed` loads the project's own data file, `search` finds what a person needs.
"""

import uuid
from datetime import date, time
from typing import Annotated

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.db import Base, datetime_now, uuid_pk
from core.directory.attributes import Attributes, no_attributes


class Organization(Base):
    __tablename__ = "organizations"

    id: Mapped[uuid_pk]
    name: Mapped[str]
    alternate_name: Mapped[str | None]  # acronym
    name_en: Mapped[str | None]
    description: Mapped[str] = mapped_column(default="")
    website: Mapped[str | None]
    email: Mapped[str | None]
    country: Mapped[str] = mapped_column(index=True)
    attributes: Mapped[Attributes] = no_attributes()

    services: Mapped[list["Service"]] = relationship(back_populates="organization")


class Service(Base):
    __tablename__ = "services"
    __table_args__ = (Index("ix_services_nationwide", "country", postgresql_where=text("is_nationwide")),)

    id: Mapped[uuid_pk]
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    description: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="active")  # active, inactive, defunct, temporarily closed
    eligibility_description: Mapped[str | None]
    minimum_age: Mapped[float | None]
    maximum_age: Mapped[float | None]
    interpretation_services: Mapped[str | None]
    alert: Mapped[str | None]  # what holds for a short time only
    application_process: Mapped[str | None]
    fees_description: Mapped[str | None]
    country: Mapped[str]  # ISO code, or any
    is_nationwide: Mapped[bool] = mapped_column(
        default=False
    )  # serves its whole country, not only its locations
    for_whom: Mapped[str | None]  # women, children, lgbtiq, …, separated by commas
    url: Mapped[str | None]
    email: Mapped[str | None]
    source: Mapped[str | None]
    source_year: Mapped[int | None]
    assured_date: Mapped[date | None]
    last_modified: Mapped[datetime_now]
    attributes: Mapped[Attributes] = no_attributes()

    organization: Mapped[Organization] = relationship(back_populates="services")
    needs: Mapped[list["ServiceNeed"]] = relationship(back_populates="service", cascade="all, delete-orphan")
    phones: Mapped[list["Phone"]] = relationship(
        back_populates="service", cascade="all, delete-orphan", order_by="Phone.id"
    )
    schedules: Mapped[list["Schedule"]] = relationship(
        cascade="all, delete-orphan",
        order_by="Schedule.id",
        primaryjoin="and_(Service.id == Schedule.service_id, Schedule.service_at_location_id.is_(None))",
    )
    service_at_locations: Mapped[list["ServiceAtLocation"]] = relationship(
        back_populates="service", cascade="all, delete-orphan"
    )
    languages: Mapped[list["ServiceLanguage"]] = relationship(cascade="all, delete-orphan")
    required_documents: Mapped[list["RequiredDocument"]] = relationship(cascade="all, delete-orphan")
    cost_options: Mapped[list["CostOption"]] = relationship(cascade="all, delete-orphan")
    service_areas: Mapped[list["ServiceArea"]] = relationship(cascade="all, delete-orphan")
    contacts: Mapped[list["OrganizationContact"]] = relationship(cascade="all, delete-orphan")


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
    __table_args__ = (
        Index("ix_locations_city", "country", "city"),
        Index("ix_locations_position", text("point(longitude, latitude)"), postgresql_using="gist"),
    )

    id: Mapped[uuid_pk]
    name: Mapped[str | None]
    address_1: Mapped[str | None]
    city: Mapped[str | None]
    state_province: Mapped[str | None]
    country: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    is_withheld: Mapped[bool] = mapped_column(default=False)  # a shelter: only the town may be told
    attributes: Mapped[Attributes] = no_attributes()

    accessibility: Mapped[list["Accessibility"]] = relationship(cascade="all, delete-orphan")


class ServiceAtLocation(Base):
    __tablename__ = "service_at_locations"

    id: Mapped[uuid_pk]
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("locations.id", ondelete="CASCADE"), index=True)

    service: Mapped[Service] = relationship(back_populates="service_at_locations")
    location: Mapped[Location] = relationship()
    schedules: Mapped[list["Schedule"]] = relationship(cascade="all, delete-orphan", order_by="Schedule.id")


class Phone(Base):
    __tablename__ = "phones"
    __table_args__ = (Index("ix_phones_hotline", "service_id", postgresql_where=text("is_hotline")),)

    id: Mapped[uuid_pk]
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), index=True)
    number: Mapped[str]
    extension: Mapped[str | None]
    type: Mapped[str] = mapped_column(default="voice")
    is_hotline: Mapped[bool] = mapped_column(default=False)  # reachable from anywhere in the country
    description: Mapped[str | None]
    attributes: Mapped[Attributes] = no_attributes()

    service: Mapped[Service] = relationship(back_populates="phones")


class Schedule(Base):
    """Opening hours: a weekly rule, or only a `description` where the source gives no clear rule.

    Days from `valid_from` to `valid_to` without `byday` are an exception, a holiday: on them only these hours
    hold, and none means closed. A weekly rule with dates holds between them.
    """

    __tablename__ = "schedules"

    id: Mapped[uuid_pk]
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), index=True)
    # None: the hours of the whole service
    service_at_location_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("service_at_locations.id", ondelete="CASCADE"), index=True
    )
    byday: Mapped[str | None]  # MO,TU,WE as in RFC 5545
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    description: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    @property
    def is_exception(self) -> bool:
        return self.valid_from is not None and self.valid_to is not None and not self.byday


ServiceKey = Annotated[uuid.UUID, mapped_column(ForeignKey("services.id", ondelete="CASCADE"), index=True)]


class ServiceLanguage(Base):
    """A language in which the service is given; `code` is ISO 639."""

    __tablename__ = "languages"

    id: Mapped[uuid_pk]
    service_id: Mapped[ServiceKey]
    name: Mapped[str | None]
    code: Mapped[str | None]
    note: Mapped[str | None]


class RequiredDocument(Base):
    __tablename__ = "required_documents"

    id: Mapped[uuid_pk]
    service_id: Mapped[ServiceKey]
    document: Mapped[str]
    uri: Mapped[str | None]


class CostOption(Base):
    __tablename__ = "cost_options"

    id: Mapped[uuid_pk]
    service_id: Mapped[ServiceKey]
    option: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    currency: Mapped[str | None]
    amount: Mapped[float | None]
    amount_description: Mapped[str | None]


class ServiceArea(Base):
    """A part of the country that is served; the whole of it is `Service.is_nationwide`."""

    __tablename__ = "service_areas"
    __table_args__ = (Index("ix_service_areas_name", text("lower(name)")),)

    id: Mapped[uuid_pk]
    service_id: Mapped[ServiceKey]
    name: Mapped[str]
    description: Mapped[str | None]
    extent: Mapped[str | None]
    extent_type: Mapped[str | None]
    uri: Mapped[str | None]


class OrganizationContact(Base):
    """Somebody who works there; for staff, told to nobody who writes."""

    __tablename__ = "organization_contacts"

    id: Mapped[uuid_pk]
    service_id: Mapped[ServiceKey]
    name: Mapped[str | None]
    title: Mapped[str | None]
    department: Mapped[str | None]
    email: Mapped[str | None]


class Accessibility(Base):
    __tablename__ = "accessibility"

    id: Mapped[uuid_pk]
    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("locations.id", ondelete="CASCADE"), index=True)
    description: Mapped[str | None]
    details: Mapped[str | None]
    url: Mapped[str | None]


def organizations(session: Session, *, country: str | None = None) -> list[Organization]:
    query = select(Organization).order_by(Organization.country, Organization.name)
    if country:
        query = query.where(Organization.country == country)
    return list(session.scalars(query))
