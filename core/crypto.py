"""Encryption of what people entrust to us, and the keyed hash by which an address is found again.

The keys file (mode 600, outside the database) has one key a line, `lookup:…` once and `encrypt:…` one or more
times. The first `encrypt` key encrypts, all of them decrypt: `make rotate-keys` puts a new one first and
rewrites the old rows under it, after which the old line may be removed.
The lookup key stays for the life of the database, since a hash cannot be made again without the address.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.errors import SettingsError

LOOKUP_BYTES = 32


class Keyring:
    """Encrypts, decrypts and hashes; holds no state but the keys."""

    def __init__(self, lookup_key: bytes, encryption_keys: list[bytes]) -> None:
        self._lookup_key = lookup_key
        self._fernet = MultiFernet([Fernet(key) for key in encryption_keys])
        self._newest = Fernet(encryption_keys[0])

    @classmethod
    def from_file(cls, path: Path) -> "Keyring":
        """Raises SettingsError when the file is missing, readable by others or not a keys file."""
        try:
            content = path.read_bytes()
            mode = path.stat().st_mode
        except OSError as e:
            raise SettingsError(
                f"The keys file cannot be read ({e.strerror}). PUENTE_KEYS says where it is."
            ) from e
        if mode & 0o077:
            raise SettingsError("The keys file can be read by others; run `chmod 600` on it.")
        try:
            lines = [line.strip() for line in content.decode().splitlines()]
            keys = [line.partition(":")[::2] for line in lines if line]
            (lookup,) = [base64.urlsafe_b64decode(key) for kind, key in keys if kind == "lookup"]
            if len(lookup) < LOOKUP_BYTES:
                raise ValueError("the lookup key is too short")
            return cls(lookup, [key.encode() for kind, key in keys if kind == "encrypt"])
        except ValueError as e:
            raise SettingsError(
                "The keys file needs one `lookup:` line and at least one `encrypt:` line."
            ) from e

    @classmethod
    def create(cls, path: Path) -> "Keyring":
        """Write a new keys file and read it; an existing file is read and left as it is."""
        lookup = base64.urlsafe_b64encode(secrets.token_bytes(LOOKUP_BYTES)).decode()
        _write_private(path, f"lookup:{lookup}\nencrypt:{Fernet.generate_key().decode()}\n")
        return cls.from_file(path)

    @staticmethod
    def rotate(path: Path) -> None:
        """Put a new encryption key before the others; running processes take it up when they start again."""
        lines = path.read_text().splitlines(keepends=True)
        first = next(i for i, line in enumerate(lines) if line.startswith("encrypt:"))
        lines.insert(first, f"encrypt:{Fernet.generate_key().decode()}\n")
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        _write_private(new, "".join(lines))
        new.replace(path)

    def encrypt(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass"))

    def decrypt(self, token: bytes) -> str:
        """Raises SettingsError when none of the keys opens it: the keys file is not the one of this
        database."""
        try:
            return self._fernet.decrypt(token).decode("utf-8", "surrogatepass")
        except InvalidToken as e:
            raise SettingsError(
                "No key in the keys file opens this record; restore the right keys file."
            ) from e

    def renew(self, token: bytes) -> bytes:
        """The same content under the first key. Raises SettingsError as `decrypt` does."""
        return self.encrypt(self.decrypt(token))

    def is_current(self, token: bytes) -> bool:
        """Whether the first key opens it."""
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return False
        return True

    def fingerprint(self, text: str) -> bytes:
        """Keyed hash for look-up, 32 bytes; equal texts give equal fingerprints under one keys file."""
        return hmac.digest(self._lookup_key, text.encode(), hashlib.sha256)

    def secret(self, purpose: str) -> str:
        """A key for another use (cookie signing, …), derived so that it needs no file of its own."""
        return hmac.digest(self._lookup_key, b"secret:" + purpose.encode(), hashlib.sha256).hex()


def _write_private(path: Path, text: str) -> None:
    """Create with mode 600 from the first byte on; nothing happens when the file is there already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())  # nothing can be read any more when these few bytes are lost
