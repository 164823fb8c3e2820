"""The copies of a SQLite file that are made before a step of the schema: they hold chats as they were."""

from __future__ import annotations

import glob
import logging
from pathlib import Path

COPY_DAYS = 7
"""Whether an upgrade did well shows within a week; what mothers have since deleted must not stay any longer."""
_SECONDS_A_DAY = 86_400
_STEP = "[0-9][0-9][0-9][0-9]"

_log = logging.getLogger(__name__)


def copy_before(path: Path, step: str) -> Path:
    """Where a database is copied to before it is brought to `step`."""
    return path.with_name(f"{path.name}-before-{step}")


def delete_old_copies(path: Path, now: float) -> int:
    """Delete the copies of a database that are older than `COPY_DAYS`; how many.

    Args:
        now: epoch seconds.
    """
    deleted = 0
    for copy in sorted(path.parent.glob(copy_before(Path(glob.escape(path.name)), _STEP).name)):
        try:
            if copy.stat().st_mtime > now - COPY_DAYS * _SECONDS_A_DAY:
                continue
            for file in (copy, *(copy.with_name(copy.name + side) for side in ("-wal", "-shm", "-journal"))):
                file.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("The copy %s could not be deleted: %s", copy, error, extra={"action": "copy-stays"})
            continue
        deleted += 1
        _log.info("The copy %s, of before an upgrade, was deleted", copy, extra={"action": "copy-deleted"})
    return deleted
