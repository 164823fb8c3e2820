"""Who does what now, among processes that share a database; and numbers that they share.

A lease is held until an instant. Each change is one statement, exact on both engines however many processes race. The
clock is the database's where it has one (see `bot.store.instants`), and a lease that ends later than any can is free.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from bot.store.database import Database
from bot.store.instants import HANDED_IN, MICROSECONDS, NOW, believed

LONGEST_S = 120.0
"""No lease is taken for longer. One that ends later was written by a clock that was ahead."""

PROCESS = "process:"
"""Before the id of a process: the lease by which it shows that it lives."""

_TAKE = """
INSERT INTO leases (name, owner, until) VALUES (:name, :owner, {now} + :length)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
WHERE leases.owner IS NULL OR leases.owner = excluded.owner OR NOT {held}
"""

_RELEASE = "UPDATE leases SET owner = NULL, until = 0 WHERE name = :name AND owner = :owner"

_DROP = "UPDATE leases SET owner = NULL, until = 0 WHERE owner = :owner"

_LIVE = "SELECT owner FROM leases WHERE name LIKE 'process:%' AND owner IS NOT NULL AND {held}"

_LAPSED = """
SELECT 1 FROM leases WHERE name = :name AND owner = :owner AND until > 0 AND NOT {held}
"""

_SWEEP = """
DELETE FROM leases WHERE name LIKE 'process:%' AND (until <= {now} - :idle OR until > {now} + :longest)
"""

_SWEEP_GROUPS = """
DELETE FROM leases WHERE (name LIKE 'group:%' OR name LIKE 'halt:%') AND value < {now} - :idle AND until < {now} - :idle
"""

_VALUE = "SELECT value FROM leases WHERE name = :name"

_PUT = """
INSERT INTO leases (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""

_COUNT = """
INSERT INTO leases (name, value) VALUES (:name, 1)
ON CONFLICT (name) DO UPDATE SET value = leases.value + 1
RETURNING value
"""


class Leases:
    """Leases and numbers by name. Every method raises `StoreError` when the database does not answer."""

    def __init__(self, database: Database, *, clock: Callable[[], float] | None = None) -> None:
        """Make one.

        Args:
            clock: epoch seconds, in the place of the database's or else this machine's.
        """
        self._database = database
        self._clock = clock or time.time
        now = NOW[database.dialect] if clock is None else HANDED_IN
        self._take, self._live, self._lapsed, self._sweep, self._sweep_groups = (
            sql.format(now=now, held=believed("leases.until", now, ":longest"))
            for sql in (_TAKE, _LIVE, _LAPSED, _SWEEP, _SWEEP_GROUPS)
        )

    async def take(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease: from now on for `seconds`, `LONGEST_S` at most. False while another owner holds it."""
        length = min(seconds, LONGEST_S)
        async with self._database.transaction() as tx:
            params = self._params(name=name, owner=owner, length=_micro(length), longest=_micro(LONGEST_S))
            return await tx.execute(self._take, params) == 1

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
            rows = await tx.fetch_all(self._live, self._params(longest=_micro(LONGEST_S)))
        return frozenset(row[0] for row in rows)

    async def lapsed(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of the owners whose lease as a process ran out; who ended properly has given it back."""
        found = set()
        async with self._database.transaction(write=False) as tx:
            for owner in owners:
                params = self._params(name=PROCESS + owner, owner=owner, longest=_micro(LONGEST_S))
                if await tx.fetch_one(self._lapsed, params):
                    found.add(owner)
        return frozenset(found)

    async def sweep(self, seconds: float) -> int:
        """Drop the rows of processes and groups that have been idle for `seconds`; how many. For a daily job."""
        idle = _micro(seconds)
        async with self._database.transaction() as tx:
            processes = await tx.execute(self._sweep, self._params(idle=idle, longest=_micro(LONGEST_S)))
            return processes + await tx.execute(self._sweep_groups, self._params(idle=idle))

    async def value(self, name: str) -> int:
        """The number kept by that name; 0 where there is none."""
        async with self._database.transaction(write=False) as tx:
            row = await tx.fetch_one(_VALUE, {"name": name})
        return 0 if row is None else int(row[0])

    async def put(self, name: str, value: int) -> None:
        """Keep a number, 64 bits with sign. Who holds the lease of that name does not change."""
        async with self._database.transaction() as tx:
            await tx.execute(_PUT, {"name": name, "value": value})

    async def count(self, name: str) -> int:
        """Add one to the number of that name; what it is then."""
        async with self._database.transaction() as tx:
            row = await tx.fetch_one(_COUNT, {"name": name})
        return 0 if row is None else int(row[0])

    def _params(self, **params: object) -> dict[str, object]:
        return {**params, "now": _micro(self._clock())}


def _micro(seconds: float) -> int:
    return round(seconds * MICROSECONDS)
