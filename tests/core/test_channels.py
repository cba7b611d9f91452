"""Rows of channels: credentials, and the token bucket that all senders share."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import channels, messages, outbox
from core.channels import Channel
from core.db import SessionMaker, now, transaction
from core.errors import NotFound
from core.types import ChannelType
from tests.core.factories import conversation_of


def test_a_channel_is_found_by_its_id_and_type_while_it_is_active(session: Session) -> None:
    channel = channels.add(session, "sms-mx", ChannelType.TWILIO, "SMS", {"auth_token": "t"})

    assert channels.get(session, "sms-mx", ChannelType.TWILIO) is channel
    assert channel.credentials == {"auth_token": "t"}
    for id_, type_ in (("sms-mx", ChannelType.TELEGRAM), ("nobody", ChannelType.TWILIO)):
        with pytest.raises(NotFound):
            channels.get(session, id_, type_)
    channel.is_active = False
    with pytest.raises(NotFound):
        channels.get(session, "sms-mx", ChannelType.TWILIO)


def test_credentials_are_not_readable_in_the_database(session: Session) -> None:
    channels.add(session, "sms-mx", ChannelType.TWILIO, "SMS", {"auth_token": "secret-token"})

    raw = session.execute(text("SELECT c::text FROM channels c WHERE id = 'sms-mx'")).scalar_one()

    assert "secret-token" not in raw
    assert b"secret-token".hex() not in raw


def test_new_credentials_start_a_halted_channel_again(session: Session) -> None:
    channel = channels.add(session, "sms-mx", ChannelType.TWILIO, "SMS", {"auth_token": "old"})
    channels.halt(session, "sms-mx", "20003")
    session.refresh(channel)
    assert channel.halted_code == "20003"

    channels.add(session, "sms-mx", ChannelType.TWILIO, "SMS", {"auth_token": "new"}, rate=2)

    assert (channel.halted_code, channel.is_active, channel.rate) == (None, True, 2)
    assert channel.credentials == {"auth_token": "new"}


def bucket(session: Session, *, tokens: float, age: float, rate: float, burst: float) -> Channel:
    channel = channels.add(session, "sms", ChannelType.TWILIO, "SMS", {}, rate=rate, burst=burst)
    channel.tokens, channel.tokens_at = tokens, now() - timedelta(seconds=age)
    session.flush()
    return channel


@pytest.mark.parametrize(
    ("tokens", "age", "expected"),
    [(0, 150, 3), (1, 100, 3), (0, 360_000, 10), (-6, 200, -2), (4, -6_000, 4)],
    ids=[
        "fills by its rate",
        "adds to what is left",
        "up to the burst",
        "from below zero",
        "clock gone back",
    ],
)
def test_the_bucket_fills_by_the_rate_up_to_the_burst(
    session: Session, tokens: float, age: float, expected: float
) -> None:
    bucket(session, tokens=tokens, age=age, rate=0.02, burst=10)

    assert channels.available_tokens(session, "sms") == pytest.approx(expected, abs=0.5)


def test_a_slow_channel_still_gets_its_one_message(session: Session) -> None:
    bucket(session, tokens=0, age=60, rate=0.1, burst=0.1)

    assert channels.available_tokens(session, "sms") == pytest.approx(1.0)


def test_what_is_spent_is_missing_and_the_wait_follows_from_the_rate(session: Session) -> None:
    bucket(session, tokens=3, age=0, rate=0.5, burst=3)
    channels.available_tokens(session, "sms")

    channels.spend_tokens(session, "sms", 3)

    assert channels.seconds_until_token(session, "sms") == pytest.approx(2.0, abs=0.3)


def test_senders_on_several_machines_share_one_rate(sessions: SessionMaker) -> None:
    """Without the lock each would see the full bucket."""
    with transaction(sessions) as session:
        bucket(session, tokens=5, age=0, rate=0.01, burst=5)

    def take(_: int) -> int:
        with transaction(sessions) as session:
            if channels.available_tokens(session, "sms") < 1:
                return 0
            time.sleep(0.02)
            channels.spend_tokens(session, "sms", 1)
            return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 5


def test_two_senders_never_take_the_same_message(sessions: SessionMaker) -> None:
    with transaction(sessions) as session:
        for number in range(30):
            messages.queue(session, conversation_of(session, f"tel:+5037000{number:04}"), "hola")

    def take(_: int) -> list[object]:
        with transaction(sessions) as session:
            claimed = [message.id for message in outbox.claim(session, "test", 5)]
            time.sleep(0.02)
            return list(claimed)

    with ThreadPoolExecutor(6) as pool:
        taken = [id_ for ids in pool.map(take, range(8)) for id_ in ids]

    assert len(taken) == len(set(taken))
    assert len(taken) >= 25
