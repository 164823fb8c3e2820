"""The pace and the halts that all processes keep to together: numbers in the table `leases`, one statement a message.

Instants are microseconds since 1970 by one clock for all: PostgreSQL's own, so that machines whose clocks differ agree;
for SQLite this machine's.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.store.database import Database, Dialect

SWEEP_EVERY = 1000
"""Messages to groups between two removals of rows that say nothing any more."""

_NOW: dict[Dialect, str] = {
    "sqlite": ":now",
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
}
_PREPARE = "INSERT INTO leases (name) VALUES ('pace'), ('halt') ON CONFLICT (name) DO NOTHING"
_SWEEP = "DELETE FROM leases WHERE (name LIKE 'group:%' OR name LIKE 'halt:%') AND value < {now}"
_RESERVE = """
UPDATE leases SET value = CASE WHEN value > {now} THEN value ELSE {now} END + :interval
WHERE name = 'pace'
RETURNING value - :interval - :slack - {now}, (SELECT value FROM leases WHERE name = 'halt') - {now}
"""
_JOIN = """
INSERT INTO leases (name, value) VALUES (:name, {now} + :interval)
ON CONFLICT (name) DO UPDATE
SET value = CASE WHEN leases.value > {now} THEN leases.value ELSE {now} END + :interval
RETURNING value - :interval - :slack - {now}, (SELECT value FROM leases WHERE name = :halt) - {now}
"""
_HALT = """
INSERT INTO leases (name, value) VALUES (:name, {now} + :wait)
ON CONFLICT (name) DO UPDATE
SET value = CASE WHEN leases.value > excluded.value THEN leases.value ELSE excluded.value END
"""
_HALTED = "SELECT value - {now} FROM leases WHERE name = 'halt'"


class RateLimitStore:
    """The `SharedRateStore` of `bot.telegram.shared_rate_limiter`. All raise StoreError when the database fails.

    `value` of the row `pace`, and of `group:CHAT`, is the instant at which the whole burst is there again; of `halt`
    and `halt:CHAT` that before which nothing goes.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Arguments: clock, seconds since 1970; not asked on PostgreSQL."""
        self._database = database
        self._clock = clock
        self._prepared = False
        self._joined = 0
        now = _NOW[database.dialect]
        self._reserve, self._join, self._halt, self._halted, self._sweep = (
            sql.format(now=now) for sql in (_RESERVE, _JOIN, _HALT, _HALTED, _SWEEP)
        )

    async def reserve(self, interval: float, burst: float) -> tuple[float, float]:
        """Take the next call over all chats; returns in how many seconds it may be made, and how long a halt lasts."""
        await self._prepare()
        return await self._taken(self._reserve, interval, burst)

    async def join(self, chat: int, interval: float, burst: float) -> float:
        """Take the next message to a group; returns in how many seconds it may be made, its halt included."""
        self._joined += 1
        if self._joined % SWEEP_EVERY == 0:
            await self._change(self._sweep)
        return max(await self._taken(self._join, interval, burst, name=f"group:{chat}", halt=f"halt:{chat}"))

    async def halt(self, seconds: float, chat: int | None) -> None:
        """Nothing goes (to the group `chat`, or at all) for so long; never shortens what stands."""
        name = "halt" if chat is None else f"halt:{chat}"
        await self._change(self._halt, name=name, wait=_micro(seconds))

    async def halted(self) -> float:
        """For how many seconds nothing goes at all; 0 where nothing is halted."""
        async with self._database.transaction(write=False) as transaction:
            row = await transaction.fetch_one(self._halted, self._params())
        return _seconds(row[0]) if row is not None else 0.0

    async def _prepare(self) -> None:
        if not self._prepared:
            await self._change(_PREPARE)
            self._prepared = True

    async def _taken(self, sql: str, interval: float, burst: float, **names: str) -> tuple[float, float]:
        params = self._params(interval=_micro(interval), slack=_micro((burst - 1) * interval), **names)
        async with self._database.transaction() as transaction:
            row = await transaction.fetch_one(sql, params)
        if row is None:  # somebody has emptied the table
            self._prepared = False
            return 0.0, 0.0
        return _seconds(row[0]), _seconds(row[1])

    async def _change(self, sql: str, **params: object) -> None:
        async with self._database.transaction() as transaction:
            await transaction.execute(sql, self._params(**params) if sql is not _PREPARE else {})

    def _params(self, **params: object) -> dict[str, object]:
        return {**params, "now": _micro(self._clock())}


def _micro(seconds: float) -> int:
    return round(seconds * 1_000_000)


def _seconds(micro: int | None) -> float:
    return max(micro or 0, 0) / 1_000_000
