"""The database of this install: the server at DATABASE_URL, else the embedded one.

`python -m launcher.database COMMAND ...` runs a command with DATABASE_URL set: on the database of a running
`make run`, or on one started for as long as the command runs. Either has what a first start makes.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import AppError
from core.settings import Settings
from launcher.first_start import prepare
from launcher.postgres import Cluster, cluster_at, running
from launcher.processes import say


class InUse(AppError):
    """Another process of this install runs the embedded PostgreSQL; `url` leads to it."""

    def __init__(self, holder: str, url: str) -> None:
        super().__init__(f"Puente is already running from this folder (process {holder}).")
        self.url = url


@contextmanager
def embedded_cluster(settings: Settings) -> Iterator[Cluster]:
    """For one process at a time. The lock ends with its process, however that ends; it also tells the others
    where the database is."""
    cluster = cluster_at(settings.data_dir / "postgres")
    with (settings.data_dir / "postgres.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            lock.seek(0)
            holder, url = lock.read().split()
            raise InUse(holder, url) from e
        lock.truncate(0)
        lock.write(f"{os.getpid()} {cluster.url()}")
        lock.flush()
        yield cluster


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    try:
        with (
            embedded_cluster(settings) as cluster,
            running(cluster, settings.data_dir / "log" / "postgres.log"),
        ):
            yield cluster.url()
    except InUse as e:
        yield e.url


def main(command: list[str]) -> int:
    try:
        settings = Settings.from_env()
        with database_url(settings) as url:
            prepare(settings, url, say)
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    except AppError as e:
        say(str(e))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
