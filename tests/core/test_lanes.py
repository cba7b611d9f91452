"""Lanes: who may make the next turns of a conversation, and what becomes of a worker that died."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core import inbox, lanes, messages
from core.conversations import Conversation
from core.db import SessionMaker, now, transaction
from core.errors import Conflict
from core.lanes import Lease
from core.messages import Received
from core.types import URN
from tests.core.factories import conversation_of


def due(sessions: SessionMaker, count: int) -> list[uuid.UUID]:
    """Conversations that wait, the first the longest."""
    with transaction(sessions) as session:
        ids = [conversation_of(session, f"tel:+5037000{number:04}").id for number in range(count)]
        for place, id_ in enumerate(ids):
            at = now() - timedelta(minutes=count - place)
            session.execute(update(Conversation).where(Conversation.id == id_).values(due_at=at))
    return ids


def claim(sessions: SessionMaker, limit: int = 10) -> list[Lease]:
    with transaction(sessions) as session:
        return lanes.claim(session, limit)


def let_leases_end(sessions: SessionMaker) -> None:
    with transaction(sessions) as session:
        session.execute(update(Conversation).values(leased_until=now() - timedelta(seconds=1)))


def row(sessions: SessionMaker, id_: uuid.UUID) -> Conversation:
    with transaction(sessions) as session:
        return session.get_one(Conversation, id_)


def test_the_one_who_waited_longest_comes_first_and_no_more_than_asked_for(sessions: SessionMaker) -> None:
    ids = due(sessions, 5)

    assert {lease.conversation_id for lease in claim(sessions, 2)} == set(ids[:2])
    assert {lease.conversation_id for lease in claim(sessions)} == set(ids[2:])
    assert claim(sessions) == []


def test_a_conversation_that_is_not_due_is_left_alone(sessions: SessionMaker) -> None:
    waiting, idle = due(sessions, 2)
    with transaction(sessions) as session:
        session.execute(update(Conversation).where(Conversation.id == idle).values(due_at=None))

    assert [lease.conversation_id for lease in claim(sessions)] == [waiting]


def test_workers_at_once_never_get_the_same_lane_and_leave_none(sessions: SessionMaker) -> None:
    ids = due(sessions, 40)

    with ThreadPoolExecutor(8) as pool:
        claimed = [lease for leases in pool.map(lambda _: claim(sessions, 5), range(8)) for lease in leases]

    assert len(claimed) == len({lease.conversation_id for lease in claimed})
    rest = claim(sessions, 40)  # what was locked at that moment was skipped, not waited for
    assert {lease.conversation_id for lease in [*claimed, *rest]} == set(ids)


def test_what_another_worker_is_claiming_is_skipped_and_not_waited_for(sessions: SessionMaker) -> None:
    first, second = due(sessions, 2)
    with transaction(sessions) as other:
        taken = lanes.claim(other, 1)

        found = claim(sessions)

    assert [lease.conversation_id for lease in taken] == [first]
    assert [lease.conversation_id for lease in found] == [second]


def test_a_dead_workers_lane_is_taken_over_with_a_higher_token(sessions: SessionMaker) -> None:
    due(sessions, 1)
    (dead,) = claim(sessions)
    assert claim(sessions) == []
    let_leases_end(sessions)

    (alive,) = claim(sessions)

    assert alive.conversation_id == dead.conversation_id
    assert alive.token > dead.token


def test_a_worker_that_was_thought_dead_can_change_nothing_any_more(sessions: SessionMaker) -> None:
    due(sessions, 1)
    (dead,) = claim(sessions)
    let_leases_end(sessions)
    (alive,) = claim(sessions)

    for use in (lanes.lock, lanes.release):
        with transaction(sessions) as session, pytest.raises(Conflict):
            use(session, dead)
    with transaction(sessions) as session:
        assert lanes.lock(session, alive).id == alive.conversation_id


def test_the_lease_of_a_conversation_that_is_gone_is_void(sessions: SessionMaker) -> None:
    with transaction(sessions) as session, pytest.raises(Conflict):
        lanes.lock(session, Lease(uuid.uuid4(), 1))


def test_a_lease_is_renewed_with_each_turn(sessions: SessionMaker) -> None:
    (id_,) = due(sessions, 1)
    (lease,) = claim(sessions)
    with transaction(sessions) as session:
        session.execute(update(Conversation).values(leased_until=now() + timedelta(seconds=1)))

    with transaction(sessions) as session:
        lanes.lock(session, lease)

    left = (row(sessions, id_).leased_until or now()) - now()
    assert left > lanes.LEASE / 2


def test_two_holders_of_one_lease_make_their_turns_one_after_the_other(sessions: SessionMaker) -> None:
    """Such as the threads of one worker, when a batch was claimed twice."""
    due(sessions, 1)
    (lease,) = claim(sessions)

    def second() -> None:
        with transaction(sessions) as session:
            lanes.lock(session, lease)

    with ThreadPoolExecutor(1) as pool, transaction(sessions) as first:
        lanes.lock(first, lease)
        waiting = pool.submit(second)
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
        first.commit()
        waiting.result(10)


def test_a_released_lane_is_free_and_not_due(sessions: SessionMaker) -> None:
    (id_,) = due(sessions, 1)
    (lease,) = claim(sessions)

    with transaction(sessions) as session:
        lanes.release(session, lease)

    assert (row(sessions, id_).due_at, row(sessions, id_).leased_until) == (None, None)
    assert claim(sessions) == []


def write(session: Session, external_id: str = "late") -> None:
    urn = URN.parse("tel:+50370000000")
    assert inbox.record_message(session, "test", urn, Received(external_id, "una cosa más"))


def test_a_released_lane_stays_due_when_a_message_came_meanwhile(sessions: SessionMaker) -> None:
    due(sessions, 1)
    (lease,) = claim(sessions)
    with transaction(sessions) as session:
        write(session)

    with transaction(sessions) as session:
        lanes.release(session, lease)

    (again,) = claim(sessions)
    assert again.token > lease.token


@pytest.mark.parametrize("who_is_first", ["webhook", "worker"])
def test_a_message_at_the_moment_of_release_is_not_forgotten(
    sessions: SessionMaker, who_is_first: str
) -> None:
    """Each has seen the world before the other's commit; whoever is second waits for the row."""
    due(sessions, 1)
    (lease,) = claim(sessions)

    def work() -> None:
        with transaction(sessions) as session:
            lanes.release(session, lease)

    def hook() -> None:
        with transaction(sessions) as session:
            write(session)

    with ThreadPoolExecutor(1) as pool, transaction(sessions) as first:
        if who_is_first == "webhook":
            write(first)
            second = pool.submit(work)
        else:
            lanes.release(first, lease)
            second = pool.submit(hook)
        with pytest.raises(TimeoutError):
            second.result(0.3)
        first.commit()
        second.result(10)

    assert len(claim(sessions)) == 1


