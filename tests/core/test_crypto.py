"""The keys file and what is done with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.crypto import Keyring
from core.errors import SettingsError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "keys"


def private(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_a_keys_file_is_for_its_owner_only(path: Path) -> None:
    Keyring.create(path)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_keys_file_that_is_there_is_kept(path: Path) -> None:
    first = Keyring.create(path)
    content = path.read_bytes()

    second = Keyring.create(path)

    assert path.read_bytes() == content
    assert second.decrypt(first.encrypt("hola")) == "hola"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_keys_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    Keyring.create(path)
    path.chmod(mode)

    with pytest.raises(SettingsError, match="chmod 600"):
        Keyring.from_file(path)


def test_a_missing_keys_file_is_named_by_its_setting(path: Path) -> None:
    with pytest.raises(SettingsError, match="PUENTE_KEYS"):
        Keyring.from_file(path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lookup, encrypt: b"",
        lambda lookup, encrypt: lookup,
        lambda lookup, encrypt: encrypt,
        lambda lookup, encrypt: lookup + lookup + encrypt,
        lambda lookup, encrypt: b"lookup:\n" + encrypt,
        lambda lookup, encrypt: lookup + b"encrypt:too-short\n",
        lambda lookup, encrypt: b"\xff\xfe\x00 binary",
    ],
    ids=["empty", "no encrypt", "no lookup", "two lookups", "empty lookup", "short key", "not a text"],
)
def test_what_is_no_keys_file_is_refused(path: Path, spoil: Callable[[bytes, bytes], bytes]) -> None:
    Keyring.create(path)
    lookup, encrypt = path.read_bytes().splitlines(keepends=True)
    private(path, spoil(lookup, encrypt))

    with pytest.raises(SettingsError, match="keys file"):
        Keyring.from_file(path)


def test_a_keys_file_saved_by_an_editor_still_opens(path: Path) -> None:
    before = Keyring.create(path)
    private(path, b"\r\n" + path.read_bytes().replace(b"\n", b" \r\n") + b"\r\n")

    after = Keyring.from_file(path)

    assert after.decrypt(before.encrypt("hola")) == "hola"
    assert after.fingerprint("tel:+503") == before.fingerprint("tel:+503")


@pytest.mark.parametrize(
    "text", ["", "Año 2026, ¿qué?", "سلام", "👩‍👧", "a\x00b", "\ud83d alone", "x" * 10_000]
)
def test_any_text_comes_back_as_it_was(path: Path, text: str) -> None:
    keyring = Keyring.create(path)

    token = keyring.encrypt(text)

    assert keyring.decrypt(token) == text
    assert token != keyring.encrypt(text)


def test_the_wrong_keys_file_is_called_so_without_a_word_of_the_content(tmp_path: Path) -> None:
    token = Keyring.create(tmp_path / "one").encrypt("mi historia")
    other = Keyring.create(tmp_path / "other")

    for use in (other.decrypt, other.renew):
        with pytest.raises(SettingsError, match="right keys file") as caught:
            use(token)
        assert "historia" not in str(caught.value)


def test_after_a_rotation_old_and_new_are_read_and_the_new_key_encrypts(path: Path) -> None:
    old = Keyring.create(path)
    for _ in range(2):
        Keyring.rotate(path)

    new = Keyring.from_file(path)

    assert new.decrypt(old.encrypt("hola")) == "hola"
    with pytest.raises(SettingsError):
        old.decrypt(new.encrypt("hola"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().count("encrypt:") == 3
    assert [file.name for file in path.parent.iterdir()] == ["keys"]


def test_a_renewed_token_needs_the_old_key_no_more(path: Path) -> None:
    token = Keyring.create(path).encrypt("hola")
    Keyring.rotate(path)
    keyring = Keyring.from_file(path)
    assert not keyring.is_current(token)

    renewed = keyring.renew(token)
    without_old = b"".join(path.read_bytes().splitlines(keepends=True)[:2])
    private(path, without_old)

    assert keyring.is_current(renewed)
    assert Keyring.from_file(path).decrypt(renewed) == "hola"


def test_a_fingerprint_outlives_rotations_and_differs_between_installs(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    before = Keyring.create(path).fingerprint("tel:+50371234567")
    Keyring.rotate(path)

    assert Keyring.from_file(path).fingerprint("tel:+50371234567") == before
    assert len(before) == 32
    assert Keyring.create(tmp_path / "other").fingerprint("tel:+50371234567") != before
    assert Keyring.from_file(path).fingerprint("tel:+50371234568") != before


def test_secrets_differ_by_purpose_and_are_the_same_at_each_start(path: Path) -> None:
    keyring = Keyring.create(path)

    assert keyring.secret("cookies") == Keyring.from_file(path).secret("cookies")
    assert keyring.secret("cookies") != keyring.secret("forms")
    assert keyring.secret("cookies") != keyring.fingerprint("cookies").hex()
