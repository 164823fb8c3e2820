"""PostgreSQL as the store sees it: a small pool of connections through the plain driver, asyncpg."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import lru_cache
from typing import Any, Final

import asyncpg

from bot.errors import StoreError, StoreSetupError
from bot.settings.database_url import DatabaseUrl
from bot.store.database import Params, Row

MOST_CONNECTIONS = 4
"""A process. Small hosted servers allow 20 in all, which two web and two worker processes share with `bot migrate`; a
transaction lasts a few milliseconds, so four serve about a thousand a second."""

WAIT_SECONDS = 5.0
"""For a connection, and again for each statement; longer, and she is better served by a reply without the store."""

IDLE_SECONDS = 60
"""The server ends a transaction whose process says nothing for so long: a machine cut off holds no locks for ever."""

_CLOSE_SECONDS = 1.0

_BEGIN_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""What is read together fits together, as on SQLite. A block that only reads never has to be repeated for that."""

FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, EOFError)
"""What the driver raises; time-outs are OSErrors."""

_WITH_VALUES = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
"""Errors that quote values of rows, which may go into no log."""

_SETUP = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
"""A wrong password, user or database: it is set up wrong, and does not come right by waiting."""

_PARAMETER = re.compile(r"'[^']*'|::|:([A-Za-z_]\w*)", re.ASCII)
"""Strings and casts are matched too, so as to be left alone."""

_COUNTED = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})


class PostgresTransaction:
    """Statements on one connection of the pool."""

    def __init__(self, connection: Any, place: str) -> None:
        """Make one.

        Args:
            connection: asyncpg's, with a transaction begun.
            place: names the database in errors.
        """
        self._connection = connection
        self._place = place

    async def execute(self, sql: str, params: Params = {}) -> int:  # noqa: B006 (never written to)
        """See `bot.store.database.Transaction`."""
        text, names = numbered(sql)
        with told(self._place):
            words = (await self._connection.execute(text, *[params[n] for n in names])).split()
        return int(words[-1]) if words[0] in _COUNTED else 0

    async def fetch_one(self, sql: str, params: Params = {}) -> Row | None:  # noqa: B006
        """See `bot.store.database.Transaction`."""
        text, names = numbered(sql)
        with told(self._place):
            row = await self._connection.fetchrow(text, *[params[n] for n in names])
        return None if row is None else tuple(row)

    async def fetch_all(self, sql: str, params: Params = {}) -> list[Row]:  # noqa: B006
        """See `bot.store.database.Transaction`."""
        text, names = numbered(sql)
        with told(self._place):
            rows = await self._connection.fetch(text, *[params[n] for n in names])
        return [tuple(row) for row in rows]

    async def lock(self, name: str) -> None:
        """See `bot.store.database.Transaction`."""
        await self.fetch_one("SELECT pg_advisory_xact_lock(:number)", {"number": lock_number(name)})


