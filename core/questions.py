"""How many questions were asked for each need and place: counts, and nothing of whoever asked.

A row is a day, a need, a place and how many. Nobody can be found in it, so that an erasure need not touch it;
yet where few people live, or where the question itself is dangerous to have asked, a count of one may point
at somebody. Those are counted for the whole department only.
"""

import datetime as dt

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, now

KEPT = dt.timedelta(days=90)

DANGEROUS = frozenset({"gender_violence", "child_protection"})
"""Needs of which one question from a small town tells more than it helps: never counted by town."""

MIN_PEOPLE = 1_000
"""In smaller towns, and in those of which GeoNames does not know it, neighbors would guess who asked."""


class QuestionsAsked(Base):
    """Searches of the directory. `department` and `town_id` (GeoNames) are empty where the count is wider."""

    __tablename__ = "questions_asked"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(primary_key=True)
    town_id: Mapped[str] = mapped_column(primary_key=True)
    need: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[int]
    unmet: Mapped[int]  # of them, those to whom nothing near could be named


def count(
    session: Session, need: str, country: str, department: str = "", town_id: str = "", *, is_met: bool
) -> None:
    """One more, in the caller's transaction: what is rolled back was not asked."""
    place = {"country": country, "department": department}
    place["town_id"] = "" if need in DANGEROUS else town_id
    counted = {"asked": 1, "unmet": 0 if is_met else 1}
    added = insert(QuestionsAsked).values(day=now().date(), need=need, **place, **counted)
    session.execute(
        added.on_conflict_do_update(
            constraint="pk_questions_asked",
            set_={name: getattr(QuestionsAsked, name) + more for name, more in counted.items()},
        )
    )


def since() -> dt.date:
    """The first day that still counts."""
    return now().date() - KEPT


def purge(session: Session) -> int:
    """Delete what is too old to be shown; returns how many rows."""
    old = delete(QuestionsAsked).where(QuestionsAsked.day < since())
    return len(session.scalars(old.returning(QuestionsAsked.day)).all())
