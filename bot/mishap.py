"""How a mistake of ours is logged: its type and place. Its message may hold words of hers, so it stays out."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

_log = logging.getLogger(__name__)


def report(error: BaseException | None, what: str = "A mistake of ours", action: str = "handler-failed") -> None:
    """Log an error that nobody expected.

    Args:
        error: what was raised.
        what: what went wrong by it, as a sentence without data.
        action: for machines.
    """
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames[-4:]))
    _log.error("%s: %s at %s", what, type(error).__name__, where or "?", extra={"action": action})
