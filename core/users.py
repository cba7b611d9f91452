"""A user is a member of staff."""

import secrets
import uuid
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, datetime_now, encrypted, now, uuid_pk
from core.errors import AppError, Conflict
from core.types import Language, Role

MIN_PASSWORD = 12
MAX_FAILURES = 5
LOCK_FOR = timedelta(minutes=15)

_hasher = PasswordHasher()
# verified when there is no such user, so that both answers take the same time
_NOBODY = _hasher.hash("nobody has this password")


class User(Base):
    __tablename__ = "users"

    id: Mapped[uuid_pk]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[encrypted]
    password_hash: Mapped[str]
    role: Mapped[Role]
    language: Mapped[Language] = mapped_column(default=Language.SPANISH)
    is_active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[datetime_now]


class SignInFailed(AppError):
    """Wrong address, wrong password, locked or inactive: deliberately one error for all."""


def create(session: Session, email: str, password: str, role: Role, *, name: str = "") -> User:
    """Raises Conflict when the address is taken, ValueError when the password is too short."""
    email = email.strip().lower()
    if len(password) < MIN_PASSWORD:
        raise ValueError(f"a password needs at least {MIN_PASSWORD} characters")
    if session.scalar(select(User.id).where(User.email == email)):
        raise Conflict("there is a user with this address")
    user = User(email=email, name=name or email, password_hash=_hasher.hash(password), role=role)
    session.add(user)
    session.flush()
    return user


def has_any(session: Session) -> bool:
    return bool(session.scalar(select(func.count()).select_from(User)))


def sign_in(session: Session, email: str, password: str) -> User:
    """Raises SignInFailed; the caller commits either way, so that failures are counted."""
    user = session.scalars(
        select(User).where(User.email == email.strip().lower()).with_for_update()
    ).one_or_none()
    try:
        _hasher.verify(user.password_hash if user else _NOBODY, password)
        matches = user is not None
    except VerifyMismatchError:
        matches = False
    if user is None:
        raise SignInFailed
    is_locked = user.locked_until is not None and user.locked_until > now()
    if not matches and not is_locked:
        user.failures += 1
        if user.failures >= MAX_FAILURES:
            user.failures, user.locked_until = 0, now() + LOCK_FOR
    if not matches or is_locked or not user.is_active:
        raise SignInFailed
    user.failures, user.locked_until, user.last_login_at = 0, None, now()
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
    return user


def change_password(user: User, current: str, new: str) -> None:
    """Raises SignInFailed when `current` is not the password, ValueError when the new one is too short."""
    try:
        _hasher.verify(user.password_hash, current)
    except VerifyMismatchError as e:
        raise SignInFailed from e
    if len(new) < MIN_PASSWORD:
        raise ValueError(f"a password needs at least {MIN_PASSWORD} characters")
    user.password_hash = _hasher.hash(new)


def reset_password(user: User) -> str:
    """A new random password, to be told to the user once; also ends a lock."""
    password = random_password()
    user.password_hash, user.failures, user.locked_until = _hasher.hash(password), 0, None
    return password


def random_password() -> str:
    return secrets.token_urlsafe(MIN_PASSWORD)


def everyone(session: Session) -> list[User]:
    """All users, those who can sign in first."""
    return list(session.scalars(select(User).order_by(User.is_active.desc(), User.email)))


def has_focal_point(session: Session) -> bool:
    """Whether there is anybody at all who can read sealed cases."""
    found = select(User.id).where(User.role == Role.FOCAL_POINT, User.is_active)
    return session.scalar(found.limit(1)) is not None


def active(session: Session, user_id: uuid.UUID) -> User | None:
    user = session.get(User, user_id)
    return user if user and user.is_active else None
