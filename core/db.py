"""The database: base class, column habits, engine and the one way to open a transaction."""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum as PyEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    Boolean,
    DateTime,
    Enum,
    LargeBinary,
    MetaData,
    create_engine,
    false,
)
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from core.crypto import Keyring


class Encrypted(TypeDecorator[str]):
    """Text that is encrypted in the database. The keyring travels with the engine's dialect (see `connect`),
    so no module holds a key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else dialect.keyring.encrypt(value)  # type: ignore[attr-defined]

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dialect.keyring.decrypt(bytes(value))  # type: ignore[attr-defined]


def now() -> datetime:
    return datetime.now(UTC)


def uuid7() -> uuid.UUID:
    """RFC 9562 version 7: sorts by time of making, which keeps index inserts at the right edge.

    With a quarter of a microsecond in its third group (method 3), so that what one process makes in one
    transaction stays in its order.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = nanoseconds * 4096 // 1_000_000
    random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random)


uuid_pk = Annotated[uuid.UUID, mapped_column(UUID(as_uuid=True), primary_key=True, default=uuid7)]
bool_false = Annotated[bool, mapped_column(Boolean, default=False, server_default=false())]
datetime_now = Annotated[datetime, mapped_column(DateTime(timezone=True), default=now)]
encrypted = Annotated[str, mapped_column(Encrypted)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        # stored by value as text, so that a new value needs no migration of a database type
        PyEnum: Enum(PyEnum, native_enum=False, length=32, values_callable=lambda e: [m.value for m in e]),
    }


def connect(url: str, keyring: Keyring, *, pool_size: int = 5) -> Engine:
    """An engine whose connections notice a dead server within a minute instead of waiting for ever."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's text must not quote a row
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 20,
            "keepalives_interval": 5,
            "keepalives_count": 4,
            "tcp_user_timeout": 40_000,
            "options": "-c statement_timeout=30s -c lock_timeout=10s -c timezone=UTC",
        },
    )
    engine.dialect.keyring = keyring  # type: ignore[attr-defined]
    return engine


SessionMaker = sessionmaker[Session]


def session_maker(engine: Engine) -> SessionMaker:
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def transaction(sessions: SessionMaker) -> Iterator[Session]:
    """Commit at the end, roll back on any exception. Never hold one across a call to a provider."""
    with sessions.begin() as session:
        yield session


def keyring_of(session: Session) -> Keyring:
    return session.get_bind().dialect.keyring  # type: ignore[attr-defined, no-any-return]
