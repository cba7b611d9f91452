"""`make chat`: talk to the bot in a terminal.

Plays a new person of the simulator and makes the turns itself, so that nothing but the database must run.
"""

import argparse
import logging
import secrets
import sys

from sqlalchemy import select

from bot.connections import Connections, endpoints
from bot.content import Content
from bot.turn import TurnMaker
from bot.worker import TurnWorker, learning
from core import channels, inbox
from core.contacts import ContactURN
from core.conversations import Conversation
from core.database import open_database
from core.db import SessionMaker, keyring_of, transaction
from core.errors import SettingsError
from core.messages import Message, Received
from core.settings import Settings
from core.types import URN, Direction
from nlu.parser import Parser


class Terminal:
    """One person at a keyboard."""

    def __init__(self, sessions: SessionMaker, worker: TurnWorker, channel_id: str) -> None:
        self._sessions = sessions
        self._worker = worker
        self._channel_id = channel_id
        self._urn = URN("simulator", secrets.token_urlsafe(8))
        self._shown_until = 0

    def write(self, text: str) -> None:
        received = Received(secrets.token_hex(8), text)
        with transaction(self._sessions) as session:
            inbox.record_message(session, self._channel_id, self._urn, received)
        while self._worker.work() == 0:
            pass

    def answers(self) -> list[str]:
        """What was queued for the person since the last look, with the choices numbered."""
        with transaction(self._sessions) as session:
            fingerprint = keyring_of(session).fingerprint(self._urn.as_text())
            query = (
                select(Message)
                .join(Conversation, Conversation.id == Message.conversation_id)
                .join(ContactURN, ContactURN.id == Conversation.urn_id)
                .where(ContactURN.fingerprint == fingerprint, Message.direction == Direction.OUT)
                .where(Message.seq > self._shown_until)
                .order_by(Message.seq)
            )
            new = list(session.scalars(query))
        self._shown_until = max([self._shown_until, *(message.seq for message in new)])
        return [_written(message) for message in new]


def _written(message: Message) -> str:
    choices = message.payload.get("choices", [])
    opens = [f"  {label}: {url[0]}" for _, label, *url in choices if url]
    answers = [label for _, label, *url in choices if not url]
    numbered = [f"  {number} {label}" for number, label in enumerate(answers, 1)]
    return "\n".join([message.text, *opens, *numbered])


def main() -> int:
    options = argparse.ArgumentParser(prog="make chat")
    options.add_argument("--sms", action="store_true", help="as plain SMS, without buttons")
    channel_id = "simulator-sms" if options.parse_args().sms else "simulator"
    logging.basicConfig(
        level=logging.ERROR
    )  # without the model the keywords answer; no need to say so each time
    try:
        settings = Settings.from_env()
        sessions = open_database(settings)
        parser = Parser(settings.nlu_url)
        content = Content.load(embed=parser.vectors)
        maker = TurnMaker(
            sessions, content, Connections(endpoints(settings)).limits, country=settings.country
        )
        with transaction(sessions) as session:
            if session.get(channels.Channel, channel_id) is None:
                raise SettingsError("There is no simulator yet; `make run` makes it at its first start.")
    except SettingsError as e:
        print(e, file=sys.stderr)
        return 2
    learning(sessions, content, settings.nlu_url).start()
    terminal = Terminal(sessions, TurnWorker(sessions, maker, parser, content.ranker), channel_id)
    try:
        while True:
            terminal.write(input("> "))
            for answer in terminal.answers():
                print(answer, end="\n\n")
    except (EOFError, KeyboardInterrupt):
        print()
        return 0


if __name__ == "__main__":
    sys.exit(main())
