"""Which schema a database has, and bringing it to this program's. Imports Alembic only where needed.

On both engines all steps happen in one transaction under a lock, so that any number of processes may start at once.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import SchemaError
from bot.settings.database_url import DatabaseUrl
from bot.store.database import BUSY_SECONDS, create_private, failure
from bot.store.old_copies import copy_before
from bot.store.schema_version import HEAD, step_from

_log = logging.getLogger(__name__)


def step_at(url: DatabaseUrl) -> str | None:
    """The step of the schema that a database is at; None for an empty one, and for a file that is not there.

    Not to be called where an event loop runs; hand it to a thread there.

    Raises:
        SchemaError: it holds tables of some other program.
        StoreError: it cannot be read.
    """
    if url.sqlite_path is not None:
        return _sqlite_step(url.sqlite_path)
    from bot.store.migrate_postgres import step_of  # noqa: PLC0415 (asyncpg only where it is used)

    return step_of(url)


def check_schema(url: DatabaseUrl) -> str:
    """Make sure that the database can be used; a newer schema can, as steps only add. The step that it is at.

    Not to be called where an event loop runs; hand it to a thread there.

    Raises:
        SchemaError: the schema is older than this program, or not of this program at all.
        StoreError: the database cannot be read.
    """
    place = url.shown if url.sqlite_path is None else str(url.sqlite_path)
    step = step_at(url)
    if step is None and url.sqlite_path is not None and not url.sqlite_path.exists():
        raise SchemaError(
            f"{place}: there is no such file; is DATABASE_URL right? To begin a new one: "
            f"it is at step none, needed is {HEAD}; run: bot migrate"
        )
    if step is None or step < HEAD:
        raise SchemaError(f"{place} is at step {step or 'none'}, needed is {HEAD}; run: bot migrate")
    return step


def migrate(url: DatabaseUrl) -> bool:
    """Bring the database to this program's schema, and make its tables where there are none. True when it was needed.

    An older SQLite file is copied first, to a file beside it that is named in the log. On PostgreSQL a copy is the
    operator's matter. Not to be called where an event loop runs; hand it to a thread there.

    Raises:
        SchemaError: the database holds tables of some other program.
        StoreError: the database cannot be read or written.
    """
    if url.sqlite_path is not None:
        place, done = str(url.sqlite_path), _migrate_sqlite(url.sqlite_path)
    else:
        from bot.store.migrate_postgres import migrate_postgres  # noqa: PLC0415

        place, done = url.shown, migrate_postgres(url, HEAD)
    if done:
        _log.info("The database %s is now at step %s.", place, HEAD, extra={"action": "migrated"})
    return done


def _migrate_sqlite(path: Path) -> bool:
    step = _sqlite_step(path)
    if step is not None and step >= HEAD:
        return False
    try:
        create_private(path)
        if step is not None:
            _back_up(path, step)
        from bot.store.alembic_runner import upgrade  # noqa: PLC0415 (SQLAlchemy and Alembic cost half a second of CPU)

        upgrade(path, HEAD)
    except (sqlite3.Error, OSError) as error:
        raise failure(path, error) from error
    return True


def _sqlite_step(path: Path) -> str | None:
    """The step the file is at; None where it is missing or empty."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            return None
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            rows = (
                connection.execute("SELECT version_num FROM alembic_version").fetchall()
                if "alembic_version" in tables
                else []
            )
    except (sqlite3.Error, OSError) as error:
        raise failure(path, error) from error
    return step_from(str(path), tables, rows)


def _back_up(path: Path, step: str) -> None:
    """Copy the database, WAL included, as it was before the upgrade."""
    copy = copy_before(path, HEAD)
    copy.unlink(missing_ok=True)
    create_private(copy)
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
    except sqlite3.Error:
        copy.unlink(missing_ok=True)  # half a copy is none, and takes room where there is too little
        raise
    _log.info(
        "The database was copied to %s before the upgrade from step %s.", copy, step, extra={"action": "backed-up"}
    )