class PostgresDatabase:
    """A PostgreSQL database, used by one event loop. Connects when first needed, and anew after a fault."""

    dialect: Final = "postgresql"

    def __init__(
        self, url: DatabaseUrl, *, connections: int = MOST_CONNECTIONS, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        """Make one.

        Args:
            url: of a server.
            connections: at most.
            wait_seconds: for one, and for a statement.
        """
        self._url = url
        self._place = url.shown
        self._connections = connections
        self._wait = wait_seconds
        self._pool: Any = None
        self._closed = False

    @asynccontextmanager
    async def transaction(
        self,
        *,
        write: bool = True,
        durable: bool = False,  # noqa: ARG002 (the server's own settings decide; the start warns of those that do not do)
    ) -> AsyncIterator[PostgresTransaction]:
        """See `bot.store.database.Database`."""
        pool = await self._opened()
        connection = await self._begun(pool, _BEGIN_WRITE if write else _BEGIN_READ)
        try:
            yield PostgresTransaction(connection, self._place)
            with told(self._place):
                if await connection.execute("COMMIT") != "COMMIT":  # what it says after a statement that failed
                    raise StoreError(f"{self._place}: nothing was kept, a statement had failed")
        finally:
            await _give_back(pool, connection)

    def clear_traces(self) -> None:
        """See `bot.store.database.Database`. The files of a server are its operator's matter."""

    async def close(self) -> None:
        """See `bot.store.database.Database`. Blocks that are still at work get a second."""
        pool, self._pool, self._closed = self._pool, None, True
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), _CLOSE_SECONDS)
        except FAILURES:
            pool.terminate()

    async def _opened(self) -> Any:
        """The pool. It holds no connection at first, so that a start does not depend on the database."""
        if self._closed:
            raise StoreError(f"{self._place}: closed")
        if self._pool is None:
            with told(self._place):
                self._pool = await asyncpg.create_pool(
                    self._url.text,
                    min_size=0,
                    max_size=self._connections,
                    command_timeout=self._wait,
                    init=_prepare,
                    reset=_leave,
                )
        return self._pool

    async def _begun(self, pool: Any, begin: str) -> Any:
        """A connection with a transaction begun; those that did not outlive a restart or a fault are replaced.

        A server that takes no connection is told at once: waiting is for those whose server is busy.
        """
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self._wait
        for tries_left in range(self._connections, -1, -1):
            with told(self._place):
                connection = await pool.acquire(timeout=max(give_up - loop.time(), 0.001))
                try:
                    await connection.execute(begin)
                except BaseException as error:
                    _drop(connection)
                    died = isinstance(error, FAILURES) and not isinstance(error, TimeoutError)
                    if not died or not tries_left or loop.time() >= give_up:
                        raise
                else:
                    return connection
        raise AssertionError


@lru_cache(maxsize=1024)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """`sql` with $1, $2 ... in place of `:name`, and the names in that order.

    A name gets a new number wherever it stands: PostgreSQL then finds the type of each place by itself.
    """
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        names.append(found[1])
        return f"${len(names)}"

    return _PARAMETER.sub(number, sql), tuple(names)


def lock_number(name: str) -> int:
    """The number that stands for `name` among PostgreSQL's advisory locks: 64 bits, signed."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)


@contextmanager
def told(place: str) -> Iterator[None]:
    """Failures of the driver as `StoreError`, without values of rows."""
    try:
        yield
    except _WITH_VALUES as error:
        raise StoreError(f"{place}: {type(error).__name__}") from None
    except TimeoutError as error:
        raise StoreError(f"{place}: no answer in time") from error
    except asyncpg.DuplicatePreparedStatementError as error:
        raise StoreSetupError(f"{place}: a pooler in front works by transaction; it has to work by session") from error
    except _SETUP as error:
        raise StoreSetupError(f"{place}: {error.args[0] if error.args else type(error).__name__}") from error
    except FAILURES as error:
        reason = str(error.args[0]) if error.args and isinstance(error.args[0], str) else str(error)
        raise StoreError(f"{place}: {reason or type(error).__name__}") from error


async def _give_back(pool: Any, connection: Any) -> None:
    """End what is left of a transaction, and let others have the connection; one that is in doubt is dropped."""
    try:
        if not connection.is_closed() and connection.is_in_transaction():
            await connection.execute("ROLLBACK", timeout=_CLOSE_SECONDS)
    except BaseException as error:
        _drop(connection)
        if not isinstance(error, FAILURES):
            raise
    finally:
        with suppress(*FAILURES):  # what led here says more, and after a commit nothing is wrong
            await pool.release(connection, timeout=_CLOSE_SECONDS)


def _drop(connection: Any) -> None:
    """Close a connection without a word; the pool makes a new one in its place."""
    with suppress(*FAILURES):  # it is closed already
        connection.terminate()


async def _prepare(connection: Any) -> None:
    """Set up a new connection. Sums of integers are plain numbers, as on SQLite, and no decimals."""
    await connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=_number, format="text")


async def _leave(_connection: Any) -> None:
    """Between two blocks nothing needs to be set back, so nothing is asked of the server."""


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)
