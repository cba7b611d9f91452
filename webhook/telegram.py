"""Updates of Telegram's. Anything but 2xx makes Telegram repeat the update, and hold up those behind it."""

from typing import cast

from flask import Blueprint, Response, jsonify, request

from bot.channels.telegram import TelegramChannel
from core.types import ChannelType
from webhook.reception import reception

blueprint = Blueprint("telegram", __name__)


@blueprint.post("/telegram/<channel_id>")
def receive(channel_id: str) -> Response:
    desk = reception()
    raw = desk.raw(request)
    channel = cast(TelegramChannel | None, desk.take(ChannelType.TELEGRAM, channel_id, raw))
    answer = channel.answer(raw) if channel else None
    return jsonify(answer) if answer else Response(status=200)
