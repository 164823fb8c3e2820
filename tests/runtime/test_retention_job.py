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

CHAT, OTHER = 4711, 4712
YEAR = 365 * 86_400


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST_S", 0.0)


def daily(database: Database, clock: Clock, me: str = "me", **more: float) -> RetentionJob:
    times, leases = RetentionTimes(context_hours=24, inbox_hours=48, chat_months=24), Leases(database, clock=clock)
    return RetentionJob(Retention(database, times, leases=leases, clock=clock), leases, me, clock=clock, **more)


async def ran_yesterday(database: Database, clock: Clock) -> None:
    await Leases(database).put(DAILY, int(clock()) // SECONDS_A_DAY - 1)


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
    await ran_yesterday(database, clock)
    assert await daily(database, clock).look(asyncio.Event())
    assert not await counts(database, CHAT)


async def test_who_dies_at_it_is_followed_by_another(database: Database, clock: Clock, key: str) -> None:
    await fill(database, Cipher([key]), CHAT, at=int(clock()) - 800 * SECONDS_A_DAY)
    await ran_yesterday(database, clock)
    await Leases(database, clock=clock).take(DAILY, "dead", LEASE_S)
    other = daily(database, clock, "other")
    assert not await other.look(asyncio.Event())
    clock.now += LEASE_S + 1
    assert await other.look(asyncio.Event())
    assert not await counts(database, CHAT)


async def test_a_start_with_a_clock_three_years_ahead_deletes_nothing(
    database: Database, clock: Clock, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    stop, job = asyncio.Event(), daily(database, clock)
    await fill(database, Cipher([key]), CHAT, at=int(clock()) - 2 * SECONDS_A_DAY)
    assert await job.look(stop)
    kept = await counts(database, CHAT)
    clock.now += 3 * YEAR
    await fill(database, Cipher([key]), OTHER, at=int(clock()))  # somebody writes, before the clock is set right
    for _ in range(3):
        assert not await job.look(stop)
        clock.now += 600
    assert set(await counts(database, CHAT)) == set(kept)
    assert [getattr(record, "action", "") for record in caplog.records].count("clock-doubted") == 1
    clock.now -= 3 * YEAR
    assert not await job.look(stop), "done today"
    for _ in range(2):
        clock.now += SECONDS_A_DAY
        assert await job.look(stop)
    assert (await counts(database, CHAT))["chats"] == 1


async def test_a_last_run_in_the_future_does_not_end_the_job_for_ever(database: Database, clock: Clock) -> None:
    stop, job = asyncio.Event(), daily(database, clock)
    await Leases(database).put(DAILY, (int(clock()) + 3 * YEAR) // SECONDS_A_DAY)
    assert not await job.look(stop)
    clock.now += SECONDS_A_DAY
    assert await job.look(stop)
    clock.now += SECONDS_A_DAY
    assert await job.look(stop)


async def test_a_bot_that_was_off_for_two_months_deletes_a_day_after_it_is_back(
    database: Database, clock: Clock, key: str
) -> None:
    stop, job = asyncio.Event(), daily(database, clock)
    await fill(database, Cipher([key]), CHAT, at=int(clock()) - 690 * SECONDS_A_DAY)
    await ran_yesterday(database, clock)
    assert await job.look(stop)
    clock.now += 60 * SECONDS_A_DAY
    assert not await job.look(stop)
    clock.now += SECONDS_A_DAY - 1
    assert not await job.look(stop)
    clock.now += 1
    assert await job.look(stop)
    assert not await counts(database, CHAT)


async def test_a_first_run_believes_a_clock_that_fits_what_was_seen(database: Database, clock: Clock, key: str) -> None:
    await fill(database, Cipher([key]), CHAT, at=int(clock()) - 800 * SECONDS_A_DAY)
    job = daily(database, clock)
    assert not await job.look(asyncio.Event())
    await fill(database, Cipher([key]), OTHER, at=int(clock()) - 2 * SECONDS_A_DAY)
    assert await job.look(asyncio.Event())
    assert not await counts(database, CHAT)
    assert await counts(database, OTHER)


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
