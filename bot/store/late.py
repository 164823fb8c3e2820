"""A database that does not answer at the start: everything fails until it is opened, and goes on as usual from then."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.backoff import Backoff
from bot.errors import DataKeyError, SchemaError, StoreError, StoreSetupError
from bot.settings.parts import RetentionTimes, StorageSettings
from bot.shutdown import unless
from bot.store.chats import ChatStore
from bot.store.database import Database, Dialect, Transaction
from bot.store.factory import Storage, open_cipher, open_storage

PAUSES = Backoff(first_s=1.0, longest_s=10.0)
SAID_S = 60.0
"""Between two lines that it still does not answer: the log may lie on the disk that is full."""
FINAL = (SchemaError, StoreSetupError, DataKeyError)
"""Waiting does not help: somebody has to set something right."""

_log = logging.getLogger(__name__)


class LateDatabase:
    """Keeps `bot.store.database.Database`. `reason` says why it is not open."""

    def __init__(self, dialect: Dialect, reason: str) -> None:
        """Not open yet."""
        self.dialect: Dialect = dialect
        self.reason = reason
        self._database: Database | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on as usual."""
        return self._database is not None

    def use(self, database: Database) -> None:
        """From now on this is it."""
        self._database = database

    @asynccontextmanager
    async def transaction(self, *, write: bool = True, durable: bool = False) -> AsyncIterator[Transaction]:
        """See `Database`."""
        if self._database is None:
            raise StoreError("it has not answered since the start")
        async with self._database.transaction(write=write, durable=durable) as tx:
            yield tx

    def clear_traces(self) -> None:
        """See `Database`."""
        if self._database is not None:
            self._database.clear_traces()

    async def close(self) -> None:
        """See `Database`."""
        if self._database is not None:
            await self._database.close()


async def open_or_wait(
    storage: StorageSettings,
    times: RetentionTimes,
    *,
    upgrade: bool = True,
    clock: Callable[[], float] = time.time,
) -> Storage:
    """As `open_storage`; where the database does not answer, one over which everything fails until `opening` is done.

    Raises:
        StoreError: waiting does not help: a wrong schema, key or setting.
    """
    try:
        return await open_storage(storage, times, upgrade=upgrade, clock=clock)
    except FINAL:
        raise
    except StoreError as error:
        _log.error(
            "The start goes on without the store; alarms are answered, nothing else is: %s",
            error,
            extra={"action": "store-away"},
        )
        late = LateDatabase(storage.database_url.dialect, str(error))
    cipher = open_cipher(storage)
    chats = ChatStore(late, cipher, context_hours=times.context_hours, clock=clock)

    async def try_once() -> None:
        opened = await open_storage(storage, times, upgrade=upgrade, clock=clock)
        late.use(opened.database)

    return replace(
        Storage(database=late, cipher=cipher, chats=chats), opening=lambda stop: _open_late(late, try_once, stop)
    )


async def _open_late(late: LateDatabase, try_once: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Try until it answers, or `stop` is set. Raises what `open_or_wait` raises."""
    loop = asyncio.get_running_loop()
    said = loop.time()
    for pause in PAUSES:
        if not await unless(stop, asyncio.sleep(pause)):
            return
        trying = asyncio.ensure_future(try_once())
        try:
            if not await unless(stop, asyncio.shield(trying)):
                await asyncio.gather(trying, return_exceptions=True)
                return
        except FINAL:
            raise
        except StoreError as error:
            late.reason = str(error)
            if loop.time() - said > SAID_S:
                said = loop.time()
                _log.error("The store still does not answer: %s", error, extra={"action": "store-away"})
        else:
            _log.warning("The store answers; all goes on as usual", extra={"action": "store-opened"})
            return
