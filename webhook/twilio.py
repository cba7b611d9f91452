"""Messages and status callbacks of Twilio's. It waits 15 seconds, and does not repeat one that failed."""

from flask import Blueprint, Response, request

from core.types import ChannelType
from webhook.reception import reception

blueprint = Blueprint("twilio", __name__)


@blueprint.post("/twilio/<channel_id>")
def receive(channel_id: str) -> Response:
    desk = reception()
    desk.take(ChannelType.TWILIO, channel_id, desk.raw(request))
    # nothing to say here: replies go through the outbox
    return Response("<Response/>", mimetype="text/xml")


@blueprint.post("/twilio/<channel_id>/status")
def receive_status(channel_id: str) -> Response:
    desk = reception()
    desk.take(ChannelType.TWILIO, channel_id, desk.raw(request))
    return Response(status=204)
