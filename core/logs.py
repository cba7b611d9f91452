"""How every program logs: ids, codes and counts, to standard error."""

import logging

QUIET = ("httpx", "httpcore", "telegram", "twilio", "procrastinate", "alembic", "urllib3")
"""Libraries that log a line for each call. The address of a call to Telegram holds the bot's token."""


def configure() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
