"""Accepted sends a second: beside the rate that a channel allows, and without a limit beside bare calls."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from requests import Session as Client

from bot.sender import THREADS
from core import channels, contacts, conversations, messages
from core.conversations import Conversation
from core.db import transaction
from core.types import URN, ChannelType, Direction, Priority
from tools.bench.house import House
from tools.bench.rows import Row
from tools.emulators.twilio import ACCOUNT, TOKEN
from tools.stack import emulator

RATE = 50.0
MESSAGES = 500
SECONDS = 120.0
NO_LIMIT = 100_000.0
TEXT = "La cita es el lunes a las nueve en la oficina del centro. Responda BAJA para no recibir avisos."
FLOOR = f"bare calls to the emulator ({THREADS} threads)"


def measure(house: House) -> list[Row]:
    with emulator("twilio", house.log_dir) as url:
        seconds = _send(house, url, "bench-limited", RATE)
        # the bucket is full at the start: that many go out at once
        allowed = RATE + RATE * seconds
        limited = Row(
            "sends under a limit",
            MESSAGES / seconds,
            "per second",
            "rate of the channel and its first burst",
            allowed / seconds,
        )
        free = MESSAGES / _send(house, url, "bench-free", NO_LIMIT)
        return [limited, Row("sends without a limit", free, "per second", FLOOR, _floor(url))]


def _send(house: House, twilio_url: str, channel_id: str, rate: float) -> float:
    """Seconds from the first to the last message that the provider took."""
    _queue(house, channel_id, rate)
    with house.program("sender", twilio_url=twilio_url):
        return house.span_of_handling(channel_id, Direction.OUT, SECONDS)


def _queue(house: House, channel_id: str, rate: float) -> None:
    credentials = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+525599990000"}
    with transaction(house.sessions) as session:
        channels.add(session, channel_id, ChannelType.TWILIO, channel_id, credentials, rate=rate, burst=rate)
        for number in range(MESSAGES):
            contact, urn = contacts.find_or_create(session, URN("tel", f"+525800{number:06}"))
            id_ = conversations.find_or_create(session, contact, urn, channel_id)
            conversation = session.get_one(Conversation, id_)
            messages.queue(session, conversation, TEXT, priority=Priority.CAMPAIGN, segments=1)


def _floor(url: str) -> float:
    body = urlencode({"To": "+525800000001", "From": "+525599990000", "Body": TEXT, "StatusCallback": ""})
    path = f"{url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

    def call(count: int) -> None:
        with Client() as client:
            client.auth, client.trust_env = (ACCOUNT, TOKEN), False
            for _ in range(count):
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                client.post(path, data=body, headers=headers, timeout=30).raise_for_status()

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(call, [MESSAGES // THREADS] * THREADS))
    return MESSAGES / (time.perf_counter() - began)
