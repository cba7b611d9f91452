"""The Flask app that providers post to. `gunicorn "webhook.app:create_app()"`, with threads."""

import threading

from flask import Flask

from bot.channels.base import Endpoints
from core import logs
from core.database import open_database
from core.settings import Settings
from webhook import errors, gateway, health, intake, simulator, telegram, twilio
from webhook.channels import Channels
from webhook.database import Database
from webhook.reception import Reception
from webhook.spool import Spool

BODY_LIMIT = 256 * 1024  # the longest honest request is a Telegram update of some ten kilobytes
THREADS = 8  # of one gunicorn process: each may hold a connection


def create_app(settings: Settings | None = None, *, takes_in_spool: bool = True) -> Flask:
    """Raises SettingsError. `takes_in_spool`: start the thread that stores what came without a database."""
    logs.configure()
    settings = settings or Settings.from_env()
    database = Database(open_database(settings, pool_size=THREADS))
    endpoints = Endpoints(settings.public_url, settings.telegram_url, settings.twilio_url)
    spool = Spool(settings.spool_dir, database.keyring)
    reception = Reception(database, Channels(database, endpoints), spool, settings.public_url)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.extensions["reception"] = reception
    for blueprint in (telegram.blueprint, twilio.blueprint, gateway.blueprint, health.blueprint):
        app.register_blueprint(blueprint)
    if settings.is_simulator_open:
        simulator.register(app, database, endpoints)
    errors.register(app)
    if takes_in_spool:
        threading.Thread(target=intake.run, args=(reception,), name="intake", daemon=True).start()
    return app
