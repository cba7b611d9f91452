"""Texts posted to the webhook as Twilio posts them, each from a number of its own."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
from twilio.request_validator import RequestValidator

from core import channels
from core.db import transaction
from core.types import ChannelType
from tools.emulators.twilio import ACCOUNT, TOKEN
from tools.stack import Stack

CHANNEL = "replay"
OUR_NUMBER = "+525599990000"
RATE = 100.0  # segments a second; what Twilio gives a short code
SIDE_BY_SIDE = 8
TIMEOUT = 15.0  # Twilio hangs up after it


@dataclass(frozen=True)
class Sms:
    sid: str
    number: str
    text: str


@dataclass(frozen=True)
class Acknowledgement:
    sid: str
    is_taken: bool  # answered with 2xx
    seconds: float


def make_channel(stack: Stack) -> None:
    credentials = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": OUR_NUMBER}
    with transaction(stack.sessions) as session:
        channels.add(session, CHANNEL, ChannelType.TWILIO, CHANNEL, credentials, rate=RATE, burst=RATE)


def as_sms(texts: Sequence[str]) -> list[Sms]:
    return [Sms(f"SM{n:032x}", f"+525500{n:06}", text) for n, text in enumerate(texts, start=1)]


class Poster:
    """`with Poster(url) as poster:`; keeps its connections, as Twilio does."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/twilio/{CHANNEL}"
        self._validator = RequestValidator(TOKEN)
        self._client = httpx.Client(timeout=TIMEOUT, trust_env=False)
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE)

    def __enter__(self) -> "Poster":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        self._client.close()

    def post(self, messages: Sequence[Sms]) -> list[Acknowledgement]:
        """Several side by side, in no certain order."""
        return list(self._pool.map(self._post, messages))

    def _post(self, sms: Sms) -> Acknowledgement:
        fields = {
            "MessageSid": sms.sid,
            "SmsSid": sms.sid,
            "AccountSid": ACCOUNT,
            "From": sms.number,
            "To": OUR_NUMBER,
            "Body": sms.text,
            "NumMedia": "0",
            "NumSegments": "1",
            "ApiVersion": "2010-04-01",
        }
        signature = self._validator.compute_signature(self._url, fields)
        began = time.perf_counter()
        try:
            response = self._client.post(self._url, data=fields, headers={"X-Twilio-Signature": signature})
        except httpx.HTTPError:
            return Acknowledgement(sms.sid, is_taken=False, seconds=time.perf_counter() - began)
        return Acknowledgement(sms.sid, response.is_success, time.perf_counter() - began)
