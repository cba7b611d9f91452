"""A database of the bench's own, and single programs of Puente's on it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from sqlalchemy import func, select

from core.database import open_database
from core.db import SessionMaker, transaction
from core.messages import Message
from core.settings import Settings
from core.types import Direction
from launcher.first_start import prepare
from launcher.postgres import cluster_at, running
from launcher.processes import Program, spawn, stop
from launcher.programs import programs
from tools.stack import STOP_SECONDS, answers, clean_environment, folder, free_ports, share_models, wait_until

START_SECONDS = 90.0


@dataclass(frozen=True)
class House:
    settings: Settings
    sessions: SessionMaker
    log_dir: Path

    @property
    def url(self) -> str:
        return str(self.settings.database_url)

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """Past all of Puente's own code, for floors."""
        return psycopg.connect(conninfo(self.url))

    def span_of_handling(self, channel_id: str, direction: Direction, at_most: float) -> float:
        """Waits until all messages of the channel are handled; seconds from the first of them to the last."""
        first, last = func.min(Message.handled_at), func.max(Message.handled_at)
        is_waiting = func.count().filter(Message.handled_at.is_(None))
        query = select(is_waiting, last - first).where(
            Message.channel_id == channel_id, Message.direction == direction
        )

        def is_done() -> bool:
            with transaction(self.sessions) as session:
                return session.execute(query).one()[0] == 0

        wait_until(is_done, at_most, f"what waits on {channel_id}")
        with transaction(self.sessions) as session:
            return session.execute(query).one()[1].total_seconds()

    @contextmanager
    def program(
        self, name: str, *, ready_at: str | None = None, twilio_url: str | None = None
    ) -> Iterator[None]:
        settings = replace(self.settings, twilio_url=twilio_url)
        [program] = [one for one in programs(settings, self.url) if one.name == name]
        environment = clean_environment() | {
            "PUENTE_NLU_PORT": str(settings.nlu_url.rpartition(":")[2]),
            "PUENTE_DATA": str(settings.data_dir),
            "PUENTE_WEBHOOK_PORT": str(settings.webhook_port),
            "DATABASE_URL": self.url,
        }
        environment |= {"PUENTE_TWILIO_URL": twilio_url} if twilio_url else {}
        with self.serving(replace(program, environment=environment), ready_at):
            yield

    @contextmanager
    def serving(self, program: Program, ready_at: str | None) -> Iterator[None]:
        process = spawn(program, self.log_dir / f"{program.name}.log")
        try:
            if ready_at:
                wait_until(lambda: answers(ready_at), START_SECONDS, program.name)
            yield
        finally:
            stop(process, signal.SIGTERM, STOP_SECONDS)


@contextmanager
def house() -> Iterator[House]:
    with folder() as data, running(cluster_at(data / "postgres"), data / "log" / "postgres.log") as cluster:
        share_models(data)
        webhook, nlu = free_ports(2)
        settings = Settings.from_env(
            {
                "PUENTE_DATA": str(data),
                "DATABASE_URL": cluster.url(),
                "PUENTE_WEBHOOK_PORT": str(webhook),
                "PUENTE_NLU_URL": f"http://127.0.0.1:{nlu}",
            }
        )
        prepare(settings, cluster.url(), lambda line: None)
        sessions = open_database(settings, pool_size=8)
        yield House(settings, sessions, data / "log")
        sessions.kw["bind"].dispose()


def conninfo(url: str) -> str:
    """As psycopg itself wants it, without SQLAlchemy's driver name."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
