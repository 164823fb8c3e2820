"""Counts by day, kept for the operator: what was decided, which topics, what was sent. Nothing of anybody."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.errors import StoreError
from bot.store.database import Database

FLUSH_S = 10.0
"""Between two writes: a crash loses the counts of so long, and no update pays for a count."""
_SECONDS_A_DAY = 86_400
_MOST_ROWS = 200
"""In one statement; each has four parameters."""

_ADD = """
INSERT INTO tallies (day, kind, name, count) VALUES {rows}
ON CONFLICT (day, kind, name) DO UPDATE SET count = tallies.count + excluded.count
"""
_ROW = "(:day{n}, :kind{n}, :name{n}, :count{n})"

_log = logging.getLogger(__name__)


class Counters:
    """Counts in memory, which are added to those of the table now and then."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Make one.

        Args:
            clock: epoch seconds.
        """
        self._database = database
        self._clock = clock
        self._counts: Counter[tuple[int, str, str]] = Counter()

    def count(self, kind: str, name: str, number: int = 1) -> None:
        """Count.

        Args:
            kind: from the code or the knowledge base.
            name: from the code or the knowledge base; never of anybody.
        """
        self._counts[int(self._clock()) // _SECONDS_A_DAY, kind, name] += number

    async def flush(self) -> None:
        """Add what was counted. While the store fails, it is kept for the next time."""
        while self._counts:
            rows = sorted(self._counts)[:_MOST_ROWS]  # in order, so that no two processes wait for each other
            taken = {row: self._counts.pop(row) for row in rows}
            params: dict[str, Any] = {}
            for n, ((day, kind, name), count) in enumerate(taken.items()):
                params |= {f"day{n}": day, f"kind{n}": kind, f"name{n}": name, f"count{n}": count}
            sql = _ADD.format(rows=", ".join(_ROW.format(n=n) for n in range(len(taken))))
            try:
                async with self._database.transaction() as tx:
                    await tx.execute(sql, params)
            except BaseException as error:
                self._counts.update(taken)
                if not isinstance(error, StoreError):
                    raise
                _log.warning("Counts were not kept: %s", error, extra={"action": "tallies-failed"})
                return

    async def run(self, stop: asyncio.Event) -> None:
        """Add to the table every `FLUSH_S`, and once more at the end."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_S):
                    await stop.wait()
            await self.flush()
        await self.flush()
