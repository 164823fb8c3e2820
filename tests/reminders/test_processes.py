"""Several processes on one database, and processes that are killed: nothing is sent twice."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.leases import Leases
from tests.reminders.processes import ended, many, sent, start, states


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
