"""What every database promises, on each engine."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.settings.database_url import DatabaseUrl
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.postgres import PostgresDatabase
from tests.engines import PostgresServer, start_server

ADD = "INSERT INTO tallies (day, kind, name, count) VALUES (:n, 'k', 'a', :n)"
COUNT = "SELECT count(*) FROM tallies"


async def count(database: Database) -> int:
    async with database.transaction(write=False) as tx:
        row = await tx.fetch_one(COUNT)
    assert row is not None
    return int(row[0])


async def add_all(database: Database, *numbers: int) -> None:
    async with database.transaction() as tx:
        for n in numbers:
            await tx.execute(ADD, {"n": n})


async def test_a_block_takes_effect_as_a_whole(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.execute(ADD, {"n": 1}) == 1
        assert await tx.execute(ADD, {"n": 2}) == 1
        assert await tx.fetch_all("SELECT day FROM tallies ORDER BY day") == [(1,), (2,)]
        assert await tx.fetch_one("SELECT day FROM tallies WHERE day = :n", {"n": 3}) is None

    async def fail() -> None:
        async with database.transaction() as tx:
            await tx.execute(ADD, {"n": 3})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    with pytest.raises(StoreError):
        await add_all(database, 4, 1)
    assert await count(database) == 2


async def test_what_was_changed_is_counted(database: Database) -> None:
    await add_all(database, 1, 2, 3)
    async with database.transaction() as tx:
        assert await tx.execute("UPDATE tallies SET count = 7 WHERE day > :n", {"n": 1}) == 2
        assert await tx.execute("UPDATE tallies SET count = 7 WHERE day > :n", {"n": 5}) == 0
        assert await tx.execute(f"{ADD} ON CONFLICT (day, kind, name) DO NOTHING", {"n": 1}) == 0
        assert await tx.execute(f"{ADD} ON CONFLICT (day, kind, name) DO UPDATE SET count = 9", {"n": 1}) == 1
        assert await tx.execute("DELETE FROM tallies WHERE count = :n", {"n": 7}) == 2
        assert await tx.execute("CREATE TABLE notes (n INTEGER)") == 0


async def test_values_come_back_as_they_went_in(database: Database) -> None:
    chat = {"n": -(2**51), "t": "é\U0001f6b6:no'", "b": b"\0\xff"}
    async with database.transaction() as tx:
        sql = "INSERT INTO chats (chat_id, created_at, seen_at, country, profile) VALUES (:n, 2, 3, :t, :b)"
        await tx.execute(sql, chat)
        row = await tx.fetch_one("SELECT chat_id, country, profile, care FROM chats WHERE profile = :b", chat)
        assert row == (*chat.values(), None)
        assert type(row) is tuple
        assert [type(value) for value in row[:3]] == [int, str, bytes]
        row = await tx.fetch_one("SELECT sum(chat_id), count(*), coalesce(max(quiet_end), 0), 'a:b' FROM chats")
        assert row == (-(2**51), 1, 0, "a:b")
        assert isinstance(row[0], int)


@pytest.mark.parametrize("values", [{"n": 2**63, "t": ""}, {"n": 1, "t": "\ud800"}])
async def test_values_that_cannot_be_stored(database: Database, values: dict[str, object]) -> None:
    with pytest.raises(StoreError):
        async with database.transaction() as tx:
            await tx.execute("INSERT INTO tallies (day, kind, name, count) VALUES (1, 'k', :t, :n)", values)
    assert await count(database) == 0


async def test_many_blocks_at_once_lose_nothing(database: Database) -> None:
    await add_all(database, 0)

    async def add() -> None:
        async with database.transaction() as tx:
            await tx.execute("UPDATE tallies SET count = count + 1 WHERE day = 0")
            await asyncio.sleep(0)

    await asyncio.gather(*(add() for _ in range(40)))
    async with database.transaction(write=False) as tx:
        assert await tx.fetch_one("SELECT count FROM tallies") == (40,)


async def test_a_lock_makes_blocks_wait_for_each_other(database: Database) -> None:
    await add_all(database, 0)

    async def read_and_write() -> None:
        async with database.transaction() as tx:
            await tx.lock("count")
            row = await tx.fetch_one("SELECT count FROM tallies")
            assert row is not None
            await asyncio.sleep(0.001)
            await tx.execute("UPDATE tallies SET count = :n", {"n": row[0] + 1})

    await asyncio.gather(*(read_and_write() for _ in range(20)))
    async with database.transaction(write=False) as tx:
        assert await tx.fetch_one("SELECT count FROM tallies") == (20,)


async def test_a_block_that_reads_sees_one_state(database: Database, database_url: str) -> None:
    from bot.store.factory import open_database

    other = open_database(DatabaseUrl.parse(database_url))
    async with database.transaction(write=False) as tx:
        assert await tx.fetch_one(COUNT) == (0,)
        await add_all(other, 1)
        assert await tx.fetch_one(COUNT) == (0,)
    assert await count(database) == 1
    await other.close()


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.01])
async def test_a_cancelled_block_leaves_nothing_and_blocks_nobody(database: Database, seconds: float) -> None:
    async def never_ends() -> None:
        async with database.transaction() as tx:
            await tx.lock("it")
            while True:
                await tx.execute(f"{ADD} ON CONFLICT DO NOTHING", {"n": 1})
                await asyncio.sleep(0)

    for _ in range(5):
        task = asyncio.create_task(never_ends())
        await asyncio.sleep(seconds)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await count(database) == 0
    await add_all(database, 1)


async def test_after_closing(database: Database) -> None:
    await count(database)
    await database.close()
    await database.close()
    with pytest.raises(StoreError, match="closed"):
        await count(database)


def test_the_dialect_is_that_of_the_address(database: Database, database_url: str) -> None:
    assert database_url.startswith(database.dialect)


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """One that may be stopped: others share `postgres_server`."""
    server = start_server(Path(tempfile.gettempdir()) / f"bot-pg-{secrets.token_hex(6)}")
    yield server
    server.leave()


async def test_a_server_that_is_killed_and_started_again(server: PostgresServer) -> None:
    await asyncio.to_thread(migrate, DatabaseUrl.parse(server.url("postgres")))
    database = PostgresDatabase(DatabaseUrl.parse(server.url("postgres")), wait_seconds=2)
    await add_all(database, 1)
    await asyncio.to_thread(server.stop)
    for _ in range(2):
        with pytest.raises(StoreError):
            await add_all(database, 2)
    await asyncio.to_thread(server.start)
    await add_all(database, 3)
    assert await count(database) == 2
    await database.close()
