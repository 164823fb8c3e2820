"""Several processes on one database, and processes that are killed: nothing is sent twice."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.schedule.occurrence import JITTER_MOST_S
from bot.store.database import Database
from bot.store.leases import Leases
from tests.reminders.world import instant

WORKER = Path(__file__).with_name("worker.py")
TEN = instant("2026-11-24 10:00")
NOW = TEN + JITTER_MOST_S + 1


async def many(database: Database, count: int) -> None:
    """Chats 1 to `count`, each with a reminder that is due at ten."""
    async with database.transaction() as tx:
        for first in range(1, count + 1, 500):
            chats = range(first, min(first + 500, count + 1))
            values = ", ".join(f"({chat}, 0, 0, 'Europe/Oslo')" for chat in chats)
            await tx.execute(f"INSERT INTO chats (chat_id, created_at, seen_at, timezone) VALUES {values}")
            values = ", ".join(f"({chat}, 1, 600, 127, {TEN}, {TEN // 86_400}, 0)" for chat in chats)
            await tx.execute(
                f"INSERT INTO reminders (chat_id, no, at_minute, days, next_due, next_day, created_at) VALUES {values}"
            )


def start(url: str, log: Path, owner: str, *crash: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, WORKER, url, log, str(NOW), owner, *crash], stderr=subprocess.PIPE)


async def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Its exit status, and what it logged."""
    _, logged = await asyncio.to_thread(process.communicate, timeout=120)
    return process.returncode, logged.decode()


async def states(database: Database) -> Counter[str]:
    async with database.transaction(write=False) as tx:
        return Counter(dict(await tx.fetch_all("SELECT state, count(*) FROM deliveries GROUP BY state")))


def sent(log: Path) -> Counter[int]:
    return Counter(int(line.split()[0]) for line in log.read_text().splitlines())


async def test_eight_processes_send_each_exactly_once(database: Database, database_url: str, tmp_path: Path) -> None:
    """With 5,000 in bench/reminders.py."""
    log = tmp_path / "sent"
    await many(database, 600)
    processes = [start(database_url, log, f"p{n}") for n in range(8)]
    assert [await ended(process) for process in processes] == [(0, "")] * 8
    assert sent(log) == Counter(range(1, 601))
    assert await states(database) == {"sent": 600}


@pytest.mark.parametrize("point", ["after-plan", "after-claim", "before-send", "after-send", "before-record"])
async def test_killed_at_any_point_nothing_is_sent_twice(
    database: Database, database_url: str, tmp_path: Path, point: str
) -> None:
    log = tmp_path / "sent"
    log.touch()
    await many(database, 12)
    at = ("1",) if point == "after-plan" else ("3",)
    assert await ended(start(database_url, log, "first", point, *at)) == (-signal.SIGKILL, "")
    doubtful = (await states(database))["sending"]
    assert bool(doubtful) == (point != "after-plan")
    await dead(database)
    status, logged = await ended(start(database_url, log, "second"))
    assert (status, bool(logged)) == (0, bool(doubtful))
    assert set(sent(log).values()) == {1}
    assert await states(database) == Counter({"sent": 12 - doubtful, "uncertain": doubtful}) - Counter()
    assert 12 - len(sent(log)) <= doubtful  # it may have arrived or not, and is not sent again


async def dead(database: Database) -> None:
    """Wait until the first process does not count as alive any more."""
    leases = Leases(database)
    async with asyncio.timeout(10):
        while "first" in await leases.live():  # noqa: ASYNC110 (another process's life is no event of ours)
            await asyncio.sleep(0.05)
