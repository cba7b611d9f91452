"""A real PostgreSQL for the tests: started once, migrated once, copied for whoever wants a database alone."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from launcher.first_start import migrate
from launcher.postgres import Cluster, cluster_at, running

TEMPLATE = "migrated"

NewDatabase = Callable[[], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Not pytest's own temporary folder: as root the server's account may not enter that one."""
    folder = Path(tempfile.mkdtemp(prefix="puente-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster(server_folder: Path) -> Iterator[Cluster]:
    with running(
        cluster_at(server_folder / "postgres"),
        server_folder / "postgres.log",
        fsync="off",
        synchronous_commit="off",
        full_page_writes="off",
    ) as cluster:
        with cluster.connect() as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE} OWNER puente")
        migrate(cluster.url(TEMPLATE))
        yield cluster


@pytest.fixture(scope="session")
def new_database(cluster: Cluster) -> NewDatabase:
    """`with new_database() as url:` a migrated, empty database that is gone afterwards."""
    numbers = itertools.count()

    @contextmanager
    def new() -> Iterator[str]:
        name = f"test_{next(numbers)}"
        with cluster.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER puente TEMPLATE {TEMPLATE} STRATEGY file_copy")
        yield cluster.url(name)
        with cluster.connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    return new


@pytest.fixture
def database_url(new_database: NewDatabase) -> Iterator[str]:
    """A database for one test, which may commit in it and use it from several processes."""
    with new_database() as url:
        yield url


@pytest.fixture(scope="session")
def shared_database_url(new_database: NewDatabase) -> Iterator[str]:
    """One database for all tests that roll back what they wrote."""
    with new_database() as url:
        yield url
