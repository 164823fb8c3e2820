"""Counts add up, across processes and failures of the store; figures are made of them."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import StoreError
from bot.store import counters as module
from bot.store.cipher import Cipher
from bot.store.counters import Counters
from bot.store.database import Database
from bot.store.statistics import figures
from tests.store.conftest import Clock
from tests.store.filling import fill


async def rows(database: Database) -> list[tuple[int, str, str, int]]:
    async with database.transaction(write=False) as tx:
        return await tx.fetch_all("SELECT day, kind, name, count FROM tallies ORDER BY day, kind, name")  # type: ignore[return-value]


async def test_counts_of_two_processes_add_up(database: Database, clock: Clock) -> None:
    one, other = Counters(database, clock=clock), Counters(database, clock=clock)
    day = int(clock()) // 86_400
    one.count("outcome", "answer")
    other.count("outcome", "answer", 2)
    await asyncio.gather(one.flush(), other.flush())
    clock.now += 86_400
    one.count("outcome", "answer")
    await one.flush()
    await one.flush()
    assert await rows(database) == [(day, "outcome", "answer", 3), (day + 1, "outcome", "answer", 1)]


async def test_many_at_once(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_ROWS", 2)
    counted = Counters(database, clock=clock)
    for number in range(5):
        counted.count("topic", f"topic-{number}")
    await counted.flush()
    assert len(await rows(database)) == 5


async def test_what_could_not_be_written_is_kept(database: Database, clock: Clock) -> None:
    counted = Counters(database, clock=clock)
    counted.count("outcome", "answer")

    class Broken:
        dialect = "sqlite"

        def transaction(self, *, write: bool = True, durable: bool = False) -> object:
            raise StoreError

    counted._database = Broken()  # type: ignore[assignment]
    await counted.flush()
    counted.count("outcome", "answer")
    counted._database = database
    await counted.flush()
    assert [row[3] for row in await rows(database)] == [2]


async def test_written_at_the_end(database: Database, clock: Clock) -> None:
    stop = asyncio.Event()
    counted = Counters(database, clock=clock)
    running = asyncio.create_task(counted.run(stop))
    counted.count("outcome", "answer")
    stop.set()
    await running
    assert len(await rows(database)) == 1


async def test_figures(database: Database, clock: Clock, key: str) -> None:
    now = int(clock())
    await fill(database, Cipher([key]), 1, at=now - 3600)
    await fill(database, Cipher([key]), 2, at=now - 20 * 86_400)
    async with database.transaction() as tx:
        await tx.execute("UPDATE chats SET state = 'blocked' WHERE chat_id = 2")
        await tx.execute("INSERT INTO inbox (update_id, chat_id, received_at) VALUES (99, 1, :at)", {"at": now - 30})
    counted = Counters(database, clock=clock)
    for days, count in ((0, 1), (6, 2), (27, 4), (28, 8)):
        clock.now = now - days * 86_400
        counted.count("outcome", "answer", count)
    await counted.flush()
    found = await figures(database, now)
    assert (found.chats, found.active, found.away, found.groups) == (2, 1, 1, 0)
    assert (found.week, found.month, found.reminded) == (1, 2, 2)
    assert [found.of("outcome", days)["answer"] for days in (1, 7, 28)] == [1, 3, 7]
    assert found.deliveries == {("sent", ""): 1}
    assert (found.waiting, found.oldest_s, found.due) == (1, 30, 0)


async def test_figures_of_nothing(database: Database) -> None:
    found = await figures(database, 1_790_000_000)
    assert (found.chats, found.waiting, found.oldest_s) == (0, 0, 0)
