"""A database as the store sees it, and the embedded one: SQLite through the plain driver.

Statements name their parameters `:name` and keep to what SQLite and PostgreSQL share; `bot.store.postgres` is the other
engine. What PostgreSQL is strict about: an integer column takes int only (no float), a text column str only, and a
parameter that stands alone (`:n IS NULL`) needs `CAST(:n AS BIGINT)` to have a type.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from bot.backoff import Backoff
from bot.errors import StoreError, StoreSetupError
from bot.store.checkpoints import Checkpoints

Params = Mapping[str, Any]
Row = tuple[Any, ...]
"""Plain values: int, float, str, bytes or None."""
Dialect = Literal["sqlite", "postgresql"]

BUSY_SECONDS = 5.0
"""How long to wait for another process that writes; longer, and she is better served by a reply without the store."""

BUSY_PAUSES = Backoff(first_s=0.002, longest_s=0.05)
"""Between two tries at a locked database; a writer usually holds it for less than a millisecond."""

_LAST_RESORT_PAGES = 20_000
"""Of the log, 80 MB, at which a commit empties it after all, see `bot.store.checkpoints`."""

AT_A_STRETCH_S = 0.005
"""So long transactions may follow each other before all else has its turn: polls, alarms, signals, the heartbeat."""

_BEGIN_WRITE = ("PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE")
_BEGIN_DURABLE = ("PRAGMA synchronous=FULL", "BEGIN IMMEDIATE")
"""In WAL mode NORMAL writes without waiting for the disk: safe against a kill, at worst old after a power cut."""
_BEGIN_READ = ("BEGIN", "SELECT 1 FROM sqlite_master LIMIT 1")
"""BEGIN alone locks nothing, so that a busy database would show only at the first statement of the caller."""


class Transaction(Protocol):
    """Statements that take effect together."""

    async def execute(self, sql: str, params: Params = ...) -> int:
        """Run a statement; the number of rows it changed (0 for one that changes none by its nature)."""
        ...

    async def fetch_one(self, sql: str, params: Params = ...) -> Row | None:
        """The first row, or None."""
        ...

    async def fetch_all(self, sql: str, params: Params = ...) -> list[Row]:
        """All rows."""
        ...

    async def lock(self, name: str) -> None:
        """Until the end of the block, no other process gets past the same `name`. For blocks that write."""
        ...


class Database(Protocol):
    """Gives transactions. Everything raises `StoreError` when the database does not do its part."""

    @property
    def dialect(self) -> Dialect:
        """Which engine it is, for the few statements that differ."""
        ...

    def transaction(self, *, write: bool = True, durable: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Committed when the block ends, rolled back when it raises.

        Args:
            write: False for a block that only reads; it does not wait for writers.
            durable: the block, and all before it, is on the disk when it ends, and outlives a power cut: for what is
                then told to others. A server does so for every block, unless its operator has turned it off.
        """
        ...

    def clear_traces(self) -> None:
        """What was deleted shall soon be read nowhere in the files of the database, as far as they are ours."""
        ...

    async def close(self) -> None:
        """Let go of the database; a second call does nothing."""
        ...


