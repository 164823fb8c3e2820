"""Runs the migration steps with Alembic: on a SQLite file under its write lock, or as SQL for PostgreSQL."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.errors import StoreError
from bot.store.database import connect

LOCK_SECONDS = 60.0
"""How long to wait for another process that upgrades the same database."""

STEPS = Path(__file__).parent / "migrations"


def configuration(buffer: io.StringIO | None = None) -> Config:
    """Alembic's view of the steps inside this package; no ini file is needed.

    Args:
        buffer: takes the SQL where steps are written down and not run.
    """
    config = Config(output_buffer=buffer)
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    return config


def statements(since: str | None, step: str) -> str:
    """The steps after `since` (None: all) up to `step` as SQL for PostgreSQL, without transaction."""
    sql = io.StringIO()
    command.upgrade(configuration(sql), f"{since or 'base'}:{step}", sql=True)
    return sql.getvalue()


def upgrade(path: Path, step: str) -> None:
    """Run all steps up to `step` on a SQLite file; none of them counts unless all succeed.

    Raises:
        StoreError: the database refused.
    """

    def open_file() -> sqlite3.Connection:
        connection = connect(path, LOCK_SECONDS)
        connection.execute(f"PRAGMA busy_timeout={int(LOCK_SECONDS * 1000)}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=OFF")  # a step may rebuild a table that others refer to
        return connection

    engine = create_engine(URL.create("sqlite", database=str(path)), creator=open_file, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    config = configuration()
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, step)
    except DBAPIError as error:
        raise StoreError(f"{path}: {error.orig}") from error
    finally:
        engine.dispose()


def _begin(connection: Connection, *_: Any) -> None:
    """The lock is taken before the schema is read, so that a second process finds the work done."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
