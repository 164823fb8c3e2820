"""The store under test: in memory, on SQLite and on PostgreSQL. Databases are copies of one that is migrated, empty."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.settings.database_url import DatabaseUrl
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from bot.store.factory import open_database
from bot.store.leases import Leases
from bot.store.memory import MemoryStore
from tests.engines import (
    PostgresServer,
    database,
    database_file,
    database_url,
    empty_database,
    empty_postgres,
    postgres_database,
    postgres_server,
    postgres_url,
)

__all__ = [
    "database",
    "database_file",
    "database_url",
    "empty_database",
    "empty_postgres",
    "postgres_database",
    "postgres_server",
    "postgres_url",
]

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
NUDGE_BODY = Fernet(KEY).encrypt(b'{"minutes":10,"tip":null}')
"""As it was sealed before values were bound to their rows."""


@dataclass
class Clock:
    """A clock that stands still until it is moved; epoch seconds."""

    now: float = 1_790_000_000.25

    def __call__(self) -> float:
        return self.now


async def holder(leases: Leases, name: str) -> str | None:
    """Who holds a lease; None where nobody does."""
    sql = "SELECT owner FROM leases WHERE name = :name AND until > :now"
    async with leases._database.transaction(write=False) as tx:
        row = await tx.fetch_one(sql, leases._params(name=name))
    return None if row is None else row[0]


@pytest.fixture
def key() -> str:
    return KEY


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def chat_store(database_url: str, clock: Clock) -> AsyncIterator[ChatStore]:
    store = ChatStore(open_database(DatabaseUrl.parse(database_url)), Cipher([KEY]), context_hours=24, clock=clock)
    yield store
    await store.close()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[ChatStore | MemoryStore]:
    store: ChatStore | MemoryStore
    if request.param == "memory":
        store = MemoryStore(context_hours=24, clock=clock)
    else:
        if request.param == "sqlite":
            url = f"sqlite:///{request.getfixturevalue('database_file')}"
        else:
            url = request.getfixturevalue("postgres_url")
        store = ChatStore(open_database(DatabaseUrl.parse(url)), Cipher([KEY]), context_hours=24, clock=clock)
    yield store
    await store.close()


@pytest.fixture(scope="session", params=["memory", "sqlite", "postgresql"])
def fresh_store(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], ChatStore | MemoryStore]:
    """Makes empty stores, for properties that need a new one for each example."""
    path = tmp_path_factory.mktemp("examples") / "bot.sqlite3"

    def in_memory() -> MemoryStore:
        return MemoryStore(context_hours=24, clock=Clock())

    def on_sqlite() -> ChatStore:
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(empty_database, path)
        return ChatStore(SQLiteDatabase(path), Cipher([KEY]), context_hours=24, clock=Clock())

    if request.param == "memory":
        return in_memory
    if request.param == "sqlite":
        return on_sqlite
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name: str = request.getfixturevalue("postgres_database")

    def on_postgres() -> ChatStore:
        server.empty(name)
        return ChatStore(
            open_database(DatabaseUrl.parse(server.url(name))), Cipher([KEY]), context_hours=24, clock=Clock()
        )

    return on_postgres
