"""What a database says of itself to somebody who only looks: nothing is sent, made or changed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.errors import DataKeyError
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import StorageSettings
from bot.store.cipher import Cipher
from bot.store.data_keys import check_keys
from bot.store.database import Database, SQLiteDatabase, Transaction
from bot.store.factory import key_source, open_cipher, open_database
from bot.store.migrate import step_at
from bot.store.schema_version import HEAD

PATIENCE_S = 10.0

_INBOX = "SELECT COUNT(*), COALESCE(MIN(received_at), :now) FROM inbox WHERE done_at IS NULL"
_DUE = "SELECT COUNT(*) FROM deliveries WHERE state = 'planned' AND send_at <= :now"
_LEASES = "SELECT name, owner, until, value FROM leases"
_SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A row of the leases. until: epoch seconds; value: a number that all processes share."""

    owner: str | None
    until: float
    value: int | None


@dataclass(frozen=True, kw_only=True)
class StoreFacts:
    """What was found."""

    step: str | None
    """Of the schema; None: there is nothing yet. The rest is known only where the step is the one that is needed."""
    size: int = 0
    """Bytes."""
    key_problem: str = ""
    """Why what is kept does not open; empty: it does, or nothing is kept."""
    has_key: bool = True
    """False: no key is given, and the key file is not there yet."""
    leases: dict[str, Lease] | None = None
    waiting: int = 0
    """Updates that are not answered."""
    oldest_s: int = 0
    """How long the oldest of them has been waiting."""
    due: int = 0
    """Reminders whose time has come and that are not sent."""

    @property
    def is_current(self) -> bool:
        """Whether this program can use the schema."""
        return self.step is not None and self.step >= HEAD


def open_read_only(url: DatabaseUrl) -> Database:
    """The database at `url`, to read. Raises StoreError where a file is not there or cannot be read."""
    return SQLiteDatabase(url.sqlite_path, read_only=True) if url.sqlite_path is not None else open_database(url)


async def inspect(storage: StorageSettings, now: float) -> StoreFacts:
    """Look at a database. No key file is made.

    Args:
        now: epoch seconds.

    Raises:
        StoreError: it cannot be read, or holds tables of another program.
    """
    step = await asyncio.to_thread(step_at, storage.database_url)
    if step is None or step < HEAD:
        return StoreFacts(step=step)
    database = open_read_only(storage.database_url)
    try:
        has_key = bool(storage.data_keys) or storage.key_file.exists()
        cipher = open_cipher(storage) if has_key else None
        problem = await _key_problem(database, cipher, key_source(storage)) if cipher is not None else ""
        async with database.transaction(write=False) as tx:
            return await _facts(tx, database, step, problem, has_key=has_key, now=int(now))
    finally:
        await database.close()


async def _key_problem(database: Database, cipher: Cipher, source: str) -> str:
    try:
        await check_keys(database, cipher, source, note=False)
    except DataKeyError as error:
        return str(error)
    return ""


async def _facts(
    tx: Transaction, database: Database, step: str, problem: str, *, has_key: bool, now: int
) -> StoreFacts:
    size = await tx.fetch_one(_SIZES[database.dialect])
    inbox = await tx.fetch_one(_INBOX, {"now": now})
    due = await tx.fetch_one(_DUE, {"now": now})
    leases = {
        name: Lease(owner=owner, until=until / 1_000_000, value=value)
        for name, owner, until, value in await tx.fetch_all(_LEASES)
    }
    waiting, oldest = inbox or (0, now)
    return StoreFacts(
        step=step,
        size=size[0] if size else 0,
        key_problem=problem,
        has_key=has_key,
        leases=leases,
        waiting=waiting,
        oldest_s=max(now - int(oldest), 0),
        due=due[0] if due else 0,
    )
