"""Brings what SQLite wrote into its log (the `-wal` file) to the database itself, in a thread, and empties the log.

SQLite would do so by itself within a commit, which then takes a quarter of a second and more, and it leaves in the log
what has been deleted meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

ROWS: Final = 500
"""Written after which the log is emptied: about as many pages as SQLite itself would wait for."""
SOON_S: Final = 1.0
"""After a deletion, so that many share a checkpoint; and between two tries where others read or write."""

_log = logging.getLogger(__name__)


class Checkpoints:
    """Those of one file, one at a time. Belongs to one event loop."""

    def __init__(self, path: Path, *, soon_s: float = SOON_S) -> None:
        """Make one.

        Args:
            path: of the database.
            soon_s: see `SOON_S`.
        """
        self._path = path
        self._soon_s = soon_s
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._emptied_at = 0
        self._must = False
        self._closed = False

    def wrote(self, rows: int) -> None:
        """Told after commits.

        Args:
            rows: that the connection has written since it was opened.
        """
        if rows - self._emptied_at >= ROWS:
            self._emptied_at = rows
            self._start()

    def soon(self) -> None:
        """Empty the log after a moment, and try until it is done."""
        self._must = True
        if self._timer is None and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(self._soon_s, self._start)

    async def close(self) -> None:
        """Begin none any more, and wait for the one that runs."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await self._task

    def _start(self) -> None:
        self._timer = None
        if self._closed:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        elif self._must:
            self.soon()

    async def _run(self) -> None:
        self._must, must = False, self._must
        if not await asyncio.to_thread(empty_log, self._path) and must:
            self.soon()


def empty_log(path: Path) -> bool:
    """Empty the log of a database; False where others were in the way, and something may stand in it still."""
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # the most of it, while others write
            row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        _log.warning("The log of the database is not emptied: %s", error, extra={"action": "checkpoint-failed"})
        return False
    return row is not None and row[0] == 0
