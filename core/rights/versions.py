"""Rights items that were written in the panel: every version, who wrote it and who approved it.

Rows are only added. The newest approved one of an item is published; a newer one that waits is its draft.
Version 0 is what the files say, and has no row.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, bool_false, datetime_now, now, uuid_pk
from core.errors import Conflict, NotAllowed, NotFound
from core.rights.entries import Entry, as_json, from_json, problems


class RightsVersion(Base):
    """`base` is the digest of what the files said when it was written: when they say something else by now,
    somebody has to look."""

    __tablename__ = "rights_versions"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        # hiding shows nobody anything, and a wrong text hurts while a second person is looked for
        CheckConstraint("is_hidden OR approved_by_id <> author_id", name="second_person"),
        Index("ix_rights_versions_approved", "approved_at", postgresql_where=text("approved_at IS NOT NULL")),
    )

    id: Mapped[uuid_pk]
    item_id: Mapped[str]
    number: Mapped[int]
    country: Mapped[str]
    topic: Mapped[str]
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    base: Mapped[str | None]
    is_hidden: Mapped[bool_false]
    is_discarded: Mapped[bool_false]
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime_now]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]

    @property
    def entry(self) -> Entry:
        return Entry.of(self.item_id, self.country, self.topic, from_json(self.texts))

    @property
    def is_draft(self) -> bool:
        """Of the newest version."""
        return self.approved_at is None and not self.is_discarded


def stamp(session: Session) -> tuple[int, datetime | None]:
    """Another one after each publication: rows are never taken away."""
    count, latest = session.execute(
        select(func.count(), func.max(RightsVersion.approved_at)).where(
            RightsVersion.approved_at.is_not(None)
        )
    ).one()
    return count, latest


def published(session: Session) -> list[RightsVersion]:
    """The newest approved version of each item, hidden ones too, in the order in which they came to be."""
    newest = (
        select(RightsVersion)
        .where(RightsVersion.approved_at.is_not(None))
        .ext(distinct_on(RightsVersion.item_id))
        .order_by(RightsVersion.item_id, RightsVersion.number.desc())
    )
    return sorted(session.scalars(newest), key=lambda version: version.id)


def drafts(session: Session) -> list[RightsVersion]:
    """What waits for approval, longest first."""
    newest = (
        select(RightsVersion)
        .ext(distinct_on(RightsVersion.item_id))
        .order_by(RightsVersion.item_id, RightsVersion.number.desc())
    )
    return sorted((one for one in session.scalars(newest) if one.is_draft), key=lambda version: version.id)


def history(session: Session, item_id: str) -> list[RightsVersion]:
    """Newest first."""
    of_item = select(RightsVersion).where(RightsVersion.item_id == item_id)
    return list(session.scalars(of_item.order_by(RightsVersion.number.desc())))


def item_ids(session: Session) -> set[str]:
    return set(session.scalars(select(RightsVersion.item_id).distinct()))


def save_draft(
    session: Session, author_id: uuid.UUID, entry: Entry, *, seen: int, base: Entry | None
) -> RightsVersion:
    """The next version, which waits for approval. `seen` is the newest number that the author saw.

    Raises Conflict when there is a newer one by now.
    """
    newest = _newest_number(session, entry.id)
    if newest != seen:
        raise Conflict("a newer version")
    return _add(session, _version(entry, author_id, newest + 1, base))


def approve(session: Session, user_id: uuid.UUID, item_id: str, *, seen: int) -> RightsVersion:
    """Publishes the draft as it was read, and no later state of it.

    Raises NotAllowed to its author, Conflict when it is not the newest version any more or has become
    unfit, as by a review date that has passed.
    """
    version = _newest(session, item_id)
    if version.number != seen or not version.is_draft:
        raise Conflict("a newer version")
    if version.author_id == user_id:
        raise NotAllowed("approve own draft")
    if any(problems(version.entry, now().date())):
        raise Conflict("the draft has become unfit")
    version.approved_by_id, version.approved_at = user_id, now()
    return version


def discard(session: Session, item_id: str, *, seen: int) -> RightsVersion:
    """Raises Conflict when there is no such draft any more."""
    version = _newest(session, item_id)
    if version.number != seen or not version.is_draft:
        raise Conflict("a newer version")
    version.is_discarded = True
    return version


def hide(
    session: Session, user_id: uuid.UUID, entry: Entry, *, seen: int, base: Entry | None
) -> RightsVersion:
    """Takes the item away from people at once; a draft of it goes on waiting. Raises Conflict."""
    newest = _newest_number(session, entry.id)
    if newest != seen:
        raise Conflict("a newer version")
    waiting = _newest(session, entry.id) if newest else None
    version = _version(entry, user_id, newest + 1, base)
    version.is_hidden, version.approved_by_id, version.approved_at = True, user_id, now()
    _add(session, version)
    if waiting and waiting.is_draft:
        _add(session, _version(waiting.entry, waiting.author_id, newest + 2, base))
    return version


def _version(entry: Entry, author_id: uuid.UUID, number: int, base: Entry | None) -> RightsVersion:
    return RightsVersion(
        item_id=entry.id,
        number=number,
        country=entry.country,
        topic=entry.topic,
        texts=as_json(entry.texts),
        base=base.digest if base else None,
        author_id=author_id,
    )


def _add(session: Session, version: RightsVersion) -> RightsVersion:
    """Two who save at the same moment get the same number, and the table takes one."""
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError as e:
        raise Conflict("a newer version") from e
    return version


def _newest_number(session: Session, item_id: str) -> int:
    numbers = select(func.max(RightsVersion.number)).where(RightsVersion.item_id == item_id)
    return session.scalar(numbers) or 0


def _newest(session: Session, item_id: str) -> RightsVersion:
    """Locked, so that it is approved or thrown away, not both. Raises NotFound."""
    of_item = select(RightsVersion).where(RightsVersion.item_id == item_id)
    newest = of_item.order_by(RightsVersion.number.desc()).limit(1).with_for_update()
    version = session.scalar(newest)
    if version is None:
        raise NotFound("rights item")
    return version
