"""The pace in virtual time: no limit is ever broken, the urgent go first, nobody is forgotten."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.rate_limiter import SWEEP_AT, ChatRates, Priority, RateLimiter
from tests.virtual_time import let_pass, now, run_virtually

ALARM, ANSWER, REMINDER = Priority


@dataclass
class Line:
    """A pacer and what went when."""

    rate_limiter: RateLimiter
    went: list[tuple[float, int | None, Priority]] = field(default_factory=list)

    async def ask(self, chat: int | None, priority: Priority, *, message: bool = True) -> float:
        asked = now()
        await self.rate_limiter.turn(chat, priority, message=message)
        self.went.append((now(), chat, priority))
        return now() - asked

    async def all(self, *asked: tuple[int | None, Priority]) -> list[float]:
        return await asyncio.gather(*(self.ask(chat, priority) for chat, priority in asked))


def most_within(times: list[float], seconds: float) -> int:
    """How many there are, at most, in any window that includes its beginning and not its end."""
    return max((sum(start <= t < start + seconds for t in times) for start in times), default=0)


def breaks(line: Line) -> list[str]:
    """Telegram's limits that were broken."""
    times = [at for at, _, _ in line.went]
    found = ["overall"] if most_within(times, 1) > 30 else []
    chats: dict[int, list[float]] = defaultdict(list)
    for at, chat, _ in line.went:
        chats[chat or 0].append(at)
    for chat, own in chats.items():
        if chat < 0 and most_within(own, 60) > 20:
            found.append("group")
        if chat > 0 and any(most_within(own, seconds) > 5 + seconds for seconds in (1, 5, 20)):
            found.append("chat")
    return found


@dataclass(frozen=True)
class Ask:
    after: float
    chat: int | None
    priority: Priority
    give_up: float | None


ASKS = st.lists(
    st.builds(
        Ask,
        after=st.sampled_from([0, 0, 0, 0.01, 0.1, 1, 30]),
        chat=st.sampled_from([1, 2, 3, 4, -1, -2, None]),
        priority=st.sampled_from(Priority),
        give_up=st.sampled_from([None, None, None, 0, 0.05, 2]),
    ),
    max_size=120,
)


@settings(max_examples=60)
@given(asks=ASKS, halts=st.lists(st.tuples(st.floats(0, 40), st.floats(0, 30), st.sampled_from([1, -1, -2, None]))))
def test_no_limit_is_broken_and_nobody_is_forgotten(
    asks: list[Ask], halts: list[tuple[float, float, int | None]]
) -> None:
    async def one(line: Line, ask: Ask) -> None:
        try:
            async with asyncio.timeout(ask.give_up):
                await line.ask(ask.chat, ask.priority)
        except TimeoutError:
            assert ask.give_up is not None

    async def halt(line: Line, at: float, seconds: float, chat: int | None) -> tuple[float, float]:
        await asyncio.sleep(at)
        line.rate_limiter.halt(seconds, chat)
        return now(), now() + seconds if chat in (None, 1) else 0

    async def scene() -> None:
        line = Line(RateLimiter())
        halting = [asyncio.create_task(halt(line, *h)) for h in halts]
        tasks = []
        for ask in asks:
            await asyncio.sleep(ask.after)
            tasks.append(asyncio.create_task(one(line, ask)))
        await asyncio.gather(*tasks)
        assert line.rate_limiter.waiting == 0 or any(ask.give_up is not None for ask in asks)
        assert not breaks(line)
        for since, until in await asyncio.gather(*halting):
            assert not [at for at, _, _ in line.went if since < at < until]

    run_virtually(scene())


def test_a_rush_takes_as_long_as_the_pace_allows() -> None:
    async def scene() -> float:
        line = Line(RateLimiter(rate=25))
        start = now()
        await line.all(*((chat, REMINDER) for chat in range(1, 1001)))
        assert not breaks(line)
        return now() - start

    assert run_virtually(scene()) == pytest.approx(40, rel=0.05)


def test_turns_do_not_pile_up_while_the_loop_is_busy() -> None:
    """Each who asks takes a millisecond of CPU; what was due meanwhile is not made up."""

    async def scene() -> None:
        line = Line(RateLimiter())

        async def busy(chat: int) -> None:
            let_pass(0.001)
            await line.ask(chat, REMINDER)

        await asyncio.gather(*(busy(chat) for chat in range(1, 3001)))
        assert not breaks(line)

    run_virtually(scene())


