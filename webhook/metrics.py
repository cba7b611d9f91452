"""Numbers for Prometheus, counted in the database at each look, so true for any number of processes."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import lanes
from core.db import now
from core.messages import Message
from core.types import Direction, MessageStatus
from webhook.database import DatabaseDown
from webhook.reception import Reception

OUTBOX = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.ERRORED)
DAY = timedelta(days=1)


class Numbers(Collector):
    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    def collect(self) -> Iterator[Metric]:
        yield _gauge(
            "puente_spooled_requests",
            "Requests that wait for the database",
            len(self._reception.spool.files()),
        )
        try:
            with self._reception.database.transaction() as session:
                numbers = [*_conversations(session), *_outbox(session), _messages(session)]
        except DatabaseDown:
            yield _gauge("puente_database_up", "Whether the database answers", 0)
            return
        yield _gauge("puente_database_up", "Whether the database answers", 1)
        yield from numbers

    def describe(self) -> list[Metric]:
        """Nothing, so that registering does not ask the database."""
        return []


def _conversations(session: Session) -> list[Metric]:
    due, oldest = lanes.count_due(session)
    return [
        _gauge("puente_conversations_due", "Conversations that wait for a turn", due),
        _gauge("puente_conversations_due_oldest_seconds", "How long the first of them has waited", oldest),
    ]


def _outbox(session: Session) -> list[Metric]:
    waiting = GaugeMetricFamily("puente_outbox", "Messages out that wait", labels=["channel", "status"])
    rows = session.execute(
        select(Message.channel_id, Message.status, func.count(), func.min(Message.created_at))
        .where(Message.direction == Direction.OUT, Message.status.in_(OUTBOX))
        .group_by(Message.channel_id, Message.status)
    ).all()
    for channel_id, status, count, _ in rows:
        waiting.add_metric([channel_id, status], count)
    first = min((created_at for *_, created_at in rows), default=None)
    age = (now() - first).total_seconds() if first else 0.0
    return [waiting, _gauge("puente_outbox_oldest_seconds", "How long the first of them has waited", age)]


def _messages(session: Session) -> Metric:
    counts = GaugeMetricFamily(
        "puente_messages_last_day", "Messages of the last 24 hours", labels=["channel", "direction", "status"]
    )
    # ids begin with the time of their making, so the primary key finds a day without another index
    since = uuid.UUID(int=int((now() - DAY).timestamp() * 1000) << 80)
    rows = session.execute(
        select(Message.channel_id, Message.direction, Message.status, func.count())
        .where(Message.id >= since)
        .group_by(Message.channel_id, Message.direction, Message.status)
    )
    for channel_id, direction, status, count in rows:
        counts.add_metric([channel_id, direction, status], count)
    return counts


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=value)
