"""Staff sign in, and whoever guesses learns nothing."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import users
from core.db import now
from core.errors import Conflict
from core.types import Role
from core.users import SignInFailed, User

PASSWORD = "a long password"

REAL, REAL_NOBODY = users._hasher, users._NOBODY


def wrong(session: Session, times: int = 1, email: str = "agent@example.org") -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            users.sign_in(session, email, "not the password")


def test_the_right_password_lets_in(session: Session, agent: User) -> None:
    assert users.sign_in(session, "agent@example.org", PASSWORD) is agent
    assert agent.last_login_at is not None


def test_the_address_may_be_typed_in_any_way(session: Session, agent: User) -> None:
    assert users.sign_in(session, " Agent@Example.ORG ", PASSWORD) is agent


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour_even_for_the_right_one(
    session: Session, agent: User
) -> None:
    wrong(session, users.MAX_FAILURES - 1)
    assert agent.locked_until is None
    wrong(session)

    assert agent.locked_until is not None
    with pytest.raises(SignInFailed):
        users.sign_in(session, "agent@example.org", PASSWORD)
    assert abs(agent.locked_until - now() - users.LOCK_FOR) < timedelta(seconds=10)


def test_guessing_on_does_not_prolong_a_lock_and_it_ends(session: Session, agent: User) -> None:
    wrong(session, users.MAX_FAILURES)
    until = agent.locked_until
    wrong(session, users.MAX_FAILURES)
    assert agent.locked_until == until

    agent.locked_until = now() - timedelta(seconds=1)

    assert users.sign_in(session, "agent@example.org", PASSWORD) is agent
    assert (agent.failures, agent.locked_until) == (0, None)


def test_the_right_password_forgets_wrong_ones(session: Session, agent: User) -> None:
    wrong(session, users.MAX_FAILURES - 1)
    users.sign_in(session, "agent@example.org", PASSWORD)

    wrong(session, users.MAX_FAILURES - 1)

    assert agent.locked_until is None


def test_all_refusals_are_the_same(session: Session, agent: User) -> None:
    users.create(session, "gone@example.org", PASSWORD, Role.AGENT).is_active = False
    users.create(session, "locked@example.org", PASSWORD, Role.AGENT).locked_until = now() + users.LOCK_FOR
    tries = {
        "nobody@example.org": PASSWORD,
        "agent@example.org": "wrong",
        "gone@example.org": PASSWORD,
        "locked@example.org": PASSWORD,
        "": "",
    }

    errors = []
    for email, password in tries.items():
        with pytest.raises(SignInFailed) as caught:
            users.sign_in(session, email, password)
        errors.append((type(caught.value), str(caught.value), caught.value.args))

    assert set(errors) == {(SignInFailed, "", ())}


def test_an_unknown_address_costs_as_much_time_as_a_known_one(
    session: Session, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes the time is the hashing: it must be done once, with the same cost, for everybody."""
    hashes = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 -- argon2's name
            hashes.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(users, "_hasher", Counting())
    agent.locked_until = now() + users.LOCK_FOR
    wrong(session)
    wrong(session, email="nobody@example.org")

    assert len(hashes) == 2
    costs = [hash_.rsplit("$", 2)[0] for hash_ in hashes]
    assert costs[0] == costs[1]


def test_a_guess_costs_time_and_memory_for_nobody_too() -> None:
    """At least what OWASP's password storage cheat sheet asks of Argon2id."""
    assert REAL.type is Type.ID
    assert REAL.time_cost >= 2
    assert REAL.memory_cost >= 19 * 1024
    assert not REAL.check_needs_rehash(REAL_NOBODY)


def test_a_password_needs_twelve_characters_and_an_address_one_user(session: Session, agent: User) -> None:
    with pytest.raises(ValueError, match="12"):
        users.create(session, "new@example.org", "x" * 11, Role.VIEWER)
    with pytest.raises(Conflict):
        users.create(session, "AGENT@example.org", PASSWORD, Role.VIEWER)


def test_neither_password_nor_name_is_readable_in_the_database(session: Session) -> None:
    users.create(session, "eva@example.org", PASSWORD, Role.AGENT, name="Eva Zarzamora")

    (raw,) = session.execute(text("SELECT u::text FROM users u")).scalars().all()

    assert PASSWORD not in raw
    assert "Zarzamora" not in raw
    assert b"Zarzamora".hex() not in raw


def test_a_password_is_changed_only_by_who_knows_it(session: Session, agent: User) -> None:
    with pytest.raises(SignInFailed):
        users.change_password(agent, "not the password", "another long one")
    with pytest.raises(ValueError, match="12"):
        users.change_password(agent, PASSWORD, "short")

    users.change_password(agent, PASSWORD, "another long one")

    with pytest.raises(SignInFailed):
        users.sign_in(session, "agent@example.org", PASSWORD)
    assert users.sign_in(session, "agent@example.org", "another long one") is agent


def test_a_password_set_by_an_admin_is_random_and_ends_a_lock(session: Session, agent: User) -> None:
    wrong(session, users.MAX_FAILURES)

    password = users.reset_password(agent)

    assert len(password) >= users.MIN_PASSWORD
    assert users.sign_in(session, "agent@example.org", password) is agent
    assert users.random_password() != users.random_password()


def test_an_old_hash_is_renewed_at_the_next_sign_in(session: Session, agent: User) -> None:
    agent.password_hash = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(PASSWORD)

    users.sign_in(session, "agent@example.org", PASSWORD)

    assert not users._hasher.check_needs_rehash(agent.password_hash)
    assert users.sign_in(session, "agent@example.org", PASSWORD) is agent


def test_whoever_left_is_listed_last_and_not_active(session: Session, agent: User) -> None:
    assert users.has_any(session)
    gone = users.create(session, "a@example.org", PASSWORD, Role.VIEWER)
    gone.is_active = False
    session.flush()

    assert users.everyone(session) == [agent, gone]
    assert users.active(session, agent.id) is agent
    assert users.active(session, gone.id) is None
