"""The worker of turns: claims due conversations, has their texts parsed in one call, makes their turns.

`python -m bot.worker`. Several may run, on several machines. A conversation's turns happen in order, since
one worker has its lease; different conversations go side by side.
"""

import logging
import sys
import uuid
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import InterfaceError, OperationalError

from bot.connections import Connections, endpoints
from bot.content import Content
from bot.hearing import MAX_CHARS, needs_parsing
from bot.job_loop import serve
from bot.pump import Pump, where
from bot.turn import TurnMaker
from core import erasure, jobs, lanes, logs, messages, questions
from core.database import open_database
from core.db import SessionMaker, transaction
from core.errors import Conflict, SettingsError
from core.lanes import Lease
from core.messages import Message
from core.rights import feedback
from core.rights.ranking import Ranker
from core.settings import Settings
from core.types import Language
from nlu.parser import Parser
from nlu.understanding import Understanding

logger = logging.getLogger(__name__)

RIGHTS = "ask_rights"
BATCH = 20  # conversations claimed at once: one NLU call for their texts
THREADS = 4  # turns made side by side; they mostly wait for the database
LOOK_EVERY = 2.0  # seconds between looks when no hint comes; the longest wait after a lost one
LEARN_EVERY = 5.0  # seconds until the meaning of new rights items is looked for, or the NLU is asked again
LEARNING_SECONDS = 10.0  # an item has some twenty wordings, and nobody waits for it
MEANING_SECONDS = 0.5  # a turn that knows no meaning still has the words


class TurnWorker:
    def __init__(
        self, sessions: SessionMaker, maker: TurnMaker, parser: Parser, ranker: Ranker | None = None
    ) -> None:
        self._sessions = sessions
        self._maker = maker
        self._parser = parser
        self._ranker = ranker or Ranker()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="turns")

    def work(self) -> float:
        """Make the turns of one batch of conversations."""
        with transaction(self._sessions) as session:
            leases = lanes.claim(session, BATCH)
            waiting = messages.pending(session, [lease.conversation_id for lease in leases])
        if not leases:
            return LOOK_EVERY
        understandings = self._understand(waiting)
        lane: dict[uuid.UUID, list[Message]] = defaultdict(list)
        for message in waiting:
            lane[message.conversation_id].append(message)
        turns = [
            self._pool.submit(self._make_turns, lease, lane[lease.conversation_id], understandings)
            for lease in leases
        ]
        for turn in turns:
            turn.result()
        return 0.0

    def _understand(self, waiting: list[Message]) -> dict[uuid.UUID, Understanding]:
        unclear = [message for message in waiting if needs_parsing(message)]
        parsed = self._parser.parse([message.text[:MAX_CHARS] for message in unclear])
        understood = list(zip(unclear, parsed, strict=True))
        # one call for all that may be answered from the rights texts, while no transaction is open
        self._ranker.remember(
            [
                message.text[:MAX_CHARS].strip()
                for message, heard in understood
                if RIGHTS in (heard.intent, heard.second_intent)
            ]
        )
        return {message.id: understanding for message, understanding in understood}

    def _make_turns(
        self, lease: Lease, waiting: list[Message], understandings: Mapping[uuid.UUID, Understanding]
    ) -> None:
        try:
            for message in waiting:
                self._make_turn(lease, message.id, understandings.get(message.id))
            with transaction(self._sessions) as session:
                lanes.release(session, lease)
        except Conflict:
            logger.info("conversation %s was taken over", lease.conversation_id)
        except (OperationalError, InterfaceError) as e:
            # nothing was committed; when the lease ends somebody tries again
            logger.warning(
                "turn of conversation %s put off: %s", lease.conversation_id, type(e.orig).__name__
            )

    def _make_turn(self, lease: Lease, message_id: uuid.UUID, understanding: Understanding | None) -> None:
        try:
            self._maker.make(lease, message_id, understanding)
        except (Conflict, OperationalError, InterfaceError):
            raise
        except Exception as e:  # noqa: BLE001 -- one of the four edges where everything is caught
            logger.error("turn failed: message %s, %s in %s", message_id, type(e).__name__, where(e))
            self._maker.apologize(lease, message_id)


def learning(sessions: SessionMaker, content: Content, nlu_url: str) -> Pump:
    """Learns the meaning of the rights items in the background, also of what is published later."""
    embed = Parser(nlu_url, timeout=LEARNING_SECONDS).vectors

    def learn() -> float:
        with transaction(sessions) as session:
            texts = {language: content.rights.texts(session, language) for language in Language}
        content.ranker.learn(texts, embed)
        return LEARN_EVERY

    return Pump("meanings", learn)


def main() -> int:
    logs.configure()
    try:
        settings = Settings.from_env()
        sessions = open_database(settings, pool_size=THREADS + 3)
        # a breaker of its own: without meanings texts are still understood
        content = Content.load(embed=Parser(settings.nlu_url, timeout=MEANING_SECONDS).vectors)
    except SettingsError as e:
        print(e, file=sys.stderr)  # noqa: T201 -- for the person who starts it
        return 2
    connections = Connections(endpoints(settings))
    maker = TurnMaker(sessions, content, connections.limits, country=settings.country)
    worker = TurnWorker(sessions, maker, Parser(settings.nlu_url), content.ranker)
    pump = Pump("turns", worker.work)
    learner = learning(sessions, content, settings.nlu_url)

    def purge() -> None:
        with transaction(sessions) as session:
            logger.info("erased %d addresses", erasure.purge(session))
            logger.info("deleted %d old counts", questions.purge(session))
            feedback.purge(session)

    learner.start()
    try:
        serve(settings, jobs.TURNS, pump, hourly=purge)
    finally:
        learner.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
