"""What belongs to the request at hand: its database session and the member of staff who made it."""

from flask import current_app, g
from sqlalchemy.orm import Session

from admin.permissions import Action, may, sees_sealed
from core.users import User


def db() -> Session:
    """Opened on first use; `admin.app.Panel` commits when the view returns."""
    if "db" not in g:
        g.db = current_app.extensions["sessions"]()
    session: Session = g.db
    return session


def me() -> User:
    user: User = g.user
    return user


def is_signed_in() -> bool:
    return "user" in g


def i_may(action: Action | str) -> bool:
    return is_signed_in() and may(me(), Action(action))


def i_see_sealed() -> bool:
    return sees_sealed(me())
