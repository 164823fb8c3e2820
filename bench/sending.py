"""`python -m bench.sending`: a rush of reminders through the outbox against a Bot API that counts broken limits.

10,000 reminders are asked for at once; alarms and answers are asked for meanwhile. Prints what was lost, doubled or
beyond a limit, the time beside what the pace allows, and how long alarms and answers took. Takes 400 s at 25 a second.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field

from telegram import Bot

from bot.settings.parts import TelegramSettings
from bot.telegram.client import build_bot
from bot.telegram.rate_limiter import Priority, RateLimiter
from bot.telegram.render import Part
from bot.telegram.send_results import Effort, Place
from bot.telegram.sender import RetryingSender
from tests.fake_telegram.server import TOKEN, FakeApi

FIRST_URGENT = 10**9
"""Chats of alarms and answers are numbered from here, so that none of them also gets a reminder."""
UNTIL_S = 2700
"""A reminder is dropped as late after 45 minutes."""


@dataclass
class Measured:
    """What was seen of the sender's side."""

    outcomes: Counter[str] = field(default_factory=Counter)
    waits: dict[Priority, list[float]] = field(default_factory=lambda: {Priority.ALARM: [], Priority.ANSWER: []})
    unsent: int = 0


async def rush(sender: RetryingSender, count: int, measured: Measured, *, first: int = 1) -> None:
    """All reminders at once, to the chats from `first` on."""
    until = time.time() + UNTIL_S

    async def one(chat: int) -> None:
        text = f"walk {chat}"
        sent = await sender.send_once(Place(chat=chat), Part(f"<b>{text}</b>", None, text), until=until)
        measured.outcomes[sent.outcome] += 1

    await asyncio.gather(*(one(chat) for chat in range(first, first + count)))


async def urgent(sender: RetryingSender, every: float, measured: Measured) -> None:
    """An alarm and an answer in turn, each to another chat, without end."""

    async def one(chat: int, priority: Priority) -> None:
        asked = time.monotonic()
        text = f"urgent {chat}"
        sent = await sender.send(Place(chat=chat), Part(text, None, text), Effort(priority=priority))
        measured.waits[priority].append(time.monotonic() - asked)
        measured.unsent += sent is None

    tasks: list[asyncio.Task[None]] = []
    try:
        while True:
            number = len(tasks)
            tasks.append(asyncio.create_task(one(FIRST_URGENT + number, Priority(number % 2))))
            await asyncio.sleep(every)
    finally:
        await asyncio.gather(*tasks)


async def measure(count: int, rate: float, latency: float, every: float, flood: tuple[float, float]) -> bool:
    """One run; whether nothing was lost, doubled or beyond a limit, and the time within 5 % of what the pace allows."""
    api = FakeApi()
    api.latency_s = latency
    await api.start()
    bot: Bot = build_bot(TOKEN, api.url)
    await bot.initialize()
    measured = Measured()
    sender = RetryingSender(bot, rate_limiter=RateLimiter(rate=rate))
    if flood[1]:
        asyncio.get_running_loop().call_later(flood[0], api.limits.flood, flood[1])
    start, cpu = time.monotonic(), time.process_time()
    meanwhile = asyncio.create_task(urgent(sender, every, measured))
    await rush(sender, count, measured)
    took, cpu = time.monotonic() - start, time.process_time() - cpu
    meanwhile.cancel()
    await asyncio.gather(meanwhile, return_exceptions=True)
    await bot.shutdown()
    await api.stop()

    got = Counter(sent.chat for sent in api.sent)
    others = sum(map(len, measured.waits.values()))
    allowed = (count + others) / rate + flood[1]
    lost = sum(chat not in got for chat in range(1, count + 1))
    doubled = sum(times > 1 for times in got.values())
    off = took / allowed - 1
    print(f"reminders {count}, alarms and answers {others}, {rate:g} a second, answers of the API after {latency} s")
    print(f"outcomes {dict(measured.outcomes)}; lost {lost}, doubled {doubled}, urgent unsent {measured.unsent}")
    print(f"limits broken {dict(api.limits.violations)}; most in a second {api.limits.most_in_a_second} (30 allowed)")
    print(f"took {took:.1f} s, the pace allows {allowed:.1f} s ({off:+.1%})")
    for priority, waits in measured.waits.items():
        if waits:
            print(f"{priority.name.lower()}: median {statistics.median(waits):.3f} s, longest {max(waits):.3f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"CPU {1000 * cpu / (count + others):.2f} ms a message, API included; memory {memory:.0f} MiB at most")
    return not (lost or doubled or measured.unsent or api.limits.violations) and abs(off) < 0.05


def main() -> None:
    """Read the arguments and run; exit status 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reminders", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=TelegramSettings.send_rate, help="messages a second")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds until the API answers")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two alarms or answers")
    parser.add_argument("--flood", type=float, nargs=2, default=(0, 0), metavar=("AT", "SECONDS"), help="a 429")
    given = parser.parse_args()
    flood = (given.flood[0], given.flood[1])
    raise SystemExit(not asyncio.run(measure(given.reminders, given.rate, given.latency, given.every, flood)))


if __name__ == "__main__":
    main()