def test_alarms_go_before_answers_and_these_before_reminders() -> None:
    async def scene() -> None:
        line = Line(RateLimiter())
        rush = asyncio.gather(*(line.ask(chat, REMINDER) for chat in range(1, 1001)))
        await asyncio.sleep(5)
        waits = await line.all(*((chat, p) for chat in range(2001, 2006) for p in (ANSWER, ALARM)))
        urgent = [p for _, _, p in line.went if p is not REMINDER]
        assert urgent == [ALARM] * 5 + [ANSWER] * 5
        assert max(waits) < 0.5
        rush.cancel()

    run_virtually(scene())


def test_reminders_use_all_that_is_left() -> None:
    async def scene() -> None:
        line = Line(RateLimiter())

        async def answers() -> None:
            for chat in range(5000, 5100):
                await line.ask(chat, ANSWER)
                await asyncio.sleep(0.1)

        reminders = [asyncio.create_task(line.ask(chat, REMINDER)) for chat in range(1, 1001)]
        await answers()
        sent = len(line.went)
        for task in reminders:
            task.cancel()
        assert sent / (now() - line.went[0][0]) == pytest.approx(25, rel=0.03)

    run_virtually(scene())


def test_a_chat_that_waits_holds_up_no_other() -> None:
    async def scene() -> list[float]:
        line = Line(RateLimiter())
        waits = await line.all(*[(1, ANSWER)] * 6, (2, REMINDER))
        return [round(wait) for wait in waits]

    assert run_virtually(scene()) == [0, 0, 0, 1, 2, 3, 0]


def test_an_alarm_does_not_wait_for_the_tips_before_it() -> None:
    async def scene() -> float:
        line = Line(RateLimiter())
        await line.all(*[(1, ANSWER)] * 3)
        return (await line.all((1, ALARM)))[0]

    assert run_virtually(scene()) < 0.1


def test_edits_count_to_the_pace_over_all_chats_only() -> None:
    async def scene() -> float:
        line = Line(RateLimiter())
        await asyncio.gather(*(line.ask(1, ANSWER, message=False) for _ in range(100)))
        assert most_within([at for at, _, _ in line.went], 1) <= 30
        return now() - 1000

    assert run_virtually(scene()) == pytest.approx(4, rel=0.1)


def test_a_rate_of_zero_lifts_everything_but_a_halt() -> None:
    async def scene() -> None:
        line = Line(RateLimiter(rate=0))
        assert set(await line.all(*[(-1, REMINDER)] * 500)) == {0}
        line.rate_limiter.halt(3, 1)
        assert (await line.all((2, ALARM)))[0] == pytest.approx(3)

    run_virtually(scene())


def test_a_halt_only_moves_forward() -> None:
    async def scene() -> float:
        line = Line(RateLimiter())
        line.rate_limiter.halt(10, 1)
        line.rate_limiter.halt(1, 2)
        return (await line.all((3, ALARM)))[0]

    assert run_virtually(scene()) == pytest.approx(10)


def test_a_group_that_is_told_to_wait_holds_up_itself_and_a_second_one_all() -> None:
    async def scene() -> None:
        line = Line(RateLimiter())
        line.rate_limiter.halt(30, -1)
        line.rate_limiter.halt(31, -1)  # again the same: still its own limit
        assert await line.all((1, ANSWER), (-2, ANSWER)) == [0, 0]
        assert (await line.all((-1, ALARM)))[0] == pytest.approx(31)
        line.rate_limiter.halt(30, -1)
        line.rate_limiter.halt(5, -2)
        assert (await line.all((1, ANSWER)))[0] == pytest.approx(5)

    run_virtually(scene())


def test_who_gives_up_takes_nobodys_turn() -> None:
    async def scene() -> float:
        line = Line(RateLimiter(rate=1))
        tasks = [asyncio.create_task(line.ask(chat, REMINDER)) for chat in range(1, 100)]
        await asyncio.sleep(0)
        for task in tasks[1:-1]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return now() - 1000

    assert run_virtually(scene()) <= 1


def test_one_timer_however_many_wait() -> None:
    async def scene() -> None:
        line = Line(RateLimiter(rate=1))
        tasks = [asyncio.create_task(line.ask(chat, REMINDER)) for chat in range(1, 501)]
        await asyncio.sleep(2.5)
        pending = [h for h in asyncio.get_running_loop()._scheduled if not h.cancelled()]  # type: ignore[attr-defined]
        assert len(pending) == 1
        for task in tasks:
            task.cancel()

    run_virtually(scene())


def test_chats_are_forgotten() -> None:
    buckets = ChatRates()
    for chat in range(1, 50 * SWEEP_AT):
        buckets.used(chat, chat / 25)
    assert len(buckets) <= SWEEP_AT
