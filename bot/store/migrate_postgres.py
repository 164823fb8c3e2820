"""The schema of a PostgreSQL database. The steps are turned to SQL first, so that no second driver is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import asyncpg

from bot.settings.database_url import DatabaseUrl
from bot.store.postgres import FAILURES, lock_number, told
from bot.store.schema_version import step_from

LOCK_SECONDS = 60
"""How long to wait for another process that upgrades the same database, and for statements that hold up a step."""

_CONNECT_SECONDS, _CLOSE_SECONDS = 10.0, 2.0

_LOCK = "the schema"

_TABLES = """
SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()
AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
"""Those of extensions do not count: hosts put some into every database."""

_Result = TypeVar("_Result")


def step_of(url: DatabaseUrl) -> str | None:
    """The step that the database is at; None for an empty one.

    Raises:
        SchemaError: it holds tables of some other program.
        StoreError: it cannot be read.
    """

    async def read(connection: Any) -> str | None:
        return await _step(connection, url.shown)

    return _with_connection(url, read)


def migrate_postgres(url: DatabaseUrl, head: str) -> bool:
    """Run the steps up to `head`, all or none. True when some were needed.

    Raises:
        SchemaError: the database holds tables of some other program.
        StoreError: it cannot be read or written.
    """

    async def run(connection: Any) -> bool:
        if not _is_older(await _step(connection, url.shown), head):
            return False
        async with connection.transaction():
            await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            await connection.execute("SELECT pg_advisory_xact_lock($1)", lock_number(_LOCK))
            step = await _step(connection, url.shown)
            if not _is_older(step, head):  # another process did it meanwhile
                return False
            from bot.store.alembic_runner import statements  # noqa: PLC0415 (Alembic costs half a second of CPU)

            await connection.execute(statements(step, head))
        return True

    return _with_connection(url, run)


def _is_older(step: str | None, head: str) -> bool:
    return step is None or step < head


async def _step(connection: Any, place: str) -> str | None:
    tables = {row[0] for row in await connection.fetch(_TABLES)}
    rows = await connection.fetch("SELECT version_num FROM alembic_version") if "alembic_version" in tables else []
    return step_from(place, tables, [tuple(row) for row in rows])


def _with_connection(url: DatabaseUrl, work: Callable[[Any], Awaitable[_Result]]) -> _Result:
    """What `work` returns, given a connection of its own."""

    async def run() -> _Result:
        with told(url.shown):
            connection = await asyncpg.connect(url.text, timeout=_CONNECT_SECONDS)
            try:
                return await work(connection)
            finally:
                with suppress(*FAILURES):
                    await connection.close(timeout=_CLOSE_SECONDS)

    return asyncio.run(run())
