"""What the bot's tests share."""

import pytest

from bot.content import Content
from core import users
from core.db import SessionMaker, transaction
from core.types import Role
from tests.chat import CHAT, Chat


@pytest.fixture(scope="session")
def content() -> Content:
    return Content.load()


@pytest.fixture
def staff(sessions: SessionMaker) -> users.User:
    with transaction(sessions) as session:
        return users.create(session, "agent@example.org", "a long password", Role.AGENT)


@pytest.fixture
def chat(sessions: SessionMaker, content: Content) -> Chat:
    """A person who was greeted already and writes by a channel with buttons."""
    chat = Chat(sessions, content, limits=CHAT)
    chat.says("hola").says("español").heard()
    return chat
