"""Opens the store of conversations: schema, key, database, in this order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import StoreError
from bot.store.address import sqlite_path
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher, key_from_file
from bot.store.database import SQLiteDatabase
from bot.store.migrate import check_schema, migrate


async def open_store(
    url: str,
    *,
    data_keys: Sequence[str],
    key_file: Path,
    context_hours: float,
    upgrade: bool = True,
    clock: Callable[[], float] = time.time,
) -> ChatStore:
    """A store that is ready for use, with context past its time deleted. Close it with `ChatStore.close`.

    Args:
        url: the database, see `bot.store.address`.
        data_keys: Fernet keys, newest first; empty: the one in `key_file` is used, and made at first.
        key_file: where that key lies.
        context_hours: how long context lives.
        upgrade: bring the schema up to date first; False for one of several processes, which refuses an older schema.
        clock: epoch seconds.

    Raises:
        StoreError: with what to do; `SchemaError` for a schema that does not fit.
    """
    if upgrade:
        migrate(url)
    else:
        check_schema(url)
    path = sqlite_path(url)
    cipher = Cipher(data_keys or [key_from_file(key_file, path)])
    store = ChatStore(SQLiteDatabase(path), cipher, context_hours=context_hours, clock=clock)
    try:
        await _check_key(store, "DATA_KEY" if data_keys else str(key_file))
        await store.purge(clock())
    except BaseException:
        await store.close()
        raise
    return store


async def _check_key(store: ChatStore, source: str) -> None:
    """Refuse at the start rather than at every message."""
    try:
        await store.check_key()
    except StoreError as error:
        raise StoreError(f"The kept chats do not open with the key of {source}; put back the right one.") from error
