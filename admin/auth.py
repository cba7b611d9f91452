"""Signing in and out, and the guard before every page.

The cookie is signed, not secret: it says who, since when, last seen when, and a stamp of the password, so
that a new password signs out everywhere else. Signing in empties it first, which leaves nothing of a planted
session.
"""

import hashlib
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from admin.current import db, is_signed_in, me
from admin.errors import SessionEnded
from admin.forms import SignInForm
from admin.permissions import PUBLIC, ROUTES, may
from core import audit, users
from core.db import now
from core.errors import NotAllowed
from core.users import User

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)

blueprint = Blueprint("auth", __name__)


def guard(app: Flask) -> None:
    """Nobody gets past without being signed in and allowed; a route without a row is refused."""

    @app.before_request
    def check() -> ResponseReturnValue | None:
        if request.endpoint is None or request.endpoint.endswith("static"):
            return None
        user = _user_of_cookie()
        if user:
            g.user = user
        if request.endpoint in PUBLIC:
            return None
        if user is None:
            return _ask_to_sign_in()
        action = ROUTES.get(request.endpoint)
        if action is None or not may(user, action):
            raise NotAllowed(request.endpoint)
        return None


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    if is_signed_in():
        return redirect(url_for("home.start"))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form, has_failed=False)
    try:
        user = users.sign_in(db(), form.email.data or "", form.password.data or "")
    except users.SignInFailed:
        audit.record(db(), None, "sign_in_failed")
        return render_template("auth/sign_in.html", form=form, has_failed=True), 401
    audit.record(db(), user.id, "sign_in", "user", user.id)
    start_session(user)
    return redirect(_local(request.args.get("next")) or url_for("home.start"))


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    audit.record(db(), me().id, "sign_out", "user", me().id)
    session.clear()
    return redirect(url_for("auth.sign_in"))


def start_session(user: User) -> None:
    """Also after a change of password, so that this browser stays signed in."""
    session.clear()
    at = now().timestamp()
    session.update(user=str(user.id), since=at, seen=at, stamp=_stamp(user))


def _user_of_cookie() -> User | None:
    if "user" not in session:
        return None
    moment = now()
    since, seen = (datetime.fromtimestamp(session[key], moment.tzinfo) for key in ("since", "seen"))
    user = users.active(db(), uuid.UUID(session["user"]))
    if user is None or session["stamp"] != _stamp(user) or moment - seen > IDLE or moment - since > LONGEST:
        session.clear()
        return None
    session["seen"] = moment.timestamp()
    # loaded once and detached: it outlives a rollback, so that an error page knows whom it speaks to
    db().expunge(user)
    return user


def _stamp(user: User) -> str:
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method != "GET":
        raise SessionEnded
    return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))


def _local(address: str | None) -> str | None:
    """The address if it is one of ours: a link must not send people who sign in to somebody else's page."""
    if not address or not address.startswith("/") or "\\" in address:
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address
