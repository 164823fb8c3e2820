"""Opens what keeps conversations: schema, key, database, in this order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.errors import StoreSetupError
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import RetentionTimes, StorageSettings
from bot.store.chats import ChatStore
from bot.store.checkpoints import empty_log
from bot.store.cipher import Cipher, key_from_file
from bot.store.data_keys import check_keys
from bot.store.database import Database, SQLiteDatabase
from bot.store.migrate import check_schema, migrate
from bot.store.rotate import rotate

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Storage:
    """Everything that keeps something, over one database; `chats.close()` lets go of it.

    step: of the schema; empty where it is not known yet. opening: opens it, where it did not answer at the start; to be
    run beside all else.
    """

    database: Database
    cipher: Cipher
    chats: ChatStore
    step: str = ""
    opening: Callable[[asyncio.Event], Awaitable[None]] | None = None


def open_database(url: DatabaseUrl) -> Database:
    """The database at `url`, whatever its schema. A SQLite file is made where there is none; a server is not asked yet.

    Raises:
        StoreError: the file cannot be opened.
    """
    if url.sqlite_path is not None:
        return SQLiteDatabase(url.sqlite_path)
    from bot.store.postgres import PostgresDatabase  # noqa: PLC0415 (asyncpg only where it is used)

    return PostgresDatabase(url)


def open_cipher(storage: StorageSettings) -> Cipher:
    """The cipher of the keys that are given, or of those in the key file, which is made at first.

    Raises:
        StoreError: there is no usable key, or a key file would not do.
    """
    keys = list(storage.data_keys)
    if not keys:
        if storage.database_url.sqlite_path is None:
            raise StoreSetupError("With PostgreSQL, DATA_KEY must be set: several machines need the same key.")
        keys = key_from_file(storage.key_file, storage.database_url.sqlite_path).replace(",", " ").split()
    return Cipher(keys)


def key_source(storage: StorageSettings) -> str:
    """Where the data key comes from, for people."""
    return "DATA_KEY" if storage.data_keys else str(storage.key_file)


def check_place(storage: StorageSettings) -> None:
    """Refuse a SQLite file on a host that wipes its disk.

    Raises:
        StoreError: with what to do.
    """
    if _is_lost(storage) and not storage.allow_ephemeral_sqlite:
        raise StoreSetupError(
            "This host wipes its disk (DYNO or EPHEMERAL_DISK is set), and a SQLite file would be lost with it. "
            "Set DATABASE_URL to a PostgreSQL database; or, to try the bot out, ALLOW_EPHEMERAL_SQLITE=true."
        )


def _is_lost(storage: StorageSettings) -> bool:
    return storage.database_url.sqlite_path is not None and storage.ephemeral_disk


async def open_storage(
    storage: StorageSettings,
    times: RetentionTimes,
    *,
    upgrade: bool = True,
    clock: Callable[[], float] = time.time,
) -> Storage:
    """Storage that is ready for use, with context past its time deleted.

    Args:
        storage: where it is, and the keys. PostgreSQL and a host that wipes its disk need one that is given.
        times: how long context lives.
        upgrade: bring the schema up to date first; False for one of several processes, which refuses an older schema.
        clock: epoch seconds.

    Raises:
        StoreError: with what to do; `SchemaError` for a schema that does not fit.
    """
    check_place(storage)
    if _is_lost(storage) and not storage.data_keys:
        raise StoreSetupError("On a host that wipes its disk, DATA_KEY must be set: a key file would be lost.")
    cipher = open_cipher(storage)
    if upgrade:
        await asyncio.to_thread(migrate, storage.database_url)
    step = await asyncio.to_thread(check_schema, storage.database_url)
    database = open_database(storage.database_url)
    chats = ChatStore(database, cipher, context_hours=times.context_hours, clock=clock)
    try:
        await check_keys(database, cipher, key_source(storage))
        await warn_of_late_commits(database)
        await chats.purge(clock())
        database.clear_traces()  # that a process which was killed has left
    except BaseException:
        await chats.close()
        raise
    return Storage(database=database, cipher=cipher, chats=chats, step=step)


async def check_key_at_hand(storage: StorageSettings) -> None:
    """Make sure that what is kept opens with the key that is given; nothing where there is none yet.

    Raises:
        DataKeyError: it does not.
        StoreError: the database does not answer.
    """
    if not storage.data_keys and (storage.database_url.sqlite_path is None or not storage.key_file.exists()):
        return
    cipher, database = open_cipher(storage), open_database(storage.database_url)
    try:
        await check_keys(database, cipher, key_source(storage))
    finally:
        await database.close()


async def warn_of_late_commits(database: Database) -> None:
    """Say so in the log where a server tells of commits before they are on its disk. Raises StoreError."""
    if database.dialect != "postgresql":
        return
    async with database.transaction(write=False) as tx:
        row = await tx.fetch_one("SHOW synchronous_commit")
    if row is not None and row[0] == "off":
        _log.warning(
            "The database has synchronous_commit = off: after a crash of its machine questions of the last moment are "
            "lost, and reminders may come twice; set it to on.",
            extra={"action": "commits-late"},
        )


async def rotate_keys(storage: StorageSettings, *, give_up: bool = False) -> int:
    """Seal everything anew with the newest key, see `bot.store.rotate`; how many values that were.

    Before: the new key in front of the old one, in DATA_KEY or in the key file, and every process started with that.
    Afterwards the old one may go.

    Args:
        storage: where it is, and the keys.
        give_up: what opens with none of the keys is not waited for any more.

    Raises:
        StoreError: with what to do.
    """
    cipher = open_cipher(storage)
    await asyncio.to_thread(check_schema, storage.database_url)
    database = open_database(storage.database_url)
    try:
        changed = await rotate(database, cipher, give_up=give_up)
        if storage.database_url.sqlite_path is not None:  # it is on the disk before the older key is given up
            await asyncio.to_thread(empty_log, storage.database_url.sqlite_path)
        return changed
    finally:
        await database.close()
