"""Several pacers with a store in common, in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import StoreError
from bot.telegram.rate_limiter import Priority, RateLimit, RateLimiter
from bot.telegram.shared_rate_limiter import ALONE_S, SharedRate
from tests.virtual_time import now, run_virtually

ALARM, ANSWER, REMINDER = Priority


class Table:
    """The store's twin in memory. Each question takes `latency` seconds."""

    def __init__(self, latency: float = 0.002) -> None:
        self.latency = latency
        self.broken = False
        self.asked = 0
        self.full: dict[int, float] = {}
        self.halts: dict[int | None, float] = {}

    async def answer(self) -> None:
        self.asked += 1
        await asyncio.sleep(self.latency)
        if self.broken:
            raise StoreError("gone")

    def take(self, chat: int, interval: float, burst: float) -> float:
        limit = RateLimit(interval, burst)
        opens = limit.opens(self.full.get(chat, 0))
        self.full[chat] = limit.after(self.full.get(chat, 0), now())
        return max(opens - now(), 0)

    async def reserve(self, interval: float, burst: float) -> tuple[float, float]:
        await self.answer()
        return self.take(0, interval, burst), self.left(None)

    async def join(self, chat: int, interval: float, burst: float) -> float:
        await self.answer()
        return max(self.take(chat, interval, burst), self.left(chat))

    async def halt(self, seconds: float, chat: int | None) -> None:
        await self.answer()
        self.halts[chat] = max(self.halts.get(chat, 0), now() + seconds)

    async def halted(self) -> float:
        await self.answer()
        return self.left(None)

    def left(self, chat: int | None) -> float:
        return max(self.halts.get(chat, 0) - now(), 0)


class Processes:
    def __init__(self, table: Table, *, count: int = 3, rate: float = 25) -> None:
        self.pacers = [RateLimiter(rate=rate, overall_rate=SharedRate(table, rate=rate)) for _ in range(count)]
        self.went: list[tuple[float, Priority]] = []

    async def ask(self, process: int, chat: int, priority: Priority = REMINDER) -> float:
        asked = now()
        await self.pacers[process].turn(chat, priority)
        self.went.append((now(), priority))
        return now() - asked

    async def rush(self, each: int) -> None:
        count = len(self.pacers)
        await asyncio.gather(*(self.ask(n % count, 1 + n) for n in range(each * count)))


@pytest.mark.parametrize("latency", [0, 0.002, 0.03])
def test_together_they_keep_the_pace(latency: float) -> None:
    async def scene() -> None:
        processes = Processes(Table(latency))
        await processes.rush(200)
        times = [at for at, _ in processes.went]
        assert max(sum(a <= b < a + 1 for b in times) for a in times) <= 30
        assert now() - 1000 == pytest.approx(600 / 25, rel=0.05)

    run_virtually(scene())


def test_a_message_costs_a_question_or_two_and_none_is_asked_while_idle() -> None:
    async def scene() -> None:
        table = Table()
        processes = Processes(table)
        await processes.ask(0, 1)
        assert table.asked == 1
        await processes.rush(100)
        asked = table.asked
        assert asked <= 2 * 301 + 3
        await asyncio.sleep(60)
        assert table.asked <= asked + 3

    run_virtually(scene())


def test_an_alarm_of_one_process_does_not_wait_for_the_reminders_of_another() -> None:
    async def scene() -> None:
        processes = Processes(Table())
        rush = asyncio.gather(*(processes.ask(0, chat) for chat in range(1, 2000)))
        await asyncio.sleep(3)
        waits = await asyncio.gather(*(processes.ask(n, 5000 + n, ALARM) for n in range(3)))
        assert max(waits) < 0.3
        rush.cancel()

    run_virtually(scene())


@pytest.mark.parametrize("rate", [25, 2, 0])
def test_a_halt_of_one_is_kept_by_all(rate: float) -> None:
    async def scene() -> None:
        table = Table()
        processes = Processes(table, rate=rate)
        tasks = [asyncio.create_task(processes.ask(n % 3, 1 + n)) for n in range(10)]
        await asyncio.sleep(0.06)
        processes.pacers[0].halt(10, 1)
        told = now()
        tasks += [asyncio.create_task(later(processes, n)) for n in range(300)]
        await asyncio.gather(*tasks)
        assert not [at - told for at, _ in processes.went if told + (0.21 if rate == 0 else 0.04) < at < told + 10]
        assert table.asked < 650

    async def later(processes: Processes, n: int) -> None:
        await asyncio.sleep(0.05 * n % 10)
        await processes.ask(n % 3, 100 + n)

    run_virtually(scene())


def test_groups_are_paced_and_halted_together() -> None:
    async def scene() -> None:
        processes = Processes(Table())
        waits = await asyncio.gather(*(processes.ask(n % 2, -7, ANSWER) for n in range(6)))
        assert sorted(round(wait) for wait in waits) == [0, 0, 0, 4, 8, 12]
        await asyncio.sleep(60)
        processes.pacers[0].halt(30, -7)
        await asyncio.sleep(0.01)
        assert await processes.ask(1, -7, ANSWER) == pytest.approx(30, abs=0.1)
        assert await processes.ask(1, -8, ANSWER) < 0.1

    run_virtually(scene())


@pytest.mark.parametrize("latency", [0.002, 100])
def test_without_the_store_each_keeps_the_pace_for_itself(latency: float) -> None:
    async def scene() -> None:
        table = Table(latency)
        table.broken = True
        processes = Processes(table, count=1)
        assert await processes.ask(0, 9999, ALARM) < 0.6
        assert await processes.ask(0, -9, ALARM) < 0.6
        start = now()
        await processes.rush(100)
        assert now() - start == pytest.approx(4, abs=0.5)
        processes.pacers[0].halt(2, None)
        table.broken, table.latency = False, 0.002
        await asyncio.sleep(ALONE_S + 1)
        before = table.asked
        await processes.rush(10)
        assert table.asked > before

    run_virtually(scene())


def test_no_mistake_in_the_store_holds_up_messages_for_ever() -> None:
    async def scene() -> None:
        table = Table()

        async def reserve(interval: float, burst: float) -> tuple[float, float]:
            raise KeyError("a mistake")

        table.reserve = reserve  # type: ignore[method-assign]
        processes = Processes(table, count=1)
        await asyncio.gather(*(processes.ask(0, chat) for chat in range(1, 20)))
        assert now() - 1000 < ALONE_S

    run_virtually(scene())
