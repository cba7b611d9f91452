"""Files on their way into the directory: kept, read by the importer, looked at, confirmed, taken in.

A row is the truth about one: whoever waits for it looks here, and an importer that dies leaves a lease that
ends. What a file would do is read first, and done only after somebody said yes to just that.
"""

import datetime as dt
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import audit, jobs
from core.db import Base, datetime_now, now, uuid_pk
from core.directory import importing
from core.directory.report import Report
from core.errors import Conflict, NotFound

KEPT = dt.timedelta(days=1)
LEASE = dt.timedelta(seconds=120)
"""Longer than an importer is ever silent; after it another one begins anew."""

MAX_ATTEMPTS = 3
"""A file at which the importer died so often is not tried again."""


class UploadState(StrEnum):
    READING = "reading"  # waits for the importer, or is read by it
    READ = "read"  # waits for somebody to confirm
    TAKING_IN = "taking_in"
    DONE = "done"
    REFUSED = "refused"  # `refusal` says why; nothing of it was taken in


Tell = Callable[[int, int], None]
"""Hears how much of a file was read, in percent, and how many of its records were gone through."""

AT_WORK = (UploadState.READING, UploadState.TAKING_IN)


class DirectoryUpload(Base):
    __tablename__ = "directory_uploads"

    id: Mapped[uuid_pk]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime_now]
    format: Mapped[str]
    file: Mapped[bytes] = mapped_column(deferred=True)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[UploadState] = mapped_column(default=UploadState.READING)
    refusal: Mapped[str | None]
    refusal_detail: Mapped[str | None]
    file_percent: Mapped[int] = mapped_column(default=0)  # of the file, read so far
    record_count: Mapped[int] = mapped_column(default=0)  # gone through so far
    record_total: Mapped[int | None]  # known once it was read
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on an upload, void once `token` is not the row's any more."""

    upload_id: uuid.UUID
    token: int


def keep(session: Session, user_id: uuid.UUID, file: bytes, format_: str) -> DirectoryUpload:
    """Wakes the importer. The user's last one goes, unless it is being taken in, and old ones of others."""
    is_done_with = (DirectoryUpload.user_id == user_id) & (DirectoryUpload.state != UploadState.TAKING_IN)
    session.execute(delete(DirectoryUpload).where(is_done_with | (DirectoryUpload.at < now() - KEPT)))
    upload = DirectoryUpload(user_id=user_id, format=format_, file=file, report={})
    session.add(upload)
    session.flush()
    jobs.wake_importer(session)
    return upload


def get(session: Session, upload_id: uuid.UUID, user_id: uuid.UUID) -> DirectoryUpload:
    """Raises NotFound, also for what somebody else uploaded."""
    upload = session.get(DirectoryUpload, upload_id, populate_existing=True)
    if upload is None or upload.user_id != user_id:
        raise NotFound("upload")
    return upload


def confirm(session: Session, upload: DirectoryUpload) -> bool:
    """Have it taken in. False if that was said before, or there is nothing to say it to."""
    confirmed = session.scalar(
        update(DirectoryUpload)
        .where(DirectoryUpload.id == upload.id, DirectoryUpload.state == UploadState.READ)
        .values(state=UploadState.TAKING_IN, record_count=0, file_percent=0, attempts=0, leased_until=None)
        .returning(DirectoryUpload.id)
    )
    if confirmed:
        jobs.wake_importer(session)
    return confirmed is not None


