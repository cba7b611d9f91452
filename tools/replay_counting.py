"""What became of the posted messages: from the rows of the stack and from what the emulator was sent."""

import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from core.db import transaction
from core.messages import Message
from core.types import Direction, MessageStatus
from tools.replay_posting import CHANNEL
from tools.stack import Stack, StackError

NO_PROGRESS_SECONDS = 150.0  # the longest lease (60 s) and the longest early pause of a retry fit in it twice
QUIET_SECONDS = 3.0  # longer than between two looks of a worker: what a posting could wake is awake by then
MOVING_SECONDS = 40.0  # longer than a worker's lease (30 s)
MOVED = 3  # turns and replies by which one sees that programs are at work
UNFINISHED = (MessageStatus.PENDING, MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.ERRORED)


@dataclass(frozen=True)
class Received:
    """A row of a message in."""

    sid: str
    conversation_id: uuid.UUID
    is_handled: bool
    intent: str | None
    decision: str | None


@dataclass(frozen=True)
class Reply:
    """A row of a message out."""

    id: str
    conversation_id: uuid.UUID
    status: MessageStatus
    unknown_outcomes: int


@dataclass(frozen=True)
class Call:
    """One message that the emulator took: our id of it, and who was sent what."""

    message_id: str
    number: str
    text: str


@dataclass(frozen=True)
class Outcome:
    posted: int
    turns: int
    failed_turns: int  # answered with an apology
    replies: int
    recorded: int
    lost: int  # posted, but without a turn or without a recorded answer
    given_up: int  # replies that were not delivered and will not be tried again
    doubled: int
    unknown: int  # calls cut off, of which nobody can know whether they worked
    repeated: int  # of those, calls that the emulator took twice: allowed once each
    intents: Mapping[str, int]
    decisions: Mapping[str, int]

    @property
    def answered_once(self) -> int:
        return self.posted - self.lost - self.doubled

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.given_up or self.doubled)


def outcome(
    sids: Sequence[str], received: Sequence[Received], replies: Sequence[Reply], calls: Sequence[Call]
) -> Outcome:
    taken = Counter(call.message_id for call in calls)
    allowed = {reply.id: reply.unknown_outcomes for reply in replies}
    again = {id_: times - 1 for id_, times in taken.items() if times > 1}
    repeated = sum(min(times, allowed.get(id_, 0)) for id_, times in again.items())
    # the same words to the same person in two messages: a turn was made twice
    said = Counter((call.number, call.text) for call in {call.message_id: call for call in calls}.values())
    said_twice = sum(times - 1 for times in said.values())
    came_twice = len(received) - len({one.sid for one in received})
    answered: dict[uuid.UUID, bool] = defaultdict(bool)
    for reply in replies:
        answered[reply.conversation_id] |= reply.id in taken
    arrived = {one.sid for one in received if one.is_handled and answered[one.conversation_id]}
    return Outcome(
        posted=len(sids),
        turns=sum(one.is_handled for one in received),
        failed_turns=sum(one.decision == "failed" for one in received),
        replies=len(replies),
        recorded=len(calls),
        lost=len(set(sids) - arrived),
        given_up=sum(reply.id not in taken for reply in replies if reply.status is MessageStatus.FAILED),
        doubled=sum(again.values()) - repeated + said_twice + came_twice,
        unknown=sum(reply.unknown_outcomes for reply in replies),
        repeated=repeated,
        intents=Counter(one.intent or "(none)" for one in received),
        decisions=Counter(one.decision or "(none)" for one in received),
    )


def count(stack: Stack, sids: Sequence[str], emulator_url: str) -> Outcome:
    """Raises StackError when the database has not come back."""
    try:
        return _count(stack, sids, emulator_url)
    except DBAPIError as e:
        raise StackError(f"the database is away ({type(e.orig).__name__})") from None


def _count(stack: Stack, sids: Sequence[str], emulator_url: str) -> Outcome:
    sent = httpx.get(f"{emulator_url}/_sent", timeout=60, trust_env=False).raise_for_status().json()
    with transaction(stack.sessions) as session:
        rows = session.execute(
            select(
                Message.id,
                Message.direction,
                Message.external_id,
                Message.conversation_id,
                Message.status,
                Message.intent,
                Message.decision,
                Message.unknown_outcomes,
            ).where(Message.channel_id == CHANNEL)
        ).all()
    received = [
        Received(
            row.external_id,
            row.conversation_id,
            row.status is MessageStatus.HANDLED,
            row.intent,
            row.decision,
        )
        for row in rows
        if row.direction is Direction.IN
    ]
    replies = [
        Reply(str(row.id), row.conversation_id, row.status, row.unknown_outcomes)
        for row in rows
        if row.direction is Direction.OUT
    ]
    return outcome(sids, received, replies, [call_of(fields) for fields in sent])


def call_of(fields: Mapping[str, Any]) -> Call:
    query = parse_qs(urlsplit(fields["StatusCallback"]).query)
    return Call(query["message"][0], fields["To"], fields["Body"])


@dataclass(frozen=True)
class Progress:
    """Messages in, those that had their turn, those that were sent out, and all that still wait."""

    arrived: int
    handled: int
    sent: int
    waiting: int


NOTHING = Progress(0, 0, 0, 0)


def progress(stack: Stack) -> Progress:
    """Raises DBAPIError while the database is away."""
    is_in, is_out = Message.direction == Direction.IN, Message.direction == Direction.OUT
    is_unfinished = Message.status.in_(UNFINISHED)
    counted = [
        func.count().filter(is_in),
        func.count().filter(is_in, ~is_unfinished),
        func.count().filter(is_out, ~is_unfinished),
        func.count().filter(is_unfinished),
    ]
    with transaction(stack.sessions) as session:
        return Progress(*session.execute(select(*counted).where(Message.channel_id == CHANNEL)).one())


def wait_until_moving(stack: Stack, before: Progress) -> None:
    """Until some turns were made and some replies were sent since then, or for as long as a lease."""
    give_up_at = time.monotonic() + MOVING_SECONDS
    while time.monotonic() < give_up_at:
        now = progress(stack)
        if now.handled >= before.handled + MOVED and now.sent >= before.sent + MOVED:
            return
        time.sleep(0.01)


def wait_until_answered(stack: Stack, expected: int) -> bool:
    """Whether all that was posted came to an end; False when nothing moves any more."""
    last, moved_at = NOTHING, time.monotonic()
    while stack.is_running and time.monotonic() - moved_at < NO_PROGRESS_SECONDS:
        with suppress(DBAPIError):
            now = progress(stack)
            if now.arrived >= expected and not now.waiting:
                return True
            if now != last:
                last, moved_at = now, time.monotonic()
        time.sleep(0.1)
    return False
