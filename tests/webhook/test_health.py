from datetime import timedelta

from sqlalchemy import select, update

from core import contacts, conversations, messages
from core.conversations import Conversation
from core.db import SessionMaker, now
from core.types import URN
from tests.webhook.posting import ANA, Provider


def test_health_tells_that_the_database_answers_and_how_long_the_oldest_has_waited(
    provider: Provider, sessions: SessionMaker
) -> None:
    provider.sms()
    with sessions.begin() as session:
        session.execute(update(Conversation).values(due_at=now() - timedelta(seconds=90)))

    response = provider.client.get("/health")

    answer = response.get_json()
    assert response.status_code == 200
    assert answer.pop("oldest_due_seconds") >= 90
    assert answer == {"database": True, "due": 1, "spooled": 0}


def test_metrics_count_what_waits_and_what_went_through(provider: Provider, sessions: SessionMaker) -> None:
    provider.sms("secreto")
    with sessions.begin() as session:
        contact, urn = contacts.find_or_create(session, URN("tel", ANA))
        conversation_id = conversations.find_or_create(session, contact, urn, "sms-mx")
        messages.queue(session, session.get_one(Conversation, conversation_id), "respuesta")

    response = provider.client.get("/metrics")

    assert response.content_type.startswith("text/plain")
    lines = response.text.splitlines()
    assert "puente_database_up 1.0" in lines
    assert "puente_conversations_due 1.0" in lines
    assert 'puente_outbox{channel="sms-mx",status="queued"} 1.0' in lines
    assert 'puente_messages_last_day{channel="sms-mx",direction="in",status="pending"} 1.0' in lines
    with sessions() as session:
        person = session.scalars(select(contacts.Contact)).one()
    for private in ("secreto", "respuesta", ANA, person.pseudonym, str(person.id), str(conversation_id)):
        assert private not in response.text