def test_a_lane_may_be_put_off(sessions: SessionMaker) -> None:
    (id_,) = due(sessions, 1)
    (lease,) = claim(sessions)

    with transaction(sessions) as session:
        lanes.release(session, lease, due_at=now() + timedelta(hours=1))

    assert claim(sessions) == []
    assert row(sessions, id_).due_at is not None


def test_messages_wait_in_the_order_in_which_they_were_sent(sessions: SessionMaker) -> None:
    (id_,) = due(sessions, 1)
    sent = [("b", 12), ("a", 11), ("c", 13)]
    with transaction(sessions) as session:
        for external_id, number in sent:
            received = Received(external_id, external_id, provider_seq=number)
            messages.record_inbound(session, id_, "test", received)

    with transaction(sessions) as session:
        assert [message.text for message in messages.pending(session, [id_])] == ["a", "b", "c"]


def test_how_many_wait_and_for_how_long_is_counted(sessions: SessionMaker) -> None:
    with transaction(sessions) as session:
        assert lanes.count_due(session) == (0, 0.0)

    due(sessions, 3)

    with transaction(sessions) as session:
        count, seconds = lanes.count_due(session)
    assert count == 3
    assert 170 < seconds < 200


def test_a_conversation_is_due_as_soon_as_somebody_wrote(sessions: SessionMaker) -> None:
    due(sessions, 1)
    (lease,) = claim(sessions)
    with transaction(sessions) as session:
        lanes.release(session, lease)

    with transaction(sessions) as session:
        write(session)

    assert len(claim(sessions)) == 1
