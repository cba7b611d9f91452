"""Messages and reports of an SMS gateway of one's own (docs/gateway.md)."""

from flask import Blueprint, Response, jsonify, request

from core.types import ChannelType
from webhook.reception import reception

blueprint = Blueprint("gateway", __name__)


@blueprint.post("/gateway/<channel_id>")
def receive(channel_id: str) -> Response:
    desk = reception()
    desk.take(ChannelType.GATEWAY, channel_id, desk.raw(request))
    return jsonify(stored=True)
