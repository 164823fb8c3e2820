"""The store under test: in memory, and on SQLite (a copy of one empty, migrated file)."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from bot.store.memory import MemoryStore
from bot.store.migrate import migrate

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@dataclass
class Clock:
    """A clock that stands still until it is moved; epoch seconds."""

    now: float = 1_790_000_000.25

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "bot.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_file(empty_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "bot.sqlite3"))


@pytest.fixture
def key() -> str:
    return KEY


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def chat_store(database_file: Path, clock: Clock) -> AsyncIterator[ChatStore]:
    store = ChatStore(SQLiteDatabase(database_file), Cipher([KEY]), context_hours=24, clock=clock)
    yield store
    await store.close()


@pytest.fixture(params=["memory", "sqlite"])
async def store(
    request: pytest.FixtureRequest, database_file: Path, clock: Clock
) -> AsyncIterator[ChatStore | MemoryStore]:
    store: ChatStore | MemoryStore
    if request.param == "memory":
        store = MemoryStore(context_hours=24, clock=clock)
    else:
        store = ChatStore(SQLiteDatabase(database_file), Cipher([KEY]), context_hours=24, clock=clock)
    yield store
    await store.close()


@pytest.fixture(scope="session", params=["memory", "sqlite"])
def fresh_store(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], ChatStore | MemoryStore]:
    """Makes empty stores, for properties that need a new one for each example."""
    path = tmp_path_factory.mktemp("examples") / "bot.sqlite3"

    def make() -> ChatStore | MemoryStore:
        if request.param == "memory":
            return MemoryStore(context_hours=24, clock=Clock())
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(empty_database, path)
        return ChatStore(SQLiteDatabase(path), Cipher([KEY]), context_hours=24, clock=Clock())

    return make
