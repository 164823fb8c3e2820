"""The job of the day: once a day, by one process, also when that one dies half-way."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import StoreError
from bot.runtime import retention_job as module
from bot.runtime.retention_job import DAILY, LEASE_S, RetentionJob
from bot.settings.parts import RetentionTimes
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.leases import Leases
from bot.store.retention import SECONDS_A_DAY, Retention
from tests.store.conftest import Clock
from tests.store.filling import counts, fill

CHAT = 4711


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST_S", 0.0)


def daily(database: Database, clock: Clock, me: str = "me", **more: float) -> RetentionJob:
    retention = Retention(database, RetentionTimes(context_hours=24, inbox_hours=48, chat_months=24), clock=clock)
    return RetentionJob(retention, Leases(database, clock=clock), me, clock=clock, **more)


async def test_once_a_day(database: Database, clock: Clock) -> None:
    stop = asyncio.Event()
    one, other = daily(database, clock, "one"), daily(database, clock, "other")
    assert await one.look(stop)
    assert not await one.look(stop)
    assert not await other.look(stop)
    clock.now += SECONDS_A_DAY
    assert await other.look(stop)
    assert not await one.look(stop)


async def test_two_at_once_do_it_once(database: Database, clock: Clock) -> None:
    stop = asyncio.Event()
    done = await asyncio.gather(*(daily(database, clock, str(n)).look(stop) for n in range(3)))
    assert sorted(done) == [False, False, True]


async def test_it_deletes(database: Database, clock: Clock, key: str) -> None:
    await fill(database, Cipher([key]), CHAT, at=int(clock()) - 800 * SECONDS_A_DAY)
    assert await daily(database, clock).look(asyncio.Event())
    assert not await counts(database, CHAT)


async def test_who_dies_at_it_is_followed_by_another(database: Database, clock: Clock, key: str) -> None:
    await fill(database, Cipher([key]), CHAT, at=int(clock()) - 800 * SECONDS_A_DAY)
    await Leases(database, clock=clock).take(DAILY, "dead", LEASE_S)
    other = daily(database, clock, "other")
    assert not await other.look(asyncio.Event())
    clock.now += LEASE_S + 1
    assert await other.look(asyncio.Event())
    assert not await counts(database, CHAT)


async def test_broken_off_it_is_not_noted(database: Database, clock: Clock) -> None:
    stop = asyncio.Event()
    stop.set()
    job = daily(database, clock)
    assert not await job.look(stop)
    assert await job.look(asyncio.Event())


async def test_it_runs_until_told_to_stop(database: Database, clock: Clock) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(daily(database, clock, first_look_s=0.0, look_s=0.01).run(stop))
    for _ in range(200):
        await asyncio.sleep(0.01)
        if await Leases(database, clock=clock).value(DAILY) == int(clock()) // SECONDS_A_DAY:
            break
    else:
        pytest.fail("it was not done")
    stop.set()
    await asyncio.wait_for(running, 2)


@pytest.mark.parametrize("error", [StoreError(), ZeroDivisionError()])
async def test_no_error_ends_it(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    tried, again = 0, asyncio.Event()

    async def fails(_stop: asyncio.Event) -> bool:
        nonlocal tried
        tried += 1
        if tried == 3:
            again.set()
        raise error

    job = daily(database, clock, first_look_s=0.0, look_s=0.0)
    monkeypatch.setattr(job, "look", fails)
    stop = asyncio.Event()
    running = asyncio.create_task(job.run(stop))
    await asyncio.wait_for(again.wait(), 2)
    stop.set()
    await running
