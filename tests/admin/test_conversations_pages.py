"""Conversations: the lists, the thread, taking over, replying and handing back."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import contacts, conversation_queue, conversations, messages
from core.audit import AuditEvent
from core.conversations import Conversation
from core.db import now
from core.types import ChannelType, ConversationStatus, MessageStatus, Priority
from tests.admin import factories
from tests.admin.browser import Browser

REPLY = {"text": "Buenas tardes, soy del municipio."}


def address(conversation: Conversation) -> str:
    return f"/conversations/{conversation.id}"


def fresh(db: Session, conversation: Conversation) -> Conversation:
    db.expire_all()
    return db.get_one(Conversation, conversation.id)


@pytest.fixture
def waiting(db: Session) -> Conversation:
    conversation = factories.conversation(db)
    conversations.open_for_person(conversation, "asked")
    db.commit()
    return conversation


def test_each_list_has_its_own(agent: Browser, waiting: Conversation, db: Session) -> None:
    bot, mine, sealed = factories.conversation(db), factories.conversation(db), factories.conversation(db)
    conversations.assign(mine, agent.user.id)
    conversations.open_for_person(sealed, "gender_violence")
    sealed.is_sealed = True
    db.commit()
    names = {"waiting": waiting, "bot": bot, "mine": mine, "sealed": sealed}

    def shown(which: str) -> set[str]:
        page = agent.get(f"/conversations/?which={which}").text
        return {name for name, one in names.items() if one.contact.pseudonym in page}

    assert shown("waiting") == {"waiting"}
    assert shown("mine") == {"mine"}
    assert shown("open") == {"waiting", "mine"}
    assert shown("bot") == {"bot"}
    assert shown("all") == {"waiting", "mine", "bot"}
    assert agent.get("/conversations/?which=x").status_code == 400


def test_who_waits_the_longest_is_first_and_nobody_is_left_out_between_pages(
    agent: Browser, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation_queue, "PAGE", 2)
    made = [factories.conversation(db) for _ in range(5)]
    for age, conversation in enumerate(made):
        conversations.open_for_person(conversation, "asked")
        conversation.last_message_at = now() - timedelta(hours=age)
    db.commit()

    for which, expected in (("waiting", made[::-1]), ("all", made)):
        seen, page_address = [], f"/conversations/?which={which}"
        while page_address:
            page = agent.get(page_address).text
            seen += re.findall(r">(P-\w+)<", page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            page_address = html.unescape(following[1]) if following else ""
        assert seen == [one.contact.pseudonym for one in expected]


def test_lists_carry_no_words_of_the_people(agent: Browser, waiting: Conversation) -> None:
    for page in ("/", "/conversations/?which=all"):
        assert waiting.contact.pseudonym in agent.get(page).text
        assert factories.STORY not in agent.get(page).text


def test_the_thread_shows_who_said_what_and_how_it_was_delivered(
    agent: Browser, waiting: Conversation, db: Session
) -> None:
    said = messages.queue(db, waiting, "Le paso con una persona.", key="human.handoff")
    said.status = MessageStatus.DELIVERED
    failed = messages.queue(db, waiting, "¿Sigue ahí?", sent_by_id=agent.user.id)
    failed.status = MessageStatus.FAILED
    db.commit()

    page = agent.get(address(waiting)).text

    for words in (factories.STORY, "Le paso con una persona.", "entregado", "no se entregó", agent.user.name):
        assert words in page
    assert "9000" not in page
    assert db.query(AuditEvent).filter_by(action="view_conversation").count() == 1


def test_earlier_messages_are_a_page_further(
    agent: Browser, waiting: Conversation, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        messages.queue(db, waiting, f"mensaje {number}.")
    db.commit()

    page = agent.get(address(waiting)).text
    assert "mensaje 59." in page
    assert factories.STORY not in page
    earlier = re.search(r'href="([^"]*before=\d+)"', page)
    assert earlier

    assert factories.STORY in agent.get(earlier[1]).text


def test_taking_over_silences_the_bot_and_opens_the_reply(
    agent: Browser, waiting: Conversation, db: Session
) -> None:
    assert "/reply" not in agent.get(address(waiting)).text

    agent.submit(address(waiting), "/take", {})

    conversation = fresh(db, waiting)
    assert (conversation.status, conversation.assignee_id) == (ConversationStatus.OPEN, agent.user.id)
    assert "/reply" in agent.get(address(waiting)).text


def test_a_reply_waits_in_the_outbox(agent: Browser, waiting: Conversation, db: Session) -> None:
    agent.submit(address(waiting), "/take", {})

    agent.submit(address(waiting), "/reply", REPLY)

    (message,) = factories.sent(db, waiting)
    assert (message.text, message.priority, message.key) == (REPLY["text"], Priority.REPLY, None)
    assert (message.status, message.sent_by_id) == (MessageStatus.QUEUED, agent.user.id)
    assert not message.is_private
    assert db.query(AuditEvent).filter_by(action="reply").count() == 1


def test_only_who_has_the_conversation_replies(
    agent: Browser, coordinator: Browser, waiting: Conversation, db: Session
) -> None:
    coordinator.submit(address(waiting), "/take", {})

    refused = agent.post(f"{address(waiting)}/reply", {**REPLY, "seen": "0"})

    assert refused.status_code == 409
    assert "primero atienda usted" in refused.text
    assert REPLY["text"] in refused.text
    assert factories.sent(db, waiting) == []
    assert f"La atiende {coordinator.user.name}" in agent.get(address(waiting)).text


def test_the_same_reply_sent_twice_reaches_the_person_once(
    agent: Browser, waiting: Conversation, db: Session
) -> None:
    agent.submit(address(waiting), "/take", {})
    form = {**REPLY, "seen": "1"}

    codes = [agent.post(f"{address(waiting)}/reply", form).status_code for _ in range(2)]

    assert codes == [302, 409]
    assert len(factories.sent(db, waiting)) == 1


def test_handing_back_lets_the_bot_answer_again(agent: Browser, waiting: Conversation, db: Session) -> None:
    agent.submit(address(waiting), "/take", {})

    agent.submit(address(waiting), "/hand-back", {})

    conversation = fresh(db, waiting)
    assert (conversation.status, conversation.assignee_id) == (ConversationStatus.PENDING, None)


def test_who_opted_out_gets_no_reply(agent: Browser, waiting: Conversation, db: Session) -> None:
    agent.submit(address(waiting), "/take", {})
    contacts.stop(waiting.contact)
    db.commit()

    assert "pidió no recibir más mensajes" in agent.get(address(waiting)).text
    assert agent.post(f"{address(waiting)}/reply", {**REPLY, "seen": "1"}).status_code == 409
    assert factories.sent(db, waiting) == []


def test_a_phone_that_is_not_safe_is_said_loudly(agent: Browser, waiting: Conversation, db: Session) -> None:
    waiting.contact.unsafe_since = now()
    db.commit()

    assert "no es seguro escribirle a este teléfono" in agent.get(address(waiting)).text


def test_the_simulator_that_plays_sms_counts_them_too(agent: Browser, db: Session) -> None:
    conversation = factories.conversation(db, channel=ChannelType.SIMULATOR)
    agent.submit(address(conversation), "/take", {})

    agent.submit(address(conversation), "/reply", {"text": "Está resuelto."})

    assert factories.sent(db, conversation)[0].text == "Esta resuelto."


def test_sms_are_counted_with_and_without_the_script(agent: Browser, db: Session) -> None:
    conversation = factories.conversation(db, channel=ChannelType.GATEWAY)
    agent.submit(address(conversation), "/take", {})

    page = agent.submit(address(conversation), "/reply", {"text": "ñ" * 161, "count": "yes"}).text
    answer = agent.client.post(
        "/conversations/count-sms", data={"text": "señal 🙂" * 20}, headers={"X-CSRFToken": agent.token}
    )

    assert "161 caracteres: 2 SMS" in page
    assert answer.text == "140 caracteres: 3 SMS"
    assert factories.sent(db, conversation) == []


def test_the_person_is_told_who_writes_now(agent: Browser, waiting: Conversation, db: Session) -> None:
    agent.submit(address(waiting), "/take", {})
    agent.submit(address(waiting), "/hand-back", {})

    assert factories.told(db, waiting) == ["system.taken_over", "system.handed_back"]
