"""PostgreSQL through the plain driver: transactions, faults, and failures in one kind of error."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.errors import StoreError
from bot.settings.database_url import DatabaseUrl
from bot.store.postgres import PostgresDatabase, lock_number, numbered

ADD = "INSERT INTO tallies (day, kind, name, count) VALUES (:n, 'k', 'a', 1)"


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    database = PostgresDatabase(DatabaseUrl.parse(postgres_url), connections=2, wait_seconds=0.5)
    yield database
    await database.close()


async def in_one_block(database: PostgresDatabase, *statements: str, n: object = 1) -> None:
    async with database.transaction() as tx:
        for statement in statements:
            await tx.execute(statement, {"n": n})


async def count(database: PostgresDatabase) -> int:
    async with database.transaction(write=False) as tx:
        row = await tx.fetch_one("SELECT count(*) FROM tallies")
    assert row is not None
    return int(row[0])


def test_names_become_numbers_but_not_in_strings_and_casts() -> None:
    sql = "SELECT ':no', '12:30', :a::text, CAST(:b AS BIGINT) FROM t WHERE x=:a AND y = 'it''s :c'"
    assert numbered(sql) == (
        "SELECT ':no', '12:30', $1::text, CAST($2 AS BIGINT) FROM t WHERE x=$3 AND y = 'it''s :c'",
        ("a", "b", "a"),
    )


async def test_a_connection_that_died_is_replaced(database: PostgresDatabase) -> None:
    await count(database)
    async with database.transaction(write=False) as one, database.transaction(write=False) as two:
        await one.fetch_one("SELECT 1")
        await two.fetch_one("SELECT 1")
    killer = PostgresDatabase(database._url)
    async with killer.transaction() as tx:
        await tx.fetch_all(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await killer.close()
    assert await count(database) == 0
    assert await count(database) == 0


async def test_a_connection_that_dies_within_a_block_is_an_error_and_heals(database: PostgresDatabase) -> None:
    with pytest.raises(StoreError):
        await in_one_block(database, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert await count(database) == 0


async def test_a_lock_that_is_held_is_an_error_after_a_while(database: PostgresDatabase) -> None:
    async with database.transaction() as tx:
        await tx.lock("a")
        with pytest.raises(StoreError, match="no answer in time"):
            async with database.transaction() as other:
                await other.lock("a")
        async with database.transaction() as other:
            await other.lock("b")
    async with database.transaction() as tx:
        await tx.lock("a")


async def test_a_pool_that_is_used_up_is_an_error_after_a_while(database: PostgresDatabase) -> None:
    async with database.transaction(), database.transaction():
        with pytest.raises(StoreError, match="no answer in time"):
            await count(database)
    assert await count(database) == 0


async def test_a_statement_that_takes_too_long(database: PostgresDatabase) -> None:
    with pytest.raises(StoreError, match="no answer in time"):
        async with database.transaction() as tx:
            await tx.fetch_one("SELECT pg_sleep(30)")
    assert await count(database) == 0


async def test_reading_does_not_write(database: PostgresDatabase) -> None:
    with pytest.raises(StoreError, match="read-only"):
        async with database.transaction(write=False) as tx:
            await tx.execute(ADD, {"n": 1})
    assert await count(database) == 0


async def test_what_failed_inside_cannot_be_taken_for_kept(database: PostgresDatabase) -> None:
    async def swallow() -> None:
        async with database.transaction() as tx:
            await tx.execute(ADD, {"n": 1})
            with suppress(StoreError):
                await tx.execute("SELECT nonsense")

    with pytest.raises(StoreError, match="nothing was kept"):
        await swallow()
    assert await count(database) == 0


async def test_values_do_not_show_in_errors(database: PostgresDatabase) -> None:
    for value in ("her words", 4711):
        with pytest.raises(StoreError) as caught:
            await in_one_block(database, ADD, ADD, n=value)
        shown = "".join(traceback.format_exception(caught.value))
        assert "her words" not in shown
        assert "4711" not in shown


async def test_sums_are_plain_numbers(database: PostgresDatabase) -> None:
    async with database.transaction() as tx:
        await tx.execute(ADD, {"n": 1})
        await tx.execute(ADD, {"n": 2})
        row = await tx.fetch_one("SELECT sum(count), avg(count) / 2, avg(count), -sum(count) FROM tallies")
    assert row == (2, 0.5, 1, -2)
    assert [type(value) for value in row] == [int, float, float, int]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:hunter2@127.0.0.1:1/none",
        "postgresql://bot:hunter2@/none?host=/nowhere",
        "postgresql://bot@/none?host=/nowhere&password=hunter2",
    ],
)
async def test_a_server_that_is_not_there_is_told_at_once_without_the_password(url: str) -> None:
    database = PostgresDatabase(DatabaseUrl.parse(url))
    started = asyncio.get_running_loop().time()
    with pytest.raises(StoreError) as caught:
        async with database.transaction():
            pass
    assert asyncio.get_running_loop().time() - started < 2
    assert "hunter2" not in str(caught.value)
    await database.close()


async def test_a_server_that_says_nothing_holds_nobody_up() -> None:
    over = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = PostgresDatabase(DatabaseUrl.parse(f"postgresql://bot@127.0.0.1:{port}/bot"), wait_seconds=0.2)
    with pytest.raises(StoreError, match="no answer in time"):
        async with database.transaction():
            pass
    await database.close()
    over.set()
    server.close()
    await asyncio.sleep(0.01)


async def test_a_server_that_drops_every_connection() -> None:
    async def drop(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(drop, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = PostgresDatabase(DatabaseUrl.parse(f"postgresql://bot@127.0.0.1:{port}/bot"), wait_seconds=1)
    with pytest.raises(StoreError):
        async with database.transaction():
            pass
    await database.close()
    server.close()
    await server.wait_closed()


async def test_closing_waits_only_a_while_for_blocks_at_work(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.postgres._CLOSE_SECONDS", 0.1)

    async def close_within() -> None:
        async with database.transaction() as tx:
            await database.close()
            await tx.fetch_one("SELECT 1")

    with pytest.raises(StoreError):
        await close_within()


def test_lock_numbers_fit_and_differ() -> None:
    numbers = {lock_number(f"chat:{n}") for n in range(1000)}
    assert len(numbers) == 1000
    assert all(-(2**63) <= n < 2**63 for n in numbers)
