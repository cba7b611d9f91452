"""The importer: what is seen while it works, and what is left when it dies."""

import datetime as dt
import io
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import importer
from bot.importer import Importer
from core import users
from core.db import SessionMaker, now, transaction
from core.directory import Service, importing, three_w, uploads
from core.directory.uploads import MAX_ATTEMPTS, DirectoryUpload, Lease, UploadState
from core.errors import Conflict


def sheet(rows: int) -> bytes:
    tags = list(three_w.COLUMNS.values())
    given = {"organization": "Casa", "needs": "food", "country": "MX", "phones": "911"}
    lines = [
        [given.get(name, f"Comedor {number}" if name == "service" else "") for name in three_w.COLUMNS]
        for number in range(rows)
    ]
    return "\n".join(",".join(line) for line in [tags, *lines]).encode()


@pytest.fixture
def upload(sessions: SessionMaker, staff: users.User) -> DirectoryUpload:
    with transaction(sessions) as session:
        return uploads.keep(session, staff.id, sheet(1200), "csv")


@pytest.fixture
def confirmed(sessions: SessionMaker, upload: DirectoryUpload) -> DirectoryUpload:
    Importer(sessions).work()
    with transaction(sessions) as session:
        assert uploads.confirm(session, session.get_one(DirectoryUpload, upload.id))
    return upload


def state(sessions: SessionMaker) -> DirectoryUpload:
    with transaction(sessions) as session:
        return session.scalars(select(DirectoryUpload)).one()


def count(sessions: SessionMaker) -> int:
    with transaction(sessions) as session:
        return session.scalar(select(func.count(Service.id))) or 0


def end_lease(sessions: SessionMaker) -> None:
    with transaction(sessions) as session:
        session.scalars(select(DirectoryUpload)).one().leased_until = now() - dt.timedelta(seconds=1)


def die_at(monkeypatch: pytest.MonkeyPatch, record_count: int) -> None:
    """As if killed: nothing is caught, no transaction ends."""

    def teller(*_: Any) -> Any:
        def tell(_: int, done: int) -> None:
            if done >= record_count:
                raise KeyboardInterrupt

        return tell

    monkeypatch.setattr(Importer, "_teller", teller)


def test_a_file_is_read_then_taken_in_when_confirmed(
    sessions: SessionMaker, confirmed: DirectoryUpload
) -> None:
    assert count(sessions) == 0

    Importer(sessions).work()

    kept = state(sessions)
    assert (kept.state, kept.record_total, count(sessions)) == (UploadState.DONE, 1201, 1200)


def test_without_a_file_it_waits(sessions: SessionMaker) -> None:
    assert Importer(sessions).work() == importer.LOOK_EVERY


def test_others_see_how_far_it_is_while_nothing_is_there_yet(
    sessions: SessionMaker, confirmed: DirectoryUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "TOLD_EVERY", 0)
    seen: list[tuple[int, int]] = []
    note = uploads.note_progress

    def noted(session: Any, lease: Lease, file_percent: int, record_count: int) -> None:
        note(session, lease, file_percent, record_count)
        session.commit()
        kept = state(sessions)
        seen.append((kept.file_percent, kept.record_count, count(sessions)))

    monkeypatch.setattr(uploads, "note_progress", noted)
    Importer(sessions).work()

    assert seen[:3] == [(1, 0, 0), (2, 0, 0), (3, 0, 0)]
    assert seen[-3:] == [(100, 500, 0), (100, 1000, 0), (100, 1201, 0)]


def test_an_importer_that_dies_midway_leaves_nothing_and_the_next_begins_anew(
    sessions: SessionMaker, confirmed: DirectoryUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        die_at(dying, 1000)
        with pytest.raises(KeyboardInterrupt):
            Importer(sessions).work()
    assert (state(sessions).state, count(sessions)) == (UploadState.TAKING_IN, 0)

    assert Importer(sessions).work() == importer.LOOK_EVERY  # the dead one's lease still holds
    end_lease(sessions)
    Importer(sessions).work()

    assert (state(sessions).state, count(sessions)) == (UploadState.DONE, 1200)


def test_one_that_was_thought_dead_cannot_take_in_a_second_time(
    sessions: SessionMaker, confirmed: DirectoryUpload
) -> None:
    with transaction(sessions) as session:
        slow = uploads.claim(session)
    assert slow
    end_lease(sessions)
    Importer(sessions).work()

    with pytest.raises(Conflict), transaction(sessions) as session:
        uploads.take_in(session, slow, lambda *_: None)

    assert (state(sessions).state, count(sessions)) == (UploadState.DONE, 1200)


def test_a_file_that_kills_every_importer_is_given_up(
    sessions: SessionMaker, upload: DirectoryUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        die_at(dying, 0)
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(KeyboardInterrupt):
                Importer(sessions).work()
            end_lease(sessions)

    Importer(sessions).work()

    kept = state(sessions)
    assert (kept.state, kept.refusal) == (UploadState.REFUSED, "gave_up")
    assert Importer(sessions).work() == importer.LOOK_EVERY


def test_a_directory_that_changed_meanwhile_is_left_as_it_is(
    sessions: SessionMaker, confirmed: DirectoryUpload
) -> None:
    with transaction(sessions) as session:
        importing.run(session, io.BytesIO(sheet(1)), "csv", is_applied=True)

    Importer(sessions).work()

    kept = state(sessions)
    assert (kept.state, kept.refusal, count(sessions)) == (UploadState.REFUSED, "directory_changed", 1)
