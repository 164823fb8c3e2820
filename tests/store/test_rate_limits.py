"""The common pace in the table `leases`, on both engines."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.database import Database
from bot.store.rate_limits import RateLimitStore
from bot.telegram.rate_limiter import Priority, RateLimiter
from bot.telegram.shared_rate_limiter import SharedRate


async def numbers(database: Database) -> dict[str, int]:
    async with database.transaction(write=False) as transaction:
        return dict(await transaction.fetch_all("SELECT name, value FROM leases"))


async def test_calls_are_spaced_over_all_processes(database: Database) -> None:
    processes = [RateLimitStore(database) for _ in range(3)]
    taken = await asyncio.gather(*(process.reserve(10, 4) for process in processes for _ in range(4)))
    waits = sorted(wait for wait, _ in taken)
    assert waits == pytest.approx([0] * 4 + [10 * n for n in range(1, 9)], abs=1)
    assert {halt for _, halt in taken} == {0}


async def test_a_halt_is_everybodys_and_only_moves_forward(database: Database) -> None:
    first, second = RateLimitStore(database), RateLimitStore(database)
    assert await first.halted() == 0
    await first.halt(30, None)
    await second.halt(3, None)
    assert await second.halted() == pytest.approx(30, abs=1)
    assert (await second.reserve(0.04, 4))[1] == pytest.approx(30, abs=1)


async def test_messages_to_a_group_are_spaced_and_halted_by_themselves(database: Database) -> None:
    first, second = RateLimitStore(database), RateLimitStore(database)
    waits = [await process.join(-5, 4, 3) for process in (first, second) for _ in range(2)]
    assert waits == pytest.approx([0, 0, 0, 4], abs=1)
    await first.halt(60, -5)
    assert await second.join(-5, 4, 3) == pytest.approx(60, abs=1)
    assert (await second.join(-6, 4, 3), await second.halted()) == (0, 0)


async def test_rows_of_groups_do_not_pile_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.rate_limits.SWEEP_EVERY", 5)
    pace = RateLimitStore(database)
    for group in range(1, 5):
        await pace.join(-group, 0, 1)
    await pace.halt(-1, -1)
    await pace.join(-5, 60, 1)
    assert set(await numbers(database)) == {"group:-5"}


async def test_an_emptied_table_is_filled_again(database: Database) -> None:
    pace = RateLimitStore(database)
    await pace.reserve(1, 1)
    async with database.transaction() as transaction:
        await transaction.execute("DELETE FROM leases")
    assert await pace.reserve(1, 1) == (0, 0)
    await pace.reserve(60, 1)
    assert (await pace.reserve(60, 1))[0] == pytest.approx(60, abs=1)


@pytest.mark.parametrize("interval", [0.04, 2.0])
async def test_after_the_clock_stepped_back_the_next_call_goes_at_once(database: Database, interval: float) -> None:
    pace = RateLimitStore(database)
    await pace.reserve(interval, 4)
    await pace.join(-5, 4, 3)
    await shift(database, 600)
    assert (await pace.reserve(interval, 4))[0] == 0
    assert await pace.join(-5, 4, 3) == 0
    await pace.reserve(60, 1)
    assert (await pace.reserve(60, 1))[0] == pytest.approx(60, abs=3)


async def test_what_telegram_asked_for_is_kept_however_long(database: Database) -> None:
    pace = RateLimitStore(database)
    await pace.halt(20_000, None)
    await shift(database, 2)  # a small step
    assert await pace.halted() == pytest.approx(20_000, abs=4)
    assert (await pace.reserve(0.04, 4))[1] == pytest.approx(20_000, abs=4)


async def test_a_halt_that_was_asked_for_in_the_future_is_not_believed(database: Database) -> None:
    pace = RateLimitStore(database)
    await pace.halt(30, None)
    await pace.halt(30, -5)
    await shift(database, 600)
    assert await pace.halted() == 0
    assert (await pace.reserve(0.04, 4))[1] == 0
    assert await pace.join(-5, 4, 3) == 0
    await pace.halt(10, None)  # takes the place of the one that is not believed
    assert await pace.halted() == pytest.approx(10, abs=1)


async def test_an_alarm_gets_its_turn_after_the_clock_stepped_back(database: Database) -> None:
    pace = RateLimitStore(database)
    await pace.reserve(0.04, 4)
    await pace.halt(30, None)
    await shift(database, 600)
    async with asyncio.timeout(5):
        await RateLimiter(overall_rate=SharedRate(pace)).turn(1, Priority.ALARM)


async def shift(database: Database, seconds: int) -> None:
    """As if what is stored were written by a clock so far ahead."""
    async with database.transaction() as transaction:
        await transaction.execute(
            "UPDATE leases SET value = value + :by, until = until + :by WHERE value > 0", {"by": seconds * 1_000_000}
        )
