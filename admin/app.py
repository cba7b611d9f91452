"""Puts the panel together: `gunicorn "admin.app:create_app()"`."""

from pathlib import Path
from typing import Any

from flask import Flask, g
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from admin import (
    account,
    audit,
    auth,
    cases,
    conversations,
    directory,
    directory_editing,
    directory_files,
    directory_gaps,
    directory_map,
    errors,
    headers,
    home,
    icons,
    language,
    permissions,
    referrals,
    rights,
    rights_editing,
    users,
    words,
)
from core.catalog import Catalog
from core.crypto import Keyring
from core.database import open_database
from core.db import SessionMaker
from core.settings import Settings

MAX_BODY = 64 * 1024  # the longest form is a text of some thousand characters
STATIC_AGE = 600  # seconds; after an upgrade nobody works long with the old look

SIGN_IN_LIMIT = "10/minute;60/hour"
"""Of one address. Each process counts for itself, so that N processes let N times as much through; what
bounds the guessing of one password is the lock of the account, which is in the database."""


class Panel(Flask):
    """One transaction a request: a view that returns is committed, one that raises is rolled back."""

    def dispatch_request(self) -> ResponseReturnValue:
        response = super().dispatch_request()
        if "db" in g:
            g.db.commit()
        return response


def create_app(settings: Settings | None = None, sessions: SessionMaker | None = None) -> Flask:
    """`sessions` lets tests bring their own database."""
    settings = settings or Settings.from_env()
    keyring = Keyring.from_file(settings.keys_path)
    app = Panel(__name__)
    app.config.update(
        SECRET_KEY=keyring.secret("admin session"),
        SESSION_COOKIE_NAME="puente_staff",  # the simulator shares the host, and cookies know no ports
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.has_https,
        MAX_CONTENT_LENGTH=MAX_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,  # a form is good for as long as the session, so that no typed text is lost
    )
    app.extensions["catalog"] = Catalog.load()
    app.extensions["sessions"] = sessions or open_database(settings)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    _extend(app, settings)
    for noun in (home, auth, account, conversations, cases, referrals, audit, users):
        app.register_blueprint(noun.blueprint)
    for part in (
        directory,
        directory_editing,
        directory_gaps,
        directory_map,
        directory_files,
        rights,
        rights_editing,
    ):
        app.register_blueprint(part.blueprint)
    _limit_sign_in(app)
    if settings.has_https:
        # HTTPS ends at a proxy in front of us, which says in these headers who asked and how
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _extend(app: Flask, settings: Settings) -> None:
    Bootstrap5(app)
    auth.guard(app)  # before the check of forms: who was timed out is told so
    directory_files.allow_uploads(app)  # before it too, since it reads the form
    CSRFProtect(app)
    Babel(
        app,
        default_locale="es",
        default_domain="admin",
        default_translation_directories=str(Path(__file__).parents[1] / "locales"),
        locale_selector=language.choose,
        timezone_selector=lambda: words.timezone(settings.country),
    )
    errors.register(app)
    headers.register(app, has_https=settings.has_https)
    icons.register(app)
    words.register(app)
    _close_database(app)
    app.jinja_env.globals["Action"] = permissions.Action


def _close_database(app: Flask) -> None:
    @app.teardown_request
    def close(_: BaseException | None) -> None:
        if "db" in g:
            g.pop("db").close()


def _limit_sign_in(app: Flask) -> None:
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    view: Any = app.view_functions["auth.sign_in"]
    app.view_functions["auth.sign_in"] = limiter.limit(SIGN_IN_LIMIT, methods=["POST"])(view)
