"""Who is waiting for a person: what the panel reads for its list of conversations and for one thread.

As in `core.case_queue`, sealed conversations are absent for everybody who may not see them, and a list
carries no words of the people who write.
"""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, true, tuple_
from sqlalchemy.orm import Session, defer, joinedload

from core.conversations import Conversation
from core.errors import NotFound
from core.keyset import Cursor
from core.messages import Message
from core.types import ConversationStatus

PAGE = 30
THREAD = 50


class Which(StrEnum):
    WAITING = "waiting"  # a person is wanted, nobody has it
    MINE = "mine"
    OPEN = "open"  # a person has it or is wanted
    BOT = "bot"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Page:
    conversations: list[Conversation]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Thread:
    """Messages in their order; `has_earlier` when some came before the first of them."""

    messages: list[Message]
    has_earlier: bool


def page(
    session: Session, which: Which, user_id: uuid.UUID, *, sees_sealed: bool, after: Cursor | None = None
) -> Page:
    """Who waits the longest comes first; where nobody waits for us, the latest."""
    is_oldest_first = which in (Which.WAITING, Which.MINE, Which.OPEN)
    place = tuple_(Conversation.last_message_at, Conversation.id)
    query = (
        select(Conversation)
        .where(_is_visible(sees_sealed=sees_sealed), _is_wanted(which, user_id))
        .options(
            defer(Conversation.session), joinedload(Conversation.contact), joinedload(Conversation.channel)
        )
    )
    if after:
        end = tuple_(after.at, after.id)
        query = query.where(place > end if is_oldest_first else place < end)
    order = (Conversation.last_message_at, Conversation.id)
    query = query.order_by(*(order if is_oldest_first else [column.desc() for column in order]))
    rows = list(session.scalars(query.limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], Cursor(last.last_message_at, last.id) if last else None)


def count(session: Session, which: Which, user_id: uuid.UUID, *, sees_sealed: bool) -> int:
    query = select(func.count(Conversation.id)).where(
        _is_visible(sees_sealed=sees_sealed), _is_wanted(which, user_id)
    )
    return session.scalar(query) or 0


def get(
    session: Session, conversation_id: uuid.UUID, *, sees_sealed: bool, is_locked: bool = False
) -> Conversation:
    """Raises NotFound alike for none and for a sealed one. `is_locked` holds it for a change."""
    query = select(Conversation).where(
        Conversation.id == conversation_id, _is_visible(sees_sealed=sees_sealed)
    )
    found = session.scalars(query.with_for_update() if is_locked else query).one_or_none()
    if found is None:
        raise NotFound("conversation")
    return found


def thread(
    session: Session, conversation_id: uuid.UUID, *, before: int | None = None, limit: int = THREAD
) -> Thread:
    query = select(Message).where(Message.conversation_id == conversation_id)
    if before is not None:
        query = query.where(Message.seq < before)
    rows = list(session.scalars(query.order_by(Message.seq.desc()).limit(limit + 1)))
    return Thread(rows[:limit][::-1], has_earlier=len(rows) > limit)


def _is_visible(*, sees_sealed: bool) -> ColumnElement[bool]:
    return true() if sees_sealed else Conversation.is_sealed.is_(False)


def _is_wanted(which: Which, user_id: uuid.UUID) -> ColumnElement[bool]:
    is_open = Conversation.status == ConversationStatus.OPEN
    match which:
        case Which.WAITING:
            return is_open & Conversation.assignee_id.is_(None)
        case Which.MINE:
            return is_open & (Conversation.assignee_id == user_id)
        case Which.OPEN:
            return is_open
        case Which.BOT:
            return Conversation.status == ConversationStatus.PENDING
        case Which.ALL:
            return true()
