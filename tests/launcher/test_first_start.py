"""What `make run` prepares, once and again."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from core import channels, directory, users
from core.crypto import Keyring
from core.db import connect, session_maker, transaction
from core.errors import SettingsError
from core.settings import Settings
from core.types import ChannelType, Role
from launcher.first_start import DEMO_EMAIL, demo_login, prepare


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"PUENTE_DATA": str(tmp_path)})


def test_the_first_start_makes_keys_a_login_that_works_the_directory_and_the_simulator(
    settings: Settings, database_url: str
) -> None:
    said: list[str] = []

    prepare(settings, database_url, said.append)

    login = demo_login(settings)
    assert login
    engine = connect(database_url, Keyring.from_file(settings.keys_path))
    with transaction(session_maker(engine)) as session:
        assert users.sign_in(session, *login).role is Role.ADMIN
        assert len(directory.organizations(session)) > 100
        for channel_id in ("simulator", "simulator-sms"):
            assert channels.get(session, channel_id, ChannelType.SIMULATOR)
    engine.dispose()
    for name in ("keys", "demo-login"):
        assert stat.S_IMODE((settings.data_dir / name).stat().st_mode) == 0o600
    assert login[1] not in " ".join(said)


def test_a_second_start_changes_nothing(settings: Settings, database_url: str) -> None:
    prepare(settings, database_url, lambda line: None)
    before = [(settings.data_dir / name).read_text() for name in ("keys", "demo-login")]
    said: list[str] = []

    prepare(settings, database_url, said.append)

    assert [(settings.data_dir / name).read_text() for name in ("keys", "demo-login")] == before
    assert said == []


def test_a_town_with_staff_of_its_own_gets_no_demo_login(settings: Settings, database_url: str) -> None:
    prepare(settings, database_url, lambda line: None)
    engine = connect(database_url, Keyring.from_file(settings.keys_path))
    with transaction(session_maker(engine)) as session:
        session.scalars(select(users.User)).one().email = "ana@town.example"
    (settings.data_dir / "demo-login").unlink()

    prepare(settings, database_url, lambda line: None)

    with transaction(session_maker(engine)) as session:
        assert DEMO_EMAIL not in session.scalars(select(users.User.email)).all()
    engine.dispose()
    assert demo_login(settings) is None


def test_a_second_machine_makes_no_keys_of_its_own(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    prepare(settings, database_url, lambda line: None)
    second = Settings.from_env({"PUENTE_DATA": str(tmp_path / "second")})

    with pytest.raises(SettingsError, match="keys of this database are missing"):
        prepare(second, database_url, lambda line: None)
    assert not second.keys_path.exists()


def test_the_keys_of_another_database_are_refused(settings: Settings, database_url: str) -> None:
    prepare(settings, database_url, lambda line: None)
    settings.keys_path.unlink()
    Keyring.create(settings.keys_path)

    with pytest.raises(SettingsError, match="right keys file"):
        prepare(settings, database_url, lambda line: None)
