"""A new encryption key for a database that is in use for years already."""

import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, type_coerce
from sqlalchemy.orm import Session

from core import cases, channels, consents, messages, rotate, surveys, users
from core.crypto import Keyring
from core.database import open_database
from core.db import SessionMaker, keyring_of, transaction
from core.directory import Organization
from core.errors import SettingsError
from core.messages import Message, Received
from core.models import metadata
from core.settings import Settings
from core.types import ChannelType, Role
from tests.core.factories import case_of, conversation_of


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    settings = Settings.from_env({"PUENTE_DATA": str(tmp_path), "DATABASE_URL": database_url})
    Keyring.create(settings.keys_path)
    sessions = open_database(settings)
    with transaction(sessions) as session:
        fill(session)
    sessions.kw["bind"].dispose()
    return settings


def fill(session: Session) -> None:
    """Something in every table that has anything encrypted."""
    channels.add(session, "test", ChannelType.SIMULATOR, "Test", {"token": "t"})
    user = users.create(session, "agent@example.org", "a long password", Role.AGENT, name="Eva")
    conversation = conversation_of(session, "tel:+50371234567")
    conversation.session = '{"flow": "menu"}'
    for number in range(7):
        messages.record_inbound(session, conversation.id, "test", Received(str(number), f"texto {number}"))
    case = case_of(conversation, session, narrative="mi historia", place="cerca del río")
    organization = Organization(id=uuid.uuid4(), name="O", country="SV")
    session.add(organization)
    consents.give(session, conversation.contact_id, "referral", "¿Sí?", case_id=case.id)
    session.flush()
    cases.refer(session, case, user, organization.id, "nota")
    surveys.record(session, conversation.contact_id, "service", "1", {"comment": "bien"}, is_complete=True)


def tokens(sessions: SessionMaker) -> dict[str, list[bytes]]:
    with transaction(sessions) as session:
        return {
            f"{table.name}.{column.name}": [
                token for token in session.scalars(select(type_coerce(column, LargeBinary))) if token
            ]
            for table, columns in rotate.encrypted_columns().items()
            for column in columns
        }


def drop_old_keys(settings: Settings) -> None:
    first_two = settings.keys_path.read_text().splitlines(keepends=True)[:2]
    settings.keys_path.write_text("".join(first_two))


def texts(settings: Settings) -> list[str]:
    sessions = open_database(settings)
    with transaction(sessions) as session:
        found = [message.text for message in session.scalars(select(Message).order_by(Message.seq))]
    sessions.kw["bind"].dispose()
    return found


def test_every_encrypted_column_has_something_to_rotate(settings: Settings) -> None:
    sessions = open_database(settings)

    empty = [name for name, found in tokens(sessions).items() if not found]

    sessions.kw["bind"].dispose()
    assert empty == ["messages.payload_json"]


IN_THE_CLEAR = {
    "contact_urns.fingerprint": "a keyed hash",
    "directory_uploads.file": "institutions, and nobody who writes to us",
}


def test_no_column_of_bytes_is_forgotten() -> None:
    known = {column for columns in rotate.encrypted_columns().values() for column in columns}

    others = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column not in known
    ]

    assert set(others) - set(IN_THE_CLEAR) == set()


def test_after_a_rotation_the_old_key_is_needed_for_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate, "BATCH", 3)

    count = rotate.rotate(settings)
    drop_old_keys(settings)

    sessions = open_database(settings)
    with transaction(sessions) as session:
        keyring = keyring_of(session)
    left = [name for name, found in tokens(sessions).items() for t in found if not keyring.is_current(t)]
    sessions.kw["bind"].dispose()
    assert left == []
    assert count > 7
    assert texts(settings) == [f"texto {number}" for number in range(7)]


def test_a_person_is_found_again_after_a_rotation(settings: Settings) -> None:
    rotate.rotate(settings)
    drop_old_keys(settings)

    sessions = open_database(settings)
    with transaction(sessions) as session:
        conversation = conversation_of(session, "tel:+50371234567")
        assert len(messages.pending(session, [conversation.id])) == 7
    sessions.kw["bind"].dispose()


def test_an_interrupted_rotation_is_finished_with_the_same_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate, "BATCH", 2)
    rewrite_rows, done = rotate._rewrite_rows, []

    def stop_in_the_middle(session: Session, *more: Any) -> int:
        if count := rewrite_rows(session, *more):
            done.append(count)
        if len(done) == 3:
            raise KeyboardInterrupt
        return count

    with monkeypatch.context() as patched:
        patched.setattr(rotate, "_rewrite_rows", stop_in_the_middle)
        with pytest.raises(KeyboardInterrupt):
            rotate.rotate(settings)
    keys = settings.keys_path.read_text()

    rest = rotate.rotate(settings)

    assert settings.keys_path.read_text() == keys
    assert keys.count("encrypt:") == 2
    assert rest > sum(done)
    drop_old_keys(settings)
    assert len(texts(settings)) == 7


def test_a_further_rotation_makes_a_further_key(settings: Settings) -> None:
    first = rotate.rotate(settings)

    assert rotate.rotate(settings) == first
    assert settings.keys_path.read_text().count("encrypt:") == 3


def test_nothing_is_rotated_while_programs_use_the_database(settings: Settings) -> None:
    keys = settings.keys_path.read_text()
    sessions = open_database(settings)
    with transaction(sessions) as session:
        session.connection()

        with pytest.raises(rotate.InUse, match="stop Puente"):
            rotate.rotate(settings)

    sessions.kw["bind"].dispose()
    assert settings.keys_path.read_text() == keys


def test_the_wrong_keys_file_changes_nothing(settings: Settings) -> None:
    right = settings.keys_path.read_bytes()
    settings.keys_path.unlink()
    Keyring.create(settings.keys_path)
    wrong = settings.keys_path.read_bytes()

    with pytest.raises(SettingsError, match="right keys file"):
        rotate.rotate(settings)

    assert settings.keys_path.read_bytes() == wrong
    settings.keys_path.write_bytes(right)
    assert len(texts(settings)) == 7


def test_the_command_says_what_it_did(settings: Settings) -> None:
    environment = {"PUENTE_DATA": str(settings.data_dir), "DATABASE_URL": str(settings.database_url)}

    done = subprocess.run(
        [sys.executable, "-m", "core.rotate"], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "rows were rewritten" in done.stdout
