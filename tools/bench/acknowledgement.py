"""How soon a provider has its answer, beside a bare Flask route with one committed INSERT.

Both run under gunicorn with the same threads, on the same database, and take turns, so that what else the
machine does hits both alike.
"""

import itertools
import sys
from dataclasses import replace
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from core import channels
from core.db import transaction
from core.types import ChannelType
from launcher.processes import Program
from launcher.programs import REPOSITORY, THREADS
from tools.bench.house import House, conninfo
from tools.bench.posting import Post, Times, post_all
from tools.bench.rows import Row
from tools.emulators.twilio import ACCOUNT, TOKEN
from tools.stack import clean_environment, free_ports
from tools.table import percentile

CHANNEL = "bench-in"
ROUNDS = 5
REQUESTS = 200  # in each round
SIDE_BY_SIDE = 8
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_numbers = itertools.count(1_000_000)
FLOOR = "bare Flask route, one INSERT"


def measure(house: House) -> list[Row]:
    credentials = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+525599990000"}
    with transaction(house.sessions) as session:
        channels.add(session, CHANNEL, ChannelType.TWILIO, CHANNEL, credentials)
    [port] = free_ports(1)
    ours, bare = house.settings.public_url, f"http://127.0.0.1:{port}"
    with (
        house.program("webhook", ready_at=f"{ours}/health"),
        house.serving(_bare_program(house, port), f"{bare}/health"),
    ):
        return [
            *_rows(ours, bare, 1, "new people"),
            *_rows(ours, bare, 1, "known people"),
            *_rows(ours, bare, SIDE_BY_SIDE, "known people"),
        ]


def _bare_program(house: House, port: int) -> Program:
    command = [sys.executable, "-m", "gunicorn", "tools.bench.bare:create_app()", f"--bind=127.0.0.1:{port}"]
    size = ["--workers=1", f"--threads={THREADS}", "--no-control-socket"]
    environment = clean_environment() | {"BARE_DATABASE": conninfo(house.url)}
    return Program("bare", [*command, *size], environment, folder=REPOSITORY)


def _rows(ours: str, bare: str, side_by_side: int, people: str) -> list[Row]:
    url = f"{ours}/twilio/{CHANNEL}"
    taken: dict[str, list[Times]] = {url: [], f"{bare}/": []}
    for round_ in range(-1, ROUNDS):
        posts = [_post(url, n if people == "known people" else None) for n in range(REQUESTS)]
        for target, times in taken.items():
            to_target = [replace(post, url=target) for post in posts]
            measured = post_all(to_target, side_by_side=side_by_side)
            if round_ >= 0:  # the first round warms up, and makes people known
                times.append(measured)
    (mine, floor), how = taken.values(), f"{people}, {side_by_side} at once"
    rows = [
        Row(f"acknowledgement, {how}, p{share}", _ms(mine, share), "ms", FLOOR, _ms(floor, share))
        for share in (50, 99)
    ]
    return [*rows, Row(f"acknowledgements, {how}", _rate(mine), "per second", FLOOR, _rate(floor))]


def _post(url: str, person: int | None) -> Post:
    """From somebody new where no person is named."""
    number = next(_numbers)
    fields = {
        "MessageSid": f"SM{number:032x}",
        "AccountSid": ACCOUNT,
        "From": f"+5255{number if person is None else person:08}",
        "To": "+525599990000",
        "Body": "Busco un albergue cerca de Tapachula para mi y mis dos hijos",
        "NumMedia": "0",
    }
    signature = RequestValidator(TOKEN).compute_signature(url, fields)
    return Post(url, {**FORM, "X-Twilio-Signature": signature}, urlencode(fields).encode())


def _ms(rounds: list[Times], share: int) -> float:
    return 1000 * percentile([one for times in rounds for one in times.seconds], share / 100)


def _rate(rounds: list[Times]) -> float:
    """Of the middle round."""
    return percentile([times.rate for times in rounds], 0.5)
