"""What waits in the spool is stored when the database is back: in order, once, by one process at a time."""

import logging
import time
from pathlib import Path

from webhook.database import DatabaseDown
from webhook.reception import Reception

EVERY = 2.0  # seconds

logger = logging.getLogger(__name__)


def run(reception: Reception) -> None:
    """For ever, in a thread of each web process."""
    while True:
        try:
            take_in(reception)
        except Exception as e:  # noqa: BLE001 -- the edge of the thread: it must not end while requests may wait
            logger.error("intake: %s", type(e).__name__)
        time.sleep(EVERY)


def take_in(reception: Reception) -> int:
    """How many requests were stored or refused."""
    if not reception.spool.files():
        return 0
    count = 0
    with reception.spool.alone() as is_alone:
        for path in reception.spool.files() if is_alone else []:
            try:
                _take_in(reception, path)
            except DatabaseDown:
                break
            count += 1
    if count:
        logger.info("intake: %d requests", count)
    return count


def _take_in(reception: Reception, path: Path) -> None:
    is_verified = True
    try:
        waiting = reception.spool.read(path)
        is_verified = waiting.is_verified
        channel = (
            reception.channels.get(waiting.type, waiting.channel_id)
            if is_verified
            else reception.channels.verified(waiting.type, waiting.channel_id, waiting.request)
        )
        reception.store(waiting.channel_id, channel.receive(waiting.request))
    except DatabaseDown:
        raise
    except Exception as e:  # noqa: BLE001 -- whatever it is: those behind it must not wait
        logger.warning("intake: refused %s (%s)", path.stem, type(e).__name__)
        if is_verified:
            reception.spool.set_aside(path)  # a provider's own request must not be lost
            return
    # a crash before this line brings it in again, as a repeated delivery
    path.unlink()
