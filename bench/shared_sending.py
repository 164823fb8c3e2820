"""`python -m bench.shared_sending`: processes that share the pace on PostgreSQL, against a Bot API that counts.

Each process sends its part of the reminders; one of them is told to wait 3 seconds in the middle.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.sending import Measured, rush
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import TelegramSettings
from bot.store.factory import open_database
from bot.store.migrate import migrate
from bot.store.rate_limits import RateLimitStore
from bot.telegram.client import build_bot
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.sender import RetryingSender
from bot.telegram.shared_rate_limiter import SharedRate
from tests.engines import start_server
from tests.fake_telegram.server import TOKEN, FakeApi

FLOOD_S = 3


def work(api: str, database_url: str, first: int, count: int) -> Counter[str]:
    """One process: its outcomes."""

    async def run() -> Counter[str]:
        database = open_database(DatabaseUrl.parse(database_url))
        bot = build_bot(TOKEN, api)
        await bot.initialize()
        measured = Measured()
        await rush(
            RetryingSender(bot, rate_limiter=RateLimiter(overall_rate=SharedRate(RateLimitStore(database)))),
            count,
            measured,
            first=first,
        )
        await bot.shutdown()
        await database.close()
        return measured.outcomes

    return asyncio.run(run())


async def measure(processes: int, count: int, database_url: str) -> bool:
    """One run; whether nothing was lost, doubled or beyond a limit."""
    api = FakeApi()
    api.patience_s = 60
    await api.start()
    each = count // processes
    allowed = each * processes / TelegramSettings.send_rate
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        working = [
            loop.run_in_executor(pool, work, api.url, database_url, 1 + number * each, each)
            for number in range(processes)
        ]
        await api.replies(1)
        start = time.monotonic()
        loop.call_later(allowed / 2, api.limits.flood, FLOOD_S)
        outcomes = sum(await asyncio.gather(*working), Counter[str]())
        took = time.monotonic() - start
    await api.stop()
    got = Counter(sent.chat for sent in api.sent)
    print(f"{processes} processes, {each * processes} reminders: {dict(outcomes)}")
    print(f"lost {each * processes - len(got)}, doubled {sum(times > 1 for times in got.values())}")
    print(f"limits broken {dict(api.limits.violations)}; most in a second {api.limits.most_in_a_second} (30 allowed)")
    print(f"took {took:.1f} s; the pace and the wait allow {allowed + FLOOD_S:.1f} s")
    return set(got.values()) == {1} and len(got) == each * processes and not api.limits.violations


def main() -> None:
    """Start PostgreSQL and run; exit status 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--reminders", type=int, default=600)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = start_server(Path(folder) / "pg")
        try:
            server.run("CREATE DATABASE bench")
            migrate(DatabaseUrl.parse(server.url("bench")))
            well = asyncio.run(measure(given.processes, given.reminders, server.url("bench")))
        finally:
            server.handle.cleanup()
    raise SystemExit(not well)


if __name__ == "__main__":
    main()