def claim(session: Session) -> Lease | None:
    """The oldest that waits for the importer, or whose importer died."""
    free = or_(DirectoryUpload.leased_until.is_(None), DirectoryUpload.leased_until < func.now())
    upload = session.scalars(
        select(DirectoryUpload)
        .where(DirectoryUpload.state.in_(AT_WORK), free)
        .order_by(DirectoryUpload.at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if upload is None:
        return None
    upload.attempts, upload.lease_token = upload.attempts + 1, upload.lease_token + 1
    upload.leased_until, upload.record_count, upload.file_percent = now() + LEASE, 0, 0
    if upload.attempts > MAX_ATTEMPTS:
        upload.state, upload.refusal, upload.leased_until = UploadState.REFUSED, "gave_up", None
    return Lease(upload.id, upload.lease_token)


def note_progress(session: Session, lease: Lease, file_percent: int, record_count: int) -> None:
    """Seen by whoever waits, so in a transaction of its own. Raises Conflict when another took over."""
    values = {"file_percent": file_percent, "record_count": record_count}
    _finish(session, lease, **values, leased_until=now() + LEASE)


def read(session: Session, lease: Lease, tell: Tell) -> None:
    """What it would do. Raises Unreadable for a file that is none of its format."""
    upload = _leased(session, lease)
    file = _Watched(upload.file, tell)
    report = importing.run(session, file, upload.format, file.count)
    _finish(
        session,
        lease,
        state=UploadState.READ,
        report=report.as_json(),
        record_total=file.record_count,
        leased_until=None,
    )


def take_in(session: Session, lease: Lease, tell: Tell) -> None:
    """All of it or nothing, in the caller's transaction. Raises Conflict when it would do anything else than
    was shown."""
    upload = _leased(session, lease)
    # PostgreSQL plans its checks of foreign keys once, on tables that a first import finds empty: it would
    # read them from end to end for each row, and a large file would take hours
    session.execute(text("SET LOCAL enable_seqscan = off"))
    file = _Watched(upload.file, tell)
    report = importing.run(session, file, upload.format, file.count, is_applied=True)
    if report.problem_count or report.digest != upload.report["digest"]:
        raise Conflict("the directory has changed since")
    _record(session, upload, report)
    _finish(session, lease, state=UploadState.DONE, file=b"", leased_until=None)


def refuse(session: Session, lease: Lease, refusal: str, detail: str = "") -> None:
    values = {"refusal": refusal, "refusal_detail": detail, "leased_until": None}
    _finish(session, lease, state=UploadState.REFUSED, **values)


def _leased(session: Session, lease: Lease) -> DirectoryUpload:
    """Not locked: how far it is must be noted meanwhile. Whose lease it is counts again at the end."""
    upload = session.get(DirectoryUpload, lease.upload_id)
    if upload is None or upload.lease_token != lease.token:
        raise Conflict("the lease was taken over")
    return upload


class _Watched(io.BytesIO):
    """The file, which tells how much of it was read, and with it how many records were gone through."""

    def __init__(self, data: bytes, tell: Tell) -> None:
        super().__init__(data)
        self._size, self._tell = len(data), tell
        self.record_count = self._percent = 0

    def count(self, more: int) -> None:
        self.record_count += more
        self._tell(self._percent, self.record_count)

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self._note()
        return data

    def __next__(self) -> bytes:
        line = super().__next__()
        self._note()
        return line

    def _note(self) -> None:
        percent = 100 * self.tell() // max(1, self._size)
        if percent > self._percent:
            self._percent = percent
            self._tell(percent, self.record_count)


def _record(session: Session, upload: DirectoryUpload, report: Report) -> None:
    counts = {"added": sum(report.added.values()), "changed": sum(report.changed.values())}
    told = {name: str(count) for name, count in counts.items()}
    about = {"format": upload.format, "digest": report.digest[:16]}
    audit.record(session, upload.user_id, "import_directory", **about, **told)


def _finish(session: Session, lease: Lease, **values: Any) -> None:
    kept = session.scalar(
        update(DirectoryUpload)
        .where(DirectoryUpload.id == lease.upload_id, DirectoryUpload.lease_token == lease.token)
        .values(values)
        .returning(DirectoryUpload.id)
        .execution_options(synchronize_session=False)
    )
    if kept is None:
        raise Conflict("the lease was taken over")
