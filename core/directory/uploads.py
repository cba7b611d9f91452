"""Files that wait between being looked at and being taken in: in the database, so that any machine can go
on with them."""

import datetime as dt
import io
import uuid
from typing import IO, Any

from sqlalchemy import ForeignKey, delete, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, datetime_now, now, uuid_pk
from core.directory import importing
from core.directory.report import Report
from core.errors import Conflict, NotFound

KEPT = dt.timedelta(days=1)


class DirectoryUpload(Base):
    __tablename__ = "directory_uploads"

    id: Mapped[uuid_pk]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime_now]
    format: Mapped[str]
    file: Mapped[bytes] = mapped_column(deferred=True)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)


def look(session: Session, user_id: uuid.UUID, file: IO[bytes], format_: str) -> DirectoryUpload:
    """Keeps the file with what it would do; the user's last one and old ones of others go. Raises
    Unreadable."""
    report = importing.run(session, file, format_)
    file.seek(0)
    is_done_with = or_(DirectoryUpload.user_id == user_id, DirectoryUpload.at < now() - KEPT)
    session.execute(delete(DirectoryUpload).where(is_done_with))
    upload = DirectoryUpload(user_id=user_id, format=format_, file=file.read(), report=report.as_json())
    session.add(upload)
    session.flush()
    return upload


def get(session: Session, upload_id: uuid.UUID, user_id: uuid.UUID) -> DirectoryUpload:
    """Raises NotFound, also for what somebody else uploaded."""
    upload = session.get(DirectoryUpload, upload_id)
    if upload is None or upload.user_id != user_id:
        raise NotFound("upload")
    return upload


def take_in(session: Session, upload: DirectoryUpload) -> Report:
    """Raises Conflict when it would do anything else than was shown; the caller rolls back then."""
    report = importing.run(session, io.BytesIO(upload.file), upload.format, is_applied=True)
    if report.problem_count or report.digest != upload.report["digest"]:
        raise Conflict("the directory has changed since")
    session.delete(upload)
    return report
