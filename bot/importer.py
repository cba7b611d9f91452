"""The importer: reads the files that staff upload, and takes in what they confirmed.

`python -m bot.importer`. A process of its own, so that a file of 100,000 rows slows no answer down. It may be
killed at any moment: a file is taken in within one transaction, and after the lease the next one begins anew.
"""

import logging
import sys
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.job_loop import serve
from bot.pump import Pump
from core import jobs, logs
from core.database import open_database
from core.db import SessionMaker, transaction
from core.directory import uploads
from core.directory.hsds import Unreadable
from core.directory.uploads import DirectoryUpload, Lease, Tell, UploadState
from core.errors import Conflict, SettingsError
from core.settings import Settings

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds between looks when no hint comes
TOLD_EVERY = 0.5  # seconds between notes of the progress


class Importer:
    def __init__(self, sessions: SessionMaker) -> None:
        self._sessions = sessions

    def work(self) -> float:
        """One file, read or taken in."""
        with transaction(self._sessions) as session:
            lease = uploads.claim(session)
            state = session.get_one(DirectoryUpload, lease.upload_id).state if lease else None
        if lease is None:
            return LOOK_EVERY
        if state is UploadState.READING:
            self._run(lease, uploads.read, "read")
        elif state is UploadState.TAKING_IN:
            self._run(lease, uploads.take_in, "taken in")
        return 0.0

    def _run(self, lease: Lease, verb: Callable[[Session, Lease, Tell], None], done: str) -> None:
        try:
            with transaction(self._sessions) as session:
                verb(session, lease, self._teller(lease))
        except Unreadable as e:
            self._refuse(lease, e.code, e.detail)
        except Conflict:
            self._refuse(lease, "directory_changed")
        else:
            logger.info("upload %s %s", lease.upload_id, done)

    def _teller(self, lease: Lease) -> Tell:
        """Notes now and then how far it is, which also prolongs the lease."""
        told_at = 0.0

        def tell(file_percent: int, record_count: int) -> None:
            nonlocal told_at
            if time.monotonic() - told_at < TOLD_EVERY:
                return
            told_at = time.monotonic()
            with transaction(self._sessions) as session:
                uploads.note_progress(session, lease, file_percent, record_count)

        return tell

    def _refuse(self, lease: Lease, code: str, detail: str = "") -> None:
        try:
            with transaction(self._sessions) as session:
                uploads.refuse(session, lease, code, detail)
        except Conflict:
            logger.info("upload %s was taken over", lease.upload_id)
        else:
            logger.info("upload %s refused: %s", lease.upload_id, code)


def main() -> int:
    logs.configure()
    try:
        settings = Settings.from_env()
        sessions = open_database(settings, pool_size=2)
    except SettingsError as e:
        print(e, file=sys.stderr)  # noqa: T201 -- for the person who starts it
        return 2
    serve(settings, jobs.IMPORTER, Pump("importer", Importer(sessions).work))
    return 0


if __name__ == "__main__":
    sys.exit(main())
