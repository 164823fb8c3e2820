"""Three senders with one database in common, as in three processes, against Telegram's limits over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database
from bot.store.rate_limits import RateLimitStore
from bot.telegram.client import build_bot
from bot.telegram.rate_limiter import Priority, RateLimiter
from bot.telegram.render import Part
from bot.telegram.send_results import Effort, Place
from bot.telegram.sender import RetryingSender
from bot.telegram.shared_rate_limiter import SharedRate
from tests.engines import (
    database,
    database_file,
    database_url,
    empty_database,
    postgres_database,
    postgres_server,
    postgres_url,
)
from tests.fake_telegram.server import TOKEN, FakeApi

__all__ = [
    "database",
    "database_file",
    "database_url",
    "empty_database",
    "postgres_database",
    "postgres_server",
    "postgres_url",
]

PART = Part("x", None, "x")


@pytest.fixture
async def outboxes(api: FakeApi, database: Database) -> AsyncIterator[list[RetryingSender]]:
    bots = [build_bot(TOKEN, api.url) for _ in range(3)]
    for bot in bots:
        await bot.initialize()
    yield [
        RetryingSender(bot, rate_limiter=RateLimiter(overall_rate=SharedRate(RateLimitStore(database)))) for bot in bots
    ]
    for bot in bots:
        await bot.shutdown()


async def test_together_they_keep_the_pace_and_an_alarm_comes_through(
    api: FakeApi, outboxes: list[RetryingSender]
) -> None:
    start, until = time.monotonic(), time.time() + 60
    reminders = asyncio.gather(
        *(outboxes[n % 2].send_once(Place(chat=1 + n), PART, until=until) for n in range(49)),
    )
    await asyncio.sleep(0.3)
    asked = time.monotonic()
    assert await outboxes[2].send(Place(chat=999), PART, Effort(priority=Priority.ALARM)) is not None
    assert time.monotonic() - asked < 0.5
    assert {sent.outcome for sent in await reminders} == {"sent"}
    assert 46 / 25 * 0.95 < time.monotonic() - start < 46 / 25 * 1.5
    assert not api.limits.violations


async def test_a_flood_told_to_one_halts_all(api: FakeApi, outboxes: list[RetryingSender]) -> None:
    until = time.time() + 60
    asyncio.get_running_loop().call_later(0.5, api.limits.flood, 1)
    sent = await asyncio.gather(
        *(outboxes[n % 3].send_once(Place(chat=1 + n), PART, until=until) for n in range(30)),
    )
    assert {s.outcome for s in sent} == {"sent"}
    assert len(api.sent) == 30
    assert not api.limits.violations
