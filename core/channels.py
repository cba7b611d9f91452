"""A channel is a configured number or bot. What it can do is in `bot/channels/`; this is its row."""

import json
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, datetime_now, encrypted
from core.errors import NotFound
from core.types import ChannelType


class Channel(Base):
    __tablename__ = "channels"

    id: Mapped[str] = mapped_column(primary_key=True)  # readable, part of the webhook's path
    type: Mapped[ChannelType]
    name: Mapped[str]
    credentials_json: Mapped[encrypted]
    is_active: Mapped[bool] = mapped_column(default=True)
    halted_code: Mapped[str | None]  # set when every send would fail alike (account suspended, wrong token)
    rate: Mapped[float] = mapped_column(default=1.0)  # messages a second that the provider accepts
    burst: Mapped[float] = mapped_column(default=1.0)
    tokens: Mapped[float] = mapped_column(default=1.0)  # the token bucket of the sender
    tokens_at: Mapped[datetime_now]
    created_at: Mapped[datetime_now]

    @property
    def credentials(self) -> dict[str, Any]:
        return json.loads(self.credentials_json)  # type: ignore[no-any-return]


def add(
    session: Session,
    channel_id: str,
    channel_type: ChannelType,
    name: str,
    credentials: dict[str, Any],
    *,
    rate: float = 1.0,
    burst: float | None = None,
) -> Channel:
    """Make the channel, or give an existing one new credentials and rate."""
    channel = session.get(Channel, channel_id) or Channel(id=channel_id, tokens=burst or rate)
    channel.type, channel.name, channel.credentials_json = channel_type, name, json.dumps(credentials)
    channel.rate, channel.burst, channel.is_active, channel.halted_code = rate, burst or rate, True, None
    session.add(channel)
    session.flush()
    return channel


def get(session: Session, channel_id: str, channel_type: ChannelType) -> Channel:
    """Raises NotFound, also for an inactive channel or one of another type."""
    channel = session.get(Channel, channel_id)
    if channel is None or channel.type is not channel_type or not channel.is_active:
        raise NotFound("channel")
    return channel


def halt(session: Session, channel_id: str, code: str) -> None:
    """Stop sending there until somebody mends the credentials; messages wait."""
    session.execute(update(Channel).where(Channel.id == channel_id).values(halted_code=code))


def available_tokens(session: Session, channel_id: str) -> float:
    """How many messages the channel may send now; below 1 means wait.

    Locks the channel's row for the transaction, so that senders on several machines share one rate.
    """
    channel = session.scalars(
        select(Channel)
        .where(Channel.id == channel_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    moment = session.scalars(select(func.clock_timestamp())).one()
    filled = channel.tokens + max(0.0, (moment - channel.tokens_at).total_seconds()) * channel.rate
    channel.tokens, channel.tokens_at = min(filled, max(channel.burst, 1.0)), moment
    return channel.tokens


def spend_tokens(session: Session, channel_id: str, count: int) -> None:
    """Call it in the transaction of `available_tokens`. An SMS costs its segments, so the bucket may go
    below zero."""
    session.get_one(Channel, channel_id).tokens -= count


def seconds_until_token(session: Session, channel_id: str) -> float:
    channel = session.get_one(Channel, channel_id)
    return max(0.0, (1.0 - channel.tokens) / channel.rate)
