"""All programs, started through the launcher: a small version of `make replay`, and one bot of Telegram's."""

import pytest

from core import lanes
from core.db import transaction
from tests.stack_fixture import TelegramPhone, Town
from tools.replay import post_all
from tools.replay_counting import count, wait_until_answered
from tools.replay_posting import Poster, as_sms

pytestmark = pytest.mark.nlu

TEXTS = [
    "busco albergue en Tapachula",
    "como pido asilo en mexico",
    "Where can I find a shelter in Belize City?",
    "quiero poner una queja, me pidieron plata por la cita",
    "my case number please",
    "hola",
    "q hago si perdi mis papeles",
    "no entiendo nada de nada",
    "👍",
    "12345",
    "<b>hola</b> {{ 7 * 7 }}",
    "quiero hablar con una persona",
]


def test_every_sms_is_answered_once_though_workers_and_the_database_die(town: Town) -> None:
    messages = as_sms(TEXTS)
    sids = [message.sid for message in messages]

    with Poster(town.stack.url) as poster:
        taken = poster.post(messages[:6])
        town.stack.kill("worker")
        taken += poster.post(messages[6:9])
        with transaction(town.stack.sessions) as session:
            leases = lanes.claim(session, 3)  # as a worker does that dies before it makes a turn
        town.stack.kill("postgres")
        taken += poster.post(messages[9:])
        wait_until_answered(town.stack, len(TEXTS))
        first = count(town.stack, sids, town.twilio.url)
        again = post_all(town.stack, poster, messages, town.twilio.url, ())

    assert leases
    assert all(one.is_taken for one in taken)
    assert first.is_good
    assert (first.answered_once, first.failed_turns) == (len(TEXTS), 0)
    assert all(one.is_taken for one in again.acknowledgements)
    assert again.outcome == first
    assert all(response.is_success for response in town.twilio.responses)


def test_a_message_to_the_bot_is_answered_there(town: Town) -> None:
    phone = TelegramPhone(town.telegram, 7001)

    phone.writes("busco albergue en Tapachula")

    assert phone.hears("Tapachula")


def test_no_log_of_any_program_holds_what_people_wrote_or_who_they_are(town: Town) -> None:
    phone = TelegramPhone(town.telegram, 700200300, name="Eustaquia")
    phone.writes("me sigue un hombre de chaqueta amarilla")
    phone.hears("Llame ahora")

    logs = sorted((town.stack.settings.data_dir / "log").glob("*"))

    assert {"worker.log", "sender.log", "webhook.log", "nlu.log", "postgres.log"} <= {
        log.name for log in logs
    }
    for log in logs:
        said = log.read_text(errors="replace")
        for secret in ("700200300", "Eustaquia", "chaqueta", "+525500", *TEXTS[:5]):
            assert secret not in said, log.name
