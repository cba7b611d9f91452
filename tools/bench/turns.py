"""Turns a second of one worker, understanding by keywords (no NLU runs), beside bare transactions of the same
shape."""

import time
from concurrent.futures import ThreadPoolExecutor

from bot.worker import THREADS
from core import channels, inbox
from core.db import transaction
from core.messages import Received
from core.types import URN, ChannelType, Direction
from tools.bench.house import House
from tools.bench.rows import Row
from tools.emulators.twilio import ACCOUNT, TOKEN

CHANNEL = "bench-turns"
TURNS = 600
SECONDS = 120.0
TEXTS = (
    "busco albergue en Tapachula",
    "como pido asilo en mexico",
    "quiero poner una queja",
    "hola",
    "my case number",
    "no entiendo",
)
FLOOR = f"bare transactions ({THREADS} threads)"


def measure(house: House) -> list[Row]:
    credentials = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+525599990000"}
    with transaction(house.sessions) as session:
        channels.add(session, CHANNEL, ChannelType.TWILIO, CHANNEL, credentials)
        for number in range(TURNS):
            received = Received(f"turn-{number}", TEXTS[number % len(TEXTS)])
            inbox.record_message(session, CHANNEL, URN("tel", f"+525700{number:06}"), received)
    with house.program("worker"):
        seconds = house.span_of_handling(CHANNEL, Direction.IN, SECONDS)
    return [Row("turns of one worker, by keywords", TURNS / seconds, "per second", FLOOR, _floor(house))]


def _floor(house: House) -> float:
    """The least a turn can do: lock the conversation, read, put a reply in, note what was handled, commit."""
    with house.connect() as connection:
        connection.execute("CREATE TABLE lanes (id int PRIMARY KEY, state text, done boolean)")
        connection.execute("CREATE TABLE replies (id bigserial PRIMARY KEY, lane int, body text)")
        connection.execute(f"INSERT INTO lanes SELECT n, '', false FROM generate_series(1, {TURNS}) n")
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda first: _make_bare(house, first), range(1, THREADS + 1)))
    return TURNS / (time.perf_counter() - began)


def _make_bare(house: House, first: int) -> None:
    with house.connect() as connection:
        for lane in range(first, TURNS + 1, THREADS):
            connection.execute("SELECT state FROM lanes WHERE id = %s FOR UPDATE", [lane])
            connection.execute("INSERT INTO replies (lane, body) VALUES (%s, %s)", [lane, "x" * 200])
            connection.execute("UPDATE lanes SET state = %s, done = true WHERE id = %s", ["x" * 200, lane])
            connection.commit()
