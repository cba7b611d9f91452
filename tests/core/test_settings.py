"""Settings from the environment: what is taken, and what is refused by name."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_env({})

    assert settings.database_url is None
    assert settings.data_dir == Path.cwd() / "var"
    assert settings.spool_dir == settings.data_dir / "spool"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.is_simulator_open


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "sqlite:///puente.db"),
        ("DATABASE_URL", "mysql://secret@db.example/puente"),
        ("DATABASE_URL", "db.example"),
        ("DATABASE_URL", "postgresql://user:secret@db.example:port/puente"),
        *(
            (variable, value)
            for variable in ("PUENTE_WEBHOOK_PORT", "PUENTE_ADMIN_PORT")
            for value in ("0", "-1", "65536", "http", "80.0", " 80", "²")
        ),
        *(
            (variable, value)
            for variable in ("PUENTE_WEBHOOK_WORKERS", "PUENTE_TURN_WORKERS")
            for value in ("0", "-2", "many", "1e3", "٣")
        ),
        *(
            (variable, value)
            for variable in (
                "PUENTE_PUBLIC_URL",
                "PUENTE_NLU_URL",
                "PUENTE_TWILIO_URL",
                "PUENTE_TELEGRAM_URL",
            )
            for value in (
                "puente.example",
                "ftp://puente.example",
                "https://",
                "http://[::1",
                "http://a:99999",
                "http://a:0",
            )
        ),
        ("PUENTE_COUNTRY", "US"),
        ("PUENTE_COUNTRY", "Mexico"),
        ("PUENTE_SIMULATOR", "true"),
        ("PUENTE_SIMULATOR", "1"),
        ("PUENTE_HTTPS", "yes"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name_alone(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        Settings.from_env({variable: value})

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_any_address_of_a_postgresql_is_taken(prefix: str) -> None:
    settings = Settings.from_env({"DATABASE_URL": f"{prefix}user@db.example/puente"})

    assert settings.database_url == "postgresql+psycopg://user@db.example/puente"


def test_an_empty_variable_counts_as_unset() -> None:
    names = ("PUENTE_DATA", "DATABASE_URL", "PUENTE_KEYS", "PUENTE_WEBHOOK_PORT", "PUENTE_COUNTRY")
    more = ("PUENTE_PUBLIC_URL", "PUENTE_NLU_URL", "PUENTE_TWILIO_URL", "PUENTE_SIMULATOR", "PUENTE_HTTPS")

    assert Settings.from_env(dict.fromkeys((*names, *more), "")) == Settings.from_env({})


def test_values_are_tidied() -> None:
    settings = Settings.from_env(
        {"PUENTE_COUNTRY": "sv", "PUENTE_PUBLIC_URL": "https://puente.example/", "PUENTE_HTTPS": "ON"}
    )

    assert (settings.country, settings.public_url) == ("SV", "https://puente.example")
    assert settings.has_https


def test_files_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_env({"PUENTE_DATA": "data", "PUENTE_KEYS": "elsewhere/keys"})

    assert settings.data_dir == tmp_path / "data"
    assert settings.keys_path == tmp_path / "elsewhere/keys"


@pytest.mark.parametrize(
    ("env", "is_open"),
    [
        ({"PUENTE_PUBLIC_URL": "https://puente.example"}, False),
        ({"PUENTE_PUBLIC_URL": "http://localhost:9000"}, True),
        ({"PUENTE_PUBLIC_URL": "http://127.0.0.1.puente.example"}, False),
        ({"PUENTE_PUBLIC_URL": "https://puente.example", "PUENTE_SIMULATOR": "on"}, True),
        ({"PUENTE_SIMULATOR": "off"}, False),
    ],
)
def test_the_simulator_is_open_only_on_this_machine_unless_asked_for(
    env: dict[str, str], is_open: bool
) -> None:
    assert Settings.from_env(env).is_simulator_open is is_open


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_ADMIN_PORT", "9001")

    assert Settings.from_env().admin_port == 9001
