"""Opens what keeps conversations: schema, key, database, in this order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StoreSetupError
from bot.store.address import ALLOWED, dialect_of, shown, sqlite_path
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher, key_from_file
from bot.store.database import Database, SQLiteDatabase
from bot.store.migrate import check_schema, migrate
from bot.store.rotate import rotate
from bot.store.sealed_columns import check_key


@dataclass(frozen=True, kw_only=True)
class Storage:
    """Everything that keeps something, over one database; `chats.close()` lets go of it."""

    database: Database
    cipher: Cipher
    chats: ChatStore


def open_database(url: str) -> Database:
    """The database at `url`, whatever its schema. A SQLite file is made where there is none; a server is not asked yet.

    Raises:
        StoreError: `url` is no address of a database, or the file cannot be opened.
    """
    try:
        if dialect_of(url) == "sqlite":
            return SQLiteDatabase(sqlite_path(url))
    except ValueError as error:
        raise StoreSetupError(f"{shown(url)}: allowed is {error}") from error
    from bot.store.postgres import PostgresDatabase  # noqa: PLC0415 (asyncpg only where it is used)

    return PostgresDatabase(url)


def open_cipher(url: str, *, data_keys: Sequence[str], key_file: Path, ephemeral: bool = False) -> Cipher:
    """The cipher for the database at `url`. Arguments: see `open_storage`.

    Raises:
        StoreError: there is no usable key, or a key file would not do.
    """
    if not data_keys:
        if dialect_of(url) == "postgresql":
            raise StoreSetupError("With PostgreSQL, DATA_KEY must be set: several machines need the same key.")
        if ephemeral:
            raise StoreSetupError("On a host that wipes its disk, DATA_KEY must be set: a key file would be lost.")
    return Cipher(data_keys or key_from_file(key_file, sqlite_path(url)).replace(",", " ").split())


def check_place(url: str, *, ephemeral: bool, allow_ephemeral_sqlite: bool) -> None:
    """Refuse a SQLite file on a host that wipes its disk.

    Raises:
        StoreError: with what to do.
    """
    try:
        is_file = dialect_of(url) == "sqlite"
    except ValueError as error:
        raise StoreSetupError(f"{shown(url)}: allowed is {error or ALLOWED}") from error
    if is_file and ephemeral and not allow_ephemeral_sqlite:
        raise StoreSetupError(
            "This host wipes its disk (DYNO or EPHEMERAL_DISK is set), and a SQLite file would be lost with it. "
            "Set DATABASE_URL to a PostgreSQL database; or, to try the bot out, ALLOW_EPHEMERAL_SQLITE=true."
        )


async def open_storage(
    url: str,
    *,
    data_keys: Sequence[str],
    key_file: Path,
    context_hours: float,
    upgrade: bool = True,
    ephemeral: bool = False,
    allow_ephemeral_sqlite: bool = False,
    clock: Callable[[], float] = time.time,
) -> Storage:
    """Storage that is ready for use, with context past its time deleted.

    Args:
        url: the database, see `bot.store.address`.
        data_keys: Fernet keys, newest first; empty: the one in `key_file` is used, and made at first. PostgreSQL and
            a host that wipes its disk need one here.
        key_file: where that key lies; several, newest first, are parted by commas or lines.
        context_hours: how long context lives.
        upgrade: bring the schema up to date first; False for one of several processes, which refuses an older schema.
        ephemeral: the host wipes its disk.
        allow_ephemeral_sqlite: use a SQLite file there nevertheless.
        clock: epoch seconds.

    Raises:
        StoreError: with what to do; `SchemaError` for a schema that does not fit.
    """
    check_place(url, ephemeral=ephemeral, allow_ephemeral_sqlite=allow_ephemeral_sqlite)
    cipher = open_cipher(url, data_keys=data_keys, key_file=key_file, ephemeral=ephemeral)
    await asyncio.to_thread(migrate if upgrade else check_schema, url)
    database = open_database(url)
    store = ChatStore(database, cipher, context_hours=context_hours, clock=clock)
    try:
        await check_key(database, cipher, "DATA_KEY" if data_keys else str(key_file))
        await store.purge(clock())
    except BaseException:
        await store.close()
        raise
    return Storage(database=database, cipher=cipher, chats=store)


async def open_store(
    url: str,
    *,
    data_keys: Sequence[str],
    key_file: Path,
    context_hours: float,
    upgrade: bool = True,
    ephemeral: bool = False,
    allow_ephemeral_sqlite: bool = False,
    clock: Callable[[], float] = time.time,
) -> ChatStore:
    """The chats of `open_storage` alone; see there."""
    storage = await open_storage(
        url,
        data_keys=data_keys,
        key_file=key_file,
        context_hours=context_hours,
        upgrade=upgrade,
        ephemeral=ephemeral,
        allow_ephemeral_sqlite=allow_ephemeral_sqlite,
        clock=clock,
    )
    return storage.chats


async def rotate_keys(url: str, *, data_keys: Sequence[str], key_file: Path) -> int:
    """Seal everything anew with the newest key, see `bot.store.rotate`; how many values that were.

    Before: the new key in front of the old one, in DATA_KEY or in the key file, and every process started with that.
    Afterwards the old one may go.

    Raises:
        StoreError: with what to do.
    """
    cipher = open_cipher(url, data_keys=data_keys, key_file=key_file)
    await asyncio.to_thread(check_schema, url)
    database = open_database(url)
    try:
        return await rotate(database, cipher)
    finally:
        await database.close()
