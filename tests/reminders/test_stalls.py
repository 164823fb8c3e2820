"""SQLite: while many reminders are planned or dropped, everything else has its turn."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot.reminders.loop import PAGE
from bot.schedule.model import Drop
from bot.store.database import SQLiteDatabase
from tests.reminders.world import RELEASE, World, instant

MANY = 5000
LONGEST_S = 0.05
"""Of CPU: what others do to this machine does not count."""

FILL = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :many) "
CHATS = f"{FILL} INSERT INTO chats (chat_id, created_at, seen_at, timezone) SELECT n, 0, 0, 'Europe/Oslo' FROM n"
REMINDERS = f"""
{FILL} INSERT INTO reminders (chat_id, no, at_minute, days, next_due, next_day, zone_data, created_at)
SELECT n, 1, 600, 127, :due, :due / 86400, '{RELEASE}', 0 FROM n
"""


@pytest.fixture(autouse=True)
def no_garbage() -> Iterator[None]:
    """That of the tests before is not ours."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
async def crowd(database_file: Path) -> World:
    """Many reminders at ten o'clock, which it is."""
    world = World(SQLiteDatabase(database_file))
    world.now = float(instant("2026-11-24 10:00"))
    async with world.database.transaction() as tx:
        await tx.execute(CHATS, {"many": MANY})
        await tx.execute(REMINDERS, {"many": MANY, "due": int(world.now)})
    return world


async def stalled(work: Callable[[], Awaitable[object]]) -> float:
    """The longest time for which the event loop stood still, in seconds of CPU."""
    longest, done = 0.0, False

    async def tick() -> None:
        nonlocal longest
        last = time.thread_time()
        while not done:
            await asyncio.sleep(0.001)
            longest, last = max(longest, time.thread_time() - last), time.thread_time()

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0.01)
    await work()
    done = True
    await ticking
    return longest


async def test_planning_gives_way(crowd: World) -> None:
    assert await stalled(crowd.loop.tick) < LONGEST_S
    assert crowd.observer.counts == {"planned": MANY}
    await crowd.database.close()


async def test_catching_up_after_an_outage_gives_way(crowd: World) -> None:
    crowd.now += 7200
    assert await stalled(crowd.loop.tick) < LONGEST_S
    assert crowd.observer.counts == {"dropped-late": MANY}
    await crowd.database.close()


async def test_dropping_what_was_not_sent_gives_way(crowd: World) -> None:
    await crowd.loop.tick()
    crowd.now += 7200
    assert await stalled(crowd.loop.tick) < LONGEST_S
    assert crowd.observer.counts == {"planned": MANY, "dropped-late": MANY}
    await crowd.database.close()


async def test_dropping_one_by_one_gives_way(crowd: World) -> None:
    await crowd.loop.tick()
    crowd.now += 1000
    crowd.composer.drop = Drop.HELD
    assert await stalled(crowd.loop.send_due) < LONGEST_S
    assert crowd.observer.counts["dropped-held"] > PAGE
    await crowd.database.close()
