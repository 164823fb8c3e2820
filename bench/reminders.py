"""Walk reminders on each engine: what a tick costs that finds nothing due, and eight processes at one rush.

Run with: .venv/bin/python -m bench.reminders
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.reminders.loop import RemindersLoop
from bot.reminders.planner import Planner
from bot.reminders.sender import DeliverySender
from bot.settings.database_url import DatabaseUrl
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.deliveries import Deliveries
from bot.store.factory import open_database
from bot.store.leases import Leases
from bot.store.migrate import migrate
from bot.store.schema import metadata
from tests.engines import start_server
from tests.reminders.processes import NOW, ended, many, sent, start, states
from tests.reminders.world import KEY, RELEASE, Counts, KeepingPostman, PlainComposer

FEW, MANY = 1_000, 1_000_000
A_CHAT = 5
"""Reminders of each chat."""
TICKS, ROUNDS = 100, 7
"""The median over the ticks of a round; the best round, as the others were disturbed."""
ROWS, PROCESSES = 5_000, 8

_SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM s WHERE n < {high}) {insert}",
    "postgresql": "WITH s(n) AS (SELECT generate_series({low}, {high})) {insert}",
}
_CHATS = "INSERT INTO chats (chat_id, created_at, seen_at, timezone) SELECT n, 0, 0, 'Europe/Oslo' FROM s"
_REMINDERS = f"""
INSERT INTO reminders (chat_id, no, at_minute, days, next_due, next_day, zone_data, created_at)
SELECT n / {A_CHAT} + 1, n % {A_CHAT}, 600, 127, {NOW + 600} + n % 604800, 20000, '{RELEASE}', 0 FROM s
"""  # noqa: S608
_SENT = f"""
INSERT INTO deliveries (reminder_id, chat_id, day, kind, due, send_at, until, state, changed_at)
SELECT id, chat_id, 1, 'walk', {NOW} - 86400, {NOW} - 86400, {NOW} - 86400, 'sent', 0 FROM reminders WHERE id % 4 = 0
"""  # noqa: S608


async def fill(database: Database, count: int) -> None:
    """Store reminders that are due in the coming week, the first in ten minutes, and some that were sent."""
    step = 100_000  # one statement may take five seconds
    for insert, size in ((_CHATS, count // A_CHAT + 1), (_REMINDERS, count)):
        for low in range(0, size, step):
            series = _SERIES[database.dialect].format(low=low, high=min(low + step, size) - 1, insert=insert)
            sql = series if insert is _REMINDERS else series.replace("SELECT n, 0", "SELECT n + 1, 0")
            async with database.transaction() as tx:
                await tx.execute(sql)
    async with database.transaction() as tx:
        await tx.execute(_SENT)
        await tx.execute("ANALYZE")


def engine(database: Database) -> RemindersLoop:
    """The engine with a clock that stands still."""
    cipher, observer = Cipher([KEY]), Counts()
    store, chats = Deliveries(database, cipher), ChatStore(database, cipher, context_hours=24)
    sender = DeliverySender(store, chats, PlainComposer(), KeepingPostman(), observer, owner="me", clock=lambda: NOW)
    planner = Planner(store, observer, release=RELEASE)
    return RemindersLoop(store, Leases(database), planner, sender, observer, owner="me", clock=lambda: NOW)


async def idle(url: str, count: int) -> float:
    """Microseconds of a tick that finds nothing to plan and nothing to send."""
    database = open_database(DatabaseUrl.parse(url))
    await fill(database, count)
    loop = engine(database)
    while loop._planner._rederived_to:  # once after a start
        await loop._planner.rederive(NOW)
    rounds = []
    for _ in range(ROUNDS):
        ticks = []
        for _ in range(TICKS):
            begun = time.perf_counter()
            await loop.tick()
            await loop.send_due()
            ticks.append(time.perf_counter() - begun)
        rounds.append(statistics.median(ticks) * 1e6)
    async with database.transaction() as tx:
        for table in reversed(metadata.sorted_tables):
            await tx.execute(f"TRUNCATE {table.name} CASCADE" if database.dialect == "postgresql" else "SELECT 1")
    await database.close()
    return min(rounds)


async def rush(url: str, folder: Path) -> str:
    """What became of rows that eight processes planned and sent at once."""
    database, log = open_database(DatabaseUrl.parse(url)), folder / f"{time.time_ns()}.log"
    await many(database, ROWS)
    begun = time.perf_counter()
    processes = [start(url, log, f"p{n}") for n in range(PROCESSES)]
    status = {(await ended(process))[0] for process in processes}
    passed = time.perf_counter() - begun
    once = sent(log) == Counter(range(1, ROWS + 1)) and await states(database) == {"sent": ROWS} and status == {0}
    await database.close()
    return f"{'every one sent exactly once' if once else 'NOT exactly once'}, {passed:.1f} s"


def main() -> None:
    """Print a line an engine and figure."""
    with tempfile.TemporaryDirectory(prefix="bot-bench-") as name:
        folder = Path(name)
        server = start_server(folder / "server")
        try:
            server.run("CREATE DATABASE bench")
            for engine_name in ("SQLite", "PostgreSQL"):
                urls = [server.url("bench")] * 3
                if engine_name == "SQLite":
                    urls = [f"sqlite:///{folder / f'{n}.sqlite3'}" for n in range(3)]
                for url in urls:
                    migrate(DatabaseUrl.parse(url))
                few, many_ = (asyncio.run(idle(url, n)) for url, n in zip(urls, (FEW, MANY), strict=False))
                print(
                    f"{engine_name}: a tick with nothing due takes {few:.0f} us with {FEW:,} reminders stored, "
                    f"{many_:.0f} us with {MANY:,}: ratio {many_ / few:.2f}",
                    flush=True,
                )
                print(f"{engine_name}: {PROCESSES} processes, {ROWS:,} due rows: {asyncio.run(rush(urls[2], folder))}")
        finally:
            server.handle.cleanup()


if __name__ == "__main__":
    main()
