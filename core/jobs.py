"""The job engine (procrastinate on PostgreSQL). Rows are the truth, jobs are hints: a lost, doubled or
late job changes nothing, since workers also look by themselves every few seconds.

Work is put in by name, on the connection of the caller's transaction: rolled back with it, seen only after
commit. The functions behind the names are in `bot/worker.py`, `bot/sender.py` and `bot/importer.py`.
"""

from procrastinate import App, SyncPsycopgConnector
from sqlalchemy.orm import Session

TURNS = "turns"
SENDER = "sender"
IMPORTER = "importer"
"""Names of queues, and of the one task in each that wakes its worker."""

# Never opened: every job is put in on the connection of a transaction.
_app = App(connector=SyncPsycopgConnector())


def wake_turns(session: Session) -> None:
    """A message came in."""
    _wake(session, TURNS)


def wake_sender(session: Session) -> None:
    """A message waits in the outbox."""
    _wake(session, SENDER)


def wake_importer(session: Session) -> None:
    """A file of the directory waits."""
    _wake(session, IMPORTER)


def _wake(session: Session, queue: str) -> None:
    connection = session.connection().connection.driver_connection
    _app.configure_task(f"wake_{queue}", queue=queue, connection=connection).defer()
