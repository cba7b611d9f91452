"""The sender: takes waiting messages by priority under each channel's rate and hands them to the provider.

`python -m bot.sender`. The only caller of `Channel.send`. No database session is held during a call, so
that a slow provider cannot use up the connections.
"""

import logging
import sys
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session

from bot.channels.base import Channel, Choice, Outbound, Sent
from bot.connections import Connections, endpoints
from bot.job_loop import serve
from bot.pump import Pump, where
from core import channels, jobs, logs, outbox
from core.channels import Channel as ChannelRow
from core.conversations import Conversation
from core.database import open_database
from core.db import SessionMaker, transaction
from core.errors import SendError, SettingsError
from core.messages import Message
from core.settings import Settings
from core.types import URN

logger = logging.getLogger(__name__)

BATCH = 50
THREADS = 8  # calls at once; each waits for the provider, not for us
LOOK_EVERY = 2.0  # seconds between looks when no hint comes

Call = tuple[Channel, Outbound]


class Sender:
    def __init__(self, sessions: SessionMaker, connections: Connections) -> None:
        self._sessions = sessions
        self._connections = connections
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="send")

    def work(self) -> float:
        """Send what may go out now, on all channels."""
        with transaction(self._sessions) as session:
            waiting = outbox.channels_with_waiting(session)
        calls: list[Call] = []
        wait = LOOK_EVERY
        for channel_id in waiting:
            claimed, pause = self._claim(channel_id)
            calls += claimed
            wait = min(wait, pause)
        for _ in self._pool.map(self._send, calls):
            pass
        return 0.0 if calls else wait

    def _claim(self, channel_id: str) -> tuple[list[Call], float]:
        """Take as many messages as the rate allows; else the seconds until it allows one."""
        with transaction(self._sessions) as session:
            tokens = channels.available_tokens(session, channel_id)
            row = session.get_one(ChannelRow, channel_id)
            if row.halted_code or not row.is_active:
                return [], LOOK_EVERY
            if tokens < 1:
                return [], channels.seconds_until_token(session, channel_id)
            claimed = outbox.claim(session, channel_id, min(int(tokens), BATCH))
            channels.spend_tokens(session, channel_id, sum(max(1, message.segments) for message in claimed))
            channel = self._connections.channel(row)
            return [(channel, _outbound(session, message)) for message in claimed], LOOK_EVERY

    def _send(self, call: Call) -> None:
        channel, message = call
        try:
            sent = channel.send(message)
        except SendError as e:
            self._record_error(message, e)
        except Exception as e:  # noqa: BLE001 -- one of the four edges where everything is caught
            # our bug, or a provider that answers what it never did: nobody knows whether it went out
            logger.error("send failed: message %s, %s in %s", message.id, type(e).__name__, where(e))
            self._record_error(message, SendError("internal", retryable=True, is_outcome_unknown=True))
        else:
            self._record_sent(message, sent)

    def _record_sent(self, message: Outbound, sent: Sent) -> None:
        with transaction(self._sessions) as session:
            outbox.record_sent(session, message.id, sent.external_id, sent.status)

    def _record_error(self, message: Outbound, error: SendError) -> None:
        logger.warning("message %s not sent: %s", message.id, error.code)
        with transaction(self._sessions) as session:
            outbox.record_error(session, message.id, error)
            if error.halts_channel:
                channel_id = session.get_one(Message, message.id).channel_id
                channels.halt(session, channel_id, error.code)
                logger.error("channel %s halted: %s", channel_id, error.code)


def _outbound(session: Session, message: Message) -> Outbound:
    conversation = session.get_one(Conversation, message.conversation_id)
    return Outbound(
        id=message.id,
        urn=URN.parse(conversation.urn.urn),
        text=message.text,
        choices=tuple(Choice(*choice) for choice in message.payload.get("choices", ())),
        is_private=message.is_private,
        is_retry=message.attempts > 1,
    )


def main() -> int:
    logs.configure()
    try:
        settings = Settings.from_env()
        sessions = open_database(settings, pool_size=THREADS + 2)
    except SettingsError as e:
        print(e, file=sys.stderr)  # noqa: T201 -- for the person who starts it
        return 2
    sender = Sender(sessions, Connections(endpoints(settings)))
    serve(settings, jobs.SENDER, Pump("sender", sender.work))
    return 0


if __name__ == "__main__":
    sys.exit(main())
