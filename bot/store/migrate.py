"""Which schema a database has, and bringing it to this program's. Imports Alembic only where needed."""

from __future__ import annotations

import logging
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import SchemaError, StoreError
from bot.store.address import sqlite_path
from bot.store.database import BUSY_SECONDS, create_private

HEAD = "0001"
"""The last step in `migrations/versions`, kept here too so that a start with a current schema need not read them."""

_STEP = re.compile(r"[0-9]{4}")

_log = logging.getLogger(__name__)


def check_schema(url: str) -> None:
    """Make sure that the database can be used; a newer schema can, as steps only add.

    Raises:
        SchemaError: the schema is older than this program, or not of this program at all.
        StoreError: the database cannot be read.
    """
    path = _path(url)
    step = _step(path)
    if step is None or step < HEAD:
        raise SchemaError(f"{path} is at step {step or 'none'}, needed is {HEAD}; run: bot migrate")


def migrate(url: str) -> bool:
    """Bring the database to this program's schema, and make it where there is none. True when something was done.

    An older one is copied first, to a file beside it that is named in the log. All steps happen in one transaction.

    Raises:
        SchemaError: the file holds tables of some other program.
        StoreError: the database cannot be read or written.
    """
    path = _path(url)
    step = _step(path)
    if step is not None and step >= HEAD:
        return False
    try:
        create_private(path)
        if step is not None:
            _back_up(path, step)
        from bot.store.upgrade import upgrade  # noqa: PLC0415 (SQLAlchemy and Alembic cost half a second of CPU)

        upgrade(path, HEAD)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path}: {error}") from error
    _log.info("The database %s is now at step %s.", path, HEAD, extra={"action": "migrated"})
    return True


def _path(url: str) -> Path:
    try:
        return sqlite_path(url)
    except ValueError as error:
        raise StoreError(f"{url}: allowed is {error}") from error


def _step(path: Path) -> str | None:
    """The step the database is at; None for a file that is missing or empty."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            return None
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables:
                return None
            rows = (
                connection.execute("SELECT version_num FROM alembic_version").fetchall()
                if "alembic_version" in tables
                else []
            )
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path}: {error}") from error
    if len(rows) != 1 or not _STEP.fullmatch(str(rows[0][0])):
        raise SchemaError(f"{path} holds tables, but not this program's.")
    return str(rows[0][0])


def _back_up(path: Path, step: str) -> None:
    """Copy the database, WAL included, as it was before the upgrade."""
    copy = path.with_name(f"{path.name}-before-{HEAD}")
    copy.unlink(missing_ok=True)
    create_private(copy)
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    _log.info(
        "The database was copied to %s before the upgrade from step %s.", copy, step, extra={"action": "backed-up"}
    )
