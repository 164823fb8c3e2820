"""Who does what now, among processes that share a database; and numbers that they share.

A lease is held until an instant. Each change is one statement, exact on both engines however many processes race. The
clocks of the machines must agree to well within the shortest lease.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from bot.store.database import Database

_MICROSECONDS = 1_000_000
"""A second. Leases are short: whole seconds would be too coarse."""

PROCESS = "process:"
"""Before the id of a process: the lease by which it shows that it lives."""

_TAKE = """
INSERT INTO leases (name, owner, until) VALUES (:name, :owner, :until)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
WHERE leases.owner IS NULL OR leases.owner = excluded.owner OR leases.until <= :now
"""

_RELEASE = "UPDATE leases SET owner = NULL, until = 0 WHERE name = :name AND owner = :owner"

_DROP = "UPDATE leases SET owner = NULL, until = 0 WHERE owner = :owner"

_LIVE = "SELECT owner FROM leases WHERE name LIKE 'process:%' AND until > :now AND owner IS NOT NULL"

_LAPSED = "SELECT 1 FROM leases WHERE name = :name AND owner = :owner AND until <= :now"

_SWEEP = "DELETE FROM leases WHERE name LIKE 'process:%' AND until <= :limit"

_VALUE = "SELECT value FROM leases WHERE name = :name"

_PUT = """
INSERT INTO leases (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


class Leases:
    """Leases and numbers by name. Every method raises `StoreError` when the database does not answer."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Arguments: clock, epoch seconds."""
        self._database = database
        self._clock = clock

    async def take(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease: from now on for `seconds`. False while another owner holds it."""
        now = self._now()
        lease = {"name": name, "owner": owner, "until": now + int(seconds * _MICROSECONDS), "now": now}
        async with self._database.transaction() as tx:
            return await tx.execute(_TAKE, lease) == 1

    async def release(self, name: str, owner: str) -> None:
        """Let others have the lease at once; nothing happens where `owner` does not hold it."""
        async with self._database.transaction() as tx:
            await tx.execute(_RELEASE, {"name": name, "owner": owner})

    async def drop(self, owner: str) -> None:
        """The process `owner` has died: all that it holds is free."""
        async with self._database.transaction() as tx:
            await tx.execute(_DROP, {"owner": owner})

    async def beat(self, owner: str, seconds: float) -> None:
        """The process `owner` lives, and will say so again within `seconds`."""
        await self.take(PROCESS + owner, owner, seconds)

    async def live(self) -> frozenset[str]:
        """The processes that live. What one that is not among them had claimed is free."""
        async with self._database.transaction(write=False) as tx:
            return frozenset(row[0] for row in await tx.fetch_all(_LIVE, {"now": self._now()}))

    async def lapsed(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of the owners whose lease as a process ran out; who ended properly has given it back."""
        found = set()
        async with self._database.transaction(write=False) as tx:
            for owner in owners:
                if await tx.fetch_one(_LAPSED, {"name": PROCESS + owner, "owner": owner, "now": self._now()}):
                    found.add(owner)
        return frozenset(found)

    async def sweep(self, seconds: float) -> int:
        """Drop the rows of processes that have not lived for `seconds`; how many. For a daily job."""
        async with self._database.transaction() as tx:
            return await tx.execute(_SWEEP, {"limit": self._now() - int(seconds * _MICROSECONDS)})

    async def value(self, name: str) -> int:
        """The number kept by that name; 0 where there is none."""
        async with self._database.transaction(write=False) as tx:
            row = await tx.fetch_one(_VALUE, {"name": name})
        return 0 if row is None else int(row[0])

    async def put(self, name: str, value: int) -> None:
        """Keep a number, 64 bits with sign. Who holds the lease of that name does not change."""
        async with self._database.transaction() as tx:
            await tx.execute(_PUT, {"name": name, "value": value})

    def _now(self) -> int:
        return int(self._clock() * _MICROSECONDS)
