"""The log: one handler on standard error, plain or JSON, from which the token is kept out."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

from bot.errors import BotError

QUIET = ("httpx", "httpcore", "telegram", "alembic", "sqlalchemy", "uvicorn", "aiohttp", "asyncpg")
"""Loggers held to WARNING: at INFO httpx writes full addresses, token included; at DEBUG telegram writes messages."""

_CAUSE = "\n\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\n\nDuring handling of the above exception, another exception occurred:\n\n"

HIDDEN = "<token>"
"""Stands in for a token."""

_ANY_TOKEN = re.compile(r"\d+(?::|%3[Aa])[A-Za-z0-9_-]{35,}", re.ASCII)
"""Whatever looks like a token, in case another one than ours turns up."""

_SHORTEST_SECRET = 20
"""From this length on the part after the colon is hidden alone as well; short ones of test servers could be words."""

_log = logging.getLogger(__name__)


class RedactingFilter(logging.Filter):
    """Lets every record pass, with tokens removed from its message, its traceback and its stack."""

    def __init__(self, token: str = "") -> None:
        """Make one.

        Args:
            token: the bot's own; empty: only the general shape is looked for.
        """
        super().__init__()
        secret = token.partition(":")[2]
        secrets = {token, quote(token, safe="")} | ({secret} if len(secret) >= _SHORTEST_SECRET else set())
        self._secrets = sorted(secrets - {""}, key=len, reverse=True)

    def redact(self, text: str) -> str:
        """`text` without tokens."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _ANY_TOKEN.sub(HIDDEN, text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; the record is changed so that no formatter can bring a token back."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # arguments that do not fit would be printed raw by logging itself
            message = f"{record.msg} (with arguments that do not fit)"
        record.msg, record.args = self.redact(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = _traceback(record.exc_info[1])
        record.exc_info = None
        if record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        if record.stack_info:
            record.stack_info = self.redact(record.stack_info)
        return True


def _traceback(error: BaseException | None) -> str:
    """Where an error comes from, and what it follows from. What it says itself may quote a message of hers.

    Only what our own errors, the operating system and SQLite say is shown: that holds no words of hers.
    """
    if error is None:
        return ""
    before, link = error.__cause__, _CAUSE
    if before is None and not error.__suppress_context__:
        before, link = error.__context__, _CONTEXT
    said = f": {error}" if isinstance(error, BotError | OSError | sqlite3.Error) else ""
    lines = traceback.format_tb(error.__traceback__)
    shown = "".join(("Traceback (most recent call last):\n", *lines, type(error).__qualname__, said))
    return f"{_traceback(before)}{link}{shown}" if before is not None else shown


class PlainFormatter(logging.Formatter):
    """`2026-11-22 16:23:19Z INFO bot.store.migrate: sentence [action]`, in UTC."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%SZ")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """From `logging.Formatter`."""
        action = getattr(record, "action", "")
        return super().formatMessage(record) + (f" [{action}]" if action else "")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, action, message; `error` with the traceback, `exit_status`."""

    def __init__(self) -> None:
        super().__init__()
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """From `logging.Formatter`."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "action": getattr(record, "action", None),
            "message": record.getMessage(),
        }
        if (status := getattr(record, "exit_status", None)) is not None:
            line["exit_status"] = status
        if record.exc_text or record.exc_info:
            line["error"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        if record.stack_info:
            line["stack"] = record.stack_info
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logging(level: str, log_format: str, token: str, *, stream: TextIO | None = None) -> None:
    """Send every log line of the process, and the traceback it may die with, through one redacting handler.

    May be called again, the last call counts.

    Args:
        level: DEBUG, INFO, WARNING, ERROR or CRITICAL.
        log_format: plain or json.
        token: the bot's token, or empty.
        stream: where the lines go; standard error when not given.
    """
    root = logging.getLogger()
    for old in [h for h in root.handlers if any(isinstance(f, RedactingFilter) for f in h.filters)]:
        root.removeHandler(old)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else PlainFormatter())
    handler.addFilter(RedactingFilter(token))
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    sys.excepthook = _log_crash


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The process ends by an exception: its traceback may hold the token, so it goes the same way as all else."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("The program ended by an error.", exc_info=(kind, error, trace), extra={"action": "crashed"})


def log_end(error: BotError) -> None:
    """Log the error that ends the process, on one line, with the exit status."""
    said = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
    _log.critical(
        "The program ends with status %d: %s",
        error.exit_code,
        said,
        extra={"action": "ended", "exit_status": error.exit_code},
    )


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
