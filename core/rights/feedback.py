"""How often each rights item was shown and helped, and how often nothing answered: counts only.

A row is a day, an item, a language and a kind of channel. Nobody can be found in it, so that an erasure need
not touch it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, now
from core.types import Language

KEPT = dt.timedelta(days=365)
"""A year, after which every item has been reviewed again."""


class RightsShown(Base):
    """`helped` and `not_helped` are of those who were asked and answered."""

    __tablename__ = "rights_shown"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[Language] = mapped_column(primary_key=True)
    channel_kind: Mapped[str] = mapped_column(primary_key=True)  # sms, chat
    shown: Mapped[int]
    helped: Mapped[int]
    not_helped: Mapped[int]


class RightsMissed(Base):
    """Questions that no item answered."""

    __tablename__ = "rights_missed"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[Language] = mapped_column(primary_key=True)
    channel_kind: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[int]


@dataclass(frozen=True, slots=True)
class ItemFeedback:
    item_id: str
    shown: int
    helped: int
    not_helped: int


@dataclass(frozen=True, slots=True)
class Missed:
    country: str
    topic: str
    asked: int


def count_shown(session: Session, item_id: str, language: Language, channel_kind: str) -> None:
    """One more, like the others in the caller's transaction: what is rolled back did not happen."""
    _count(session, item_id, language, channel_kind, shown=1)


def count_rated(
    session: Session, item_id: str, language: Language, channel_kind: str, *, helped: bool
) -> None:
    _count(session, item_id, language, channel_kind, helped=int(helped), not_helped=int(not helped))


def count_missed(session: Session, country: str, topic: str, language: Language, channel_kind: str) -> None:
    added = insert(RightsMissed).values(
        day=now().date(), country=country, topic=topic, language=language, channel_kind=channel_kind, asked=1
    )
    session.execute(
        added.on_conflict_do_update(constraint="pk_rights_missed", set_={"asked": RightsMissed.asked + 1})
    )


def by_item(session: Session, since: dt.date) -> list[ItemFeedback]:
    """Of each item that was shown since that day, the least helpful first."""
    sums = (func.sum(RightsShown.shown), func.sum(RightsShown.helped), func.sum(RightsShown.not_helped))
    rows = session.execute(
        select(RightsShown.item_id, *sums).where(RightsShown.day >= since).group_by(RightsShown.item_id)
    )
    found = [ItemFeedback(item_id, *map(int, counts)) for item_id, *counts in rows]
    return sorted(found, key=lambda one: (one.helped - one.not_helped, -one.shown, one.item_id))


def missed(session: Session, since: dt.date) -> Sequence[Missed]:
    """Of each country and topic, the most asked first."""
    asked = func.sum(RightsMissed.asked)
    rows = session.execute(
        select(RightsMissed.country, RightsMissed.topic, asked)
        .where(RightsMissed.day >= since)
        .group_by(RightsMissed.country, RightsMissed.topic)
        .order_by(asked.desc(), RightsMissed.country, RightsMissed.topic)
    )
    return [Missed(country, topic, int(count)) for country, topic, count in rows]


def purge(session: Session) -> None:
    """Delete what is too old to say anything about the texts of today."""
    before = now().date() - KEPT
    session.execute(delete(RightsShown).where(RightsShown.day < before))
    session.execute(delete(RightsMissed).where(RightsMissed.day < before))


def _count(session: Session, item_id: str, language: Language, channel_kind: str, **more: int) -> None:
    counted = {"shown": 0, "helped": 0, "not_helped": 0, **more}
    added = insert(RightsShown).values(
        day=now().date(), item_id=item_id, language=language, channel_kind=channel_kind, **counted
    )
    session.execute(
        added.on_conflict_do_update(
            constraint="pk_rights_shown",
            set_={name: getattr(RightsShown, name) + count for name, count in counted.items()},
        )
    )
