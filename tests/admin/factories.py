"""Rows for the tests of the panel, committed so that the panel's own session sees them."""

import uuid
from datetime import time, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from core import cases, channels, consents, contacts, conversations, messages
from core.cases import Case
from core.conversations import Conversation
from core.db import now, uuid7
from core.directory import Location, Organization, Phone, Schedule, Service, ServiceAtLocation, ServiceNeed
from core.messages import Message, Received
from core.types import URN, CaseKind, ChannelType, Language, Role
from core.users import User

PASSWORD = "el puente viejo"
NUMBER = "+525500012345"
STORY = "me cobraron por anotarme en la lista"

_quick_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_counted = count(1)


def user(db: Session, role: Role = Role.AGENT, *, language: Language = Language.SPANISH) -> User:
    number = next(_counted)
    user = User(
        email=f"{role}{number}@municipio.example",
        name=f"Persona {role} {number}",
        password_hash=_quick_hash,
        role=role,
        language=language,
    )
    db.add(user)
    db.commit()
    return user


def conversation(
    db: Session,
    *,
    channel: ChannelType = ChannelType.TELEGRAM,
    text: str = STORY,
    is_sealed: bool = False,
    number: str | None = None,
) -> Conversation:
    """Somebody wrote one message; the bot has the conversation."""
    channels.add(db, channel, channel, "canal", {"flavor": "sms"})
    if channel is ChannelType.TELEGRAM:
        urn = URN("telegram", f"9000{next(_counted)}")
    else:
        urn = URN("tel", number or f"{NUMBER[:-3]}{next(_counted) % 1000:03}")
    contact, contact_urn = contacts.find_or_create(db, urn)
    conversation = db.get_one(Conversation, conversations.find_or_create(db, contact, contact_urn, channel))
    conversation.is_sealed = is_sealed
    messages.record_inbound(db, conversation.id, channel, Received(str(uuid7()), text))
    db.commit()
    return conversation


def case(
    db: Session,
    *,
    of: Conversation | None = None,
    kind: CaseKind = CaseKind.COMPLAINT,
    category: str = "corruption",
    place_name: str | None = "Tapachula",
    narrative: str = STORY,
    is_sealed: bool = False,
    wants_answer: bool = True,
    due_in: timedelta = timedelta(days=10),
) -> Case:
    case = cases.open_case(
        db,
        of or conversation(db, is_sealed=is_sealed),
        kind,
        category,
        number=cases.new_number(),
        narrative=narrative,
        place="frente al mercado",
        place_name=place_name,
        is_sealed=is_sealed,
        wants_answer=wants_answer,
    )
    case.due_at = now() + due_in
    db.commit()
    return case


def consent(db: Session, case: Case) -> None:
    assert case.contact_id
    consents.give(db, case.contact_id, "referral", "¿Podemos compartir su caso?", case_id=case.id)
    db.commit()


def organization(db: Session, name: str = "Albergue Belén", country: str = "MX") -> Organization:
    organization = Organization(name=name, country=country)
    db.add(organization)
    db.commit()
    return organization


def service(db: Session, **values: Any) -> Service:
    """A shelter in Tapachula, with a phone and hours."""
    given: dict[str, Any] = {
        "name": "Albergue",
        "country": "MX",
        "organization": Organization(name="Casa Belén", country="MX"),
        "needs": [ServiceNeed(need="shelter")],
        "phones": [Phone(number="+52 962 1234567")],
    }
    service = Service(id=uuid7(), **(given | values))
    service.schedules = [Schedule(service_id=service.id, byday="MO,TU", opens_at=time(8), closes_at=time(17))]
    location = Location(
        name="Casa", address_1="Calle 5", city="Tapachula", country="MX", latitude=14.9, longitude=-92.3
    )
    service.service_at_locations = [ServiceAtLocation(location=location)]
    db.add(service)
    db.commit()
    return service


def service_ids(db: Session) -> dict[str, uuid.UUID]:
    one = service(db)
    place = one.service_at_locations[0].id
    return {"service_id": one.id, "organization_id": one.organization_id, "place_id": place}


def sent(db: Session, conversation: Conversation) -> list[Message]:
    """What staff wrote, as it waits in the outbox or has left it."""
    thread = db.query(Message).filter_by(conversation_id=conversation.id, direction="out", key=None)
    return thread.order_by(Message.seq).populate_existing().all()


def told(db: Session, conversation: Conversation) -> list[str | None]:
    """Keys of what the bot said about what staff did."""
    thread = db.query(Message).filter_by(conversation_id=conversation.id, direction="out")
    return [message.key for message in thread.order_by(Message.seq).populate_existing() if message.key]
