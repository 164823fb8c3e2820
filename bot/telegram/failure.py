"""How a mistake of ours is logged: its type and place. Its message may hold words of hers, so it stays out."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

_log = logging.getLogger(__name__)


def report(error: BaseException | None) -> None:
    """Log an error that no handler caught, with the action `handler-failed`."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames[-4:]))
    _log.error("%s at %s", type(error).__name__, where or "?", extra={"action": "handler-failed"})