class SQLiteTransaction:
    """Statements on the open SQLite connection. They run in the event loop's thread: each takes microseconds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, params: Params = {}) -> int:  # noqa: B006 (never written to)
        """See `Transaction`."""
        return max(self._run(sql, params).rowcount, 0)

    async def fetch_one(self, sql: str, params: Params = {}) -> Row | None:  # noqa: B006
        """See `Transaction`."""
        row: Row | None = self._run(sql, params).fetchone()
        return row

    async def fetch_all(self, sql: str, params: Params = {}) -> list[Row]:  # noqa: B006
        """See `Transaction`."""
        return self._run(sql, params).fetchall()

    async def lock(self, name: str) -> None:
        """See `Transaction`. Nothing to do: whoever writes has the file alone."""

    def _run(self, sql: str, params: Params) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, params)
        except (OverflowError, UnicodeEncodeError) as error:  # no database errors to the driver; what came in is bad
            raise StoreError(f"a value cannot be stored ({type(error).__name__})") from None


class SQLiteDatabase:
    """One connection to a SQLite file, used by one event loop; transactions of this process wait for each other."""

    dialect: Final = "sqlite"

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS, read_only: bool = False) -> None:
        """Open the file, which is made, readable by its owner only, where there is none.

        Args:
            busy_seconds: to wait for another process that writes.
            read_only: a file that is not there is an error, and so is every statement that would change something.

        Raises:
            StoreError: it cannot be opened, or is not a database.
        """
        self._path = path
        self._busy_seconds = busy_seconds
        self._turn = asyncio.Lock()
        self._checkpoints = Checkpoints(path)
        self._others_had_turn = 0.0
        """When the event loop last went round, by its clock, as far as it was looked at."""
        self._is_noting = False
        try:
            if not read_only:
                create_private(path)
            opened = connect_read_only(path) if read_only else connect(path, busy_seconds)
            self._connection: sqlite3.Connection | None = opened
        except (sqlite3.Error, OSError) as error:
            raise failure(path, error) from error

    @asynccontextmanager
    async def transaction(self, *, write: bool = True, durable: bool = False) -> AsyncIterator[SQLiteTransaction]:
        """See `Database`."""
        begin = _BEGIN_DURABLE if durable else _BEGIN_WRITE if write else _BEGIN_READ
        try:
            connection = await self._begin(begin)
            try:
                yield SQLiteTransaction(connection)
                connection.execute("COMMIT")
                self._checkpoints.wrote(connection.total_changes)
            finally:
                _roll_back(connection)
                self._turn.release()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error

    def clear_traces(self) -> None:
        """See `Database`. In the file itself it is overwritten by then; in the log it would stay."""
        self._checkpoints.soon()

    async def close(self) -> None:
        """See `Database`."""
        connection, self._connection = self._connection, None
        await self._checkpoints.close()
        if connection is not None:
            connection.close()

    async def _begin(self, statements: tuple[str, ...]) -> sqlite3.Connection:
        """Wait for the lock without holding up the event loop or the readers; the turn is then ours.

        SQLite's own waiting would stop every chat of this process.
        """
        await self._give_way()
        loop = asyncio.get_running_loop()
        give_up, pauses = loop.time() + self._busy_seconds, iter(BUSY_PAUSES)
        while True:
            try:
                async with asyncio.timeout_at(give_up):
                    await self._turn.acquire()
            except TimeoutError as error:
                raise StoreError(f"{self._path}: busy") from error
            try:
                return self._started(statements)
            except BaseException as error:
                self._turn.release()
                if not _is_busy(error) or loop.time() >= give_up:
                    raise
            await asyncio.sleep(next(pauses))

    async def _give_way(self) -> None:
        """Let the event loop go round where transactions have kept it for long: none of their statements suspends.

        Before a transaction, as whoever is cancelled here has not written yet. At most one block a caller is begun in
        a round whose time is used up, so that the many who work side by side take turns.
        """
        loop = asyncio.get_running_loop()
        if loop.time() - self._others_had_turn > AT_A_STRETCH_S:
            await asyncio.sleep(0)  # the loop now looks what has come; it comes after us in this round
            if not self._is_noting:
                self._is_noting = True
                loop.call_soon(self._note_turn, loop)  # of the next round, and before whoever waits for it
            await asyncio.sleep(0)

    def _note_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        self._others_had_turn, self._is_noting = loop.time(), False

    def _started(self, statements: tuple[str, ...]) -> sqlite3.Connection:
        """The connection, with a transaction begun; without one when it raises."""
        if self._connection is None:
            raise StoreError(f"{self._path}: closed")
        try:
            for statement in statements:
                self._connection.execute(statement)
        except sqlite3.Error:
            _roll_back(self._connection)
            raise
        return self._connection


def failure(path: Path, error: sqlite3.Error | OSError) -> StoreError:
    """The error for a file that cannot be used: one that is no database will not become one by waiting."""
    said = f"{path}: {error}"
    is_other = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB
    return StoreSetupError(said) if is_other or isinstance(error, IsADirectoryError) else StoreError(said)


def _is_busy(error: BaseException) -> bool:
    """Another process holds the lock."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _roll_back(connection: sqlite3.Connection) -> None:
    """End what is left of a transaction; nothing to do after a commit or where SQLite has done it by itself."""
    if connection.in_transaction:
        with suppress(sqlite3.Error):  # what led here says more
            connection.execute("ROLLBACK")


def create_private(path: Path) -> None:
    """Make the file and its folder, for the owner only, where missing; SQLite gives its side files the same rights."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing. Where the side files of SQLite cannot be made, the file is read alone."""
    sides = [path.with_name(f"{path.name}-{side}") for side in ("wal", "shm")]
    alone = "" if any(side.exists() for side in sides) or os.access(path.parent, os.W_OK) else "&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True, isolation_level=None, timeout=0
    )
    try:
        connection.execute("PRAGMA query_only=ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection that leaves transactions to the caller.

    Args:
        busy_seconds: how long the settings of the connection may wait for a lock; afterwards `_begin` waits.
    """
    connection = sqlite3.connect(path, isolation_level=None, timeout=busy_seconds)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA wal_autocheckpoint={_LAST_RESORT_PAGES}")
        connection.execute("PRAGMA journal_size_limit=0")  # should SQLite itself begin the log anew, nothing old stays
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what she had forgotten is overwritten, not only unlinked
        connection.execute("PRAGMA busy_timeout=0")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
