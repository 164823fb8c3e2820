"""SQLite through the plain driver: locks, and failures in one kind of error."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store.database import Database, SQLiteDatabase

ADD = "INSERT INTO notes (n) VALUES (:n)"
COUNT = "SELECT count(*) FROM notes"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SQLiteDatabase]:
    database = SQLiteDatabase(tmp_path / "deep" / "notes.sqlite3", busy_seconds=0.05)
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE notes (n INTEGER PRIMARY KEY)")
    yield database
    await database.close()


@pytest.fixture
def lock(tmp_path: Path, database: SQLiteDatabase) -> Iterator[sqlite3.Connection]:
    """Another process in the middle of writing."""
    with closing(sqlite3.connect(tmp_path / "deep" / "notes.sqlite3", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


async def count(database: Database) -> int:
    async with database.transaction(write=False) as tx:
        row = await tx.fetch_one(COUNT)
    assert row is not None
    return int(row[0])


async def add_all(database: Database, *numbers: int | Callable[[], int]) -> None:
    """In one transaction; a function is called within it."""
    async with database.transaction() as tx:
        for n in numbers:
            await tx.execute(ADD, {"n": n if isinstance(n, int) else n()})


async def test_a_block_takes_effect_as_a_whole(database: SQLiteDatabase) -> None:
    async with database.transaction() as tx:
        assert await tx.execute(ADD, {"n": 1}) == 1
        assert await tx.execute(ADD, {"n": 2}) == 1
        assert await tx.fetch_all("SELECT n FROM notes ORDER BY n") == [(1,), (2,)]
        assert await tx.fetch_one("SELECT n FROM notes WHERE n = :n", {"n": 3}) is None
    with pytest.raises(ZeroDivisionError):
        await add_all(database, 3, lambda: 1 // 0)
    with pytest.raises(StoreError, match="UNIQUE"):
        await add_all(database, 4, lambda: 1)
    assert await count(database) == 2


async def test_settings_of_the_connection(database: SQLiteDatabase, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        values = [await tx.fetch_one(f"PRAGMA {n}") for n in ("journal_mode", "synchronous", "foreign_keys")]
    assert values == [("wal",), (1,), (1,)]
    for path in (tmp_path / "deep").iterdir():
        assert path.stat().st_mode & 0o077 == 0


async def test_a_locked_database_is_an_error_after_a_while_but_can_be_read(
    database: SQLiteDatabase, lock: sqlite3.Connection
) -> None:
    with pytest.raises(StoreError, match="locked"):
        async with database.transaction():
            pass
    assert await count(database) == 0
    lock.execute("COMMIT")
    async with database.transaction() as tx:
        await tx.execute(ADD, {"n": 1})


async def test_waiting_for_a_lock_holds_up_neither_the_loop_nor_readers(
    tmp_path: Path, database: SQLiteDatabase, lock: sqlite3.Connection
) -> None:
    patient = SQLiteDatabase(tmp_path / "deep" / "notes.sqlite3")

    async def add(n: int) -> None:
        async with patient.transaction() as tx:
            await tx.execute(ADD, {"n": n})

    waiting = [asyncio.create_task(add(n)) for n in range(3)]
    await asyncio.sleep(0.02)
    assert await count(patient) == 0
    lock.execute("COMMIT")
    await asyncio.gather(*waiting)
    assert await count(patient) == 3
    await patient.close()


async def test_a_queue_before_a_locked_database_does_not_add_up(database: SQLiteDatabase) -> None:
    entered = asyncio.Event()

    async def slow() -> None:
        async with database.transaction():
            entered.set()
            await asyncio.sleep(0.2)

    task = asyncio.create_task(slow())
    await entered.wait()
    results = await asyncio.gather(*(count(database) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(result, StoreError) for result in results)
    await task


async def test_who_reads_on_and_on_gives_way(database: SQLiteDatabase) -> None:
    rounds: list[float] = []
    reading = True

    async def other() -> None:
        while reading:
            rounds.append(time.thread_time())
            await asyncio.sleep(0)

    async def read() -> None:
        until = time.thread_time() + 0.2
        while time.thread_time() < until:
            await count(database)

    task = asyncio.create_task(other())
    await asyncio.gather(*(read() for _ in range(4)))
    reading = False
    await task
    assert max(later - earlier for earlier, later in itertools.pairwise(rounds)) < 0.05
    assert len(rounds) < 1000  # nor does it stop at each


async def test_a_full_disk_is_an_error_and_loses_only_the_block(database: SQLiteDatabase) -> None:
    async with database.transaction() as tx:
        row = await tx.fetch_one("PRAGMA page_count")
        assert row is not None
        await tx.fetch_one(f"PRAGMA max_page_count={row[0] + 1}")
    with pytest.raises(StoreError, match="full"):
        await add_all(database, *range(100_000))
    assert await count(database) == 0


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, " * 500)
    with pytest.raises(StoreError, match="not a database"):
        SQLiteDatabase(path)


async def test_a_database_that_may_only_be_read(database: SQLiteDatabase) -> None:
    async with database.transaction() as tx:
        await tx.fetch_one("PRAGMA query_only=ON")
    with pytest.raises(StoreError, match="readonly"):
        await add_all(database, 1)
    assert await count(database) == 0


@pytest.mark.parametrize("name", ["file/bot.sqlite3", ".", "/proc/none/bot.sqlite3"])
def test_a_place_where_no_file_can_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        SQLiteDatabase(tmp_path / name)
