"""A phone in the browser: what a person would see, over the same way as any message. To try and to show.

Each browser plays one person, known by a random cookie; it sees that person's messages and no others.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels import connect
from bot.channels.base import Endpoints, MessageReceived, RawRequest
from core import channels, inbox
from core.catalog import Catalog
from core.contacts import ContactURN
from core.conversations import Conversation
from core.db import keyring_of
from core.errors import NotFound
from core.messages import Message
from core.types import URN, ChannelType, Direction, Language
from webhook.database import Database

COOKIE = "person"
MAX_MESSAGES = 200
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


blueprint = Blueprint(
    "simulator", __name__, url_prefix="/simulator", template_folder="templates", static_folder="static"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views need; one for the app."""

    database: Database
    endpoints: Endpoints
    catalog: Catalog


def register(app: Flask, database: Database, endpoints: Endpoints) -> None:
    app.extensions["simulator"] = Desk(database, endpoints, Catalog.load(domain="simulator"))
    app.register_blueprint(blueprint)


@blueprint.after_request
def add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


@blueprint.get("/")
def page() -> Response:
    best = request.accept_languages.best_match([language.value for language in Language])
    asked = request.args.get("language", best)
    language = Language(asked) if asked in tuple(Language) else Language.SPANISH
    catalog = _desk().catalog
    html = render_template("simulator.html", language=language, say=lambda key: catalog.text(key, language))
    response = make_response(html)
    if COOKIE not in request.cookies:
        _play_somebody(response)
    return response


@blueprint.post("/person")
def new_person() -> Response:
    """Put the phone away and take another one."""
    response = make_response("", 204)
    _play_somebody(response)
    return response


@blueprint.post("/<channel_id>/messages")
def write(channel_id: str) -> tuple[Response, int]:
    body = request.get_json()
    if not isinstance(body, dict):
        abort(400)
    raw = RawRequest(request.url, {}, json.dumps({**body, "person": _person()}).encode())
    with _desk().database.transaction() as session:
        row = _channel(session, channel_id)
        for event in connect(row.type, row.credentials, row.id, _desk().endpoints).receive(raw):
            if isinstance(event, MessageReceived):
                inbox.record_message(session, row.id, event.urn, event.received)
    return jsonify(), 202


@blueprint.get("/<channel_id>/messages")
def read(channel_id: str) -> Response:
    after = request.args.get("after", 0, type=int)
    with _desk().database.transaction() as session:
        row = _channel(session, channel_id)
        return jsonify([_shown(message) for message in _messages(session, row.id, _person(), after)])


def _desk() -> Desk:
    desk: Desk = current_app.extensions["simulator"]
    return desk


def _play_somebody(response: Response) -> None:
    response.set_cookie(
        COOKIE, secrets.token_urlsafe(16), httponly=True, samesite="Strict", path="/simulator"
    )


def _person() -> str:
    person = request.cookies.get(COOKIE)
    if not person:
        abort(400)
    return person


def _channel(session: Session, channel_id: str) -> channels.Channel:
    try:
        return channels.get(session, channel_id, ChannelType.SIMULATOR)
    except NotFound:
        abort(404)


def _messages(session: Session, channel_id: str, person: str, after: int) -> list[Message]:
    fingerprint = keyring_of(session).fingerprint(URN("simulator", person).as_text())
    query = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(ContactURN, ContactURN.id == Conversation.urn_id)
        .where(ContactURN.fingerprint == fingerprint, Message.channel_id == channel_id, Message.seq > after)
        .order_by(Message.seq.desc())
        .limit(MAX_MESSAGES)
    )
    return list(reversed(session.scalars(query).all()))


def _shown(message: Message) -> dict[str, Any]:
    return {
        "seq": message.seq,
        "id": message.external_id,
        "isMine": message.direction is Direction.IN,
        "text": message.text,
        "kind": message.kind,
        "choices": message.payload.get("choices", []),
        "segments": message.segments,
        "at": message.created_at.isoformat(),
    }
