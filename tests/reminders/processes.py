"""Processes that plan and send reminders, at a clock that stands just after ten; and what becomes of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path

from bot.schedule.occurrence import JITTER_MOST_S
from bot.store.database import Database
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
