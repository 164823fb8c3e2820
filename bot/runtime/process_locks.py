"""Which processes over one SQLite file have died. The kernel knows at once, a lease only when it runs out.

A killed process is mostly started again within seconds; what it had claimed would be left for the rest of its lease.
All processes over a SQLite file are on one machine, so each keeps a file locked as long as it lives.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path

from bot.store.instants import is_believed

try:
    import fcntl
except ImportError:  # Windows: leases alone tell
    fcntl = None  # type: ignore[assignment]

LITTER_S = 3600
"""Files of processes that nobody has missed are removed when so old, or of a time that has not come yet."""

_log = logging.getLogger(__name__)


class ProcessLocks:
    """The locked files, in a folder beside the database. A file that cannot be had is logged and nothing is known."""

    def __init__(self, database: Path) -> None:
        """Make one.

        Args:
            database: the SQLite file.
        """
        self._folder = database.with_name(f"{database.name}-alive")
        self._mine: tuple[Path, int] | None = None

    def hold(self, owner: str) -> bool:
        """Show from now on that `owner`, this process, lives. True where no other process does: all is ours."""
        if fcntl is None:
            return False
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            path = self._folder / owner
            self._mine = (path, os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            fcntl.flock(self._mine[1], fcntl.LOCK_EX)
            others = [other for other in self._folder.iterdir() if other != path]
        except OSError as error:
            _log.warning("Only leases tell which processes live: %s", error.strerror, extra={"action": "no-locks"})
            self._mine = None
            return False
        free = [other for other in others if self._is_free(other)]
        for other in free:
            with contextlib.suppress(OSError):
                if not is_believed(other.stat().st_mtime + LITTER_S, time.time(), LITTER_S):
                    other.unlink()
        return len(free) == len(others)

    def dead(self, owners: Iterable[str]) -> frozenset[str]:
        """Those that have died; of the others it is not known."""
        if self._mine is None:
            return frozenset()
        return frozenset(owner for owner in owners if self._is_free(self._folder / owner))

    def leave(self) -> None:
        """This process ends; what it had claimed is free at once."""
        if self._mine is not None:
            path, file = self._mine
            self._mine = None
            os.close(file)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    @staticmethod
    def _is_free(path: Path) -> bool:
        """Whether nobody holds the lock of a file that is there. One that was never made says nothing."""
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(file)
        return True
