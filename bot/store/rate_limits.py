"""The pace and the halts that all processes keep to together: numbers in the table `leases`, one statement a message.

Instants are microseconds since 1970 by one clock for all (see `bot.store.instants`). That clock may step back, as when
another server takes over: what then would last longer than it can is not believed, so that an alarm gets its turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.store.database import Database
from bot.store.instants import MICROSECONDS, NOW, believed

SWEEP_EVERY = 1000
"""Messages to groups between two removals of rows that say nothing any more."""

SURPLUS_S = 3.0
"""So much longer than it was meant a pace or a halt may seem to last: small steps of a clock shorten no halt."""
QUEUE = 20
"""Calls taken in advance, at most: each process takes one at a time, and a few are given up."""
GROUP_QUEUE = 30
"""The same of one group, where each message that waits has taken its turn; more than two minutes of them."""

_PREPARE = "INSERT INTO leases (name) VALUES ('pace'), ('halt') ON CONFLICT (name) DO NOTHING"
_SWEEP = "DELETE FROM leases WHERE (name LIKE 'group:%' OR name LIKE 'halt:%') AND value < {now}"
_RESERVE = """
UPDATE leases SET value = CASE WHEN {paced} THEN value ELSE {now} END + :interval
WHERE name = 'pace'
RETURNING
    value - :interval - :slack - {now},
    (SELECT value FROM leases WHERE name = 'halt' AND {halted}) - {now}
"""
_JOIN = """
INSERT INTO leases (name, value) VALUES (:name, {now} + :interval)
ON CONFLICT (name) DO UPDATE
SET value = CASE WHEN {paced} THEN leases.value ELSE {now} END + :interval
RETURNING
    value - :interval - :slack - {now},
    (SELECT value FROM leases WHERE name = :halt AND {halted}) - {now}
"""
_HALT = """
INSERT INTO leases (name, value, until) VALUES (:name, {now} + :wait, {now})
ON CONFLICT (name) DO UPDATE
SET value = CASE WHEN {halted} AND leases.value > excluded.value THEN leases.value ELSE excluded.value END,
    until = CASE WHEN {halted} AND leases.value > excluded.value THEN leases.until ELSE excluded.until END
"""
_HALTED = "SELECT value - {now} FROM leases WHERE name = 'halt' AND {halted}"


class RateLimitStore:
    """The `SharedRateStore` of `bot.telegram.shared_rate_limiter`. All raise StoreError when the database fails.

    `value` of the row `pace`, and of `group:CHAT`, is the instant at which the whole burst is there again; of `halt`
    and `halt:CHAT` that before which nothing goes, and `until` of these two when that was asked for. While that lies
    ahead, the clock has stepped back, and how much is left is not known; whoever has heard of the halt before keeps to
    it by a clock of its own.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Make one.

        Args:
            clock: seconds since 1970; not asked on PostgreSQL.
        """
        self._database = database
        self._clock = clock
        self._prepared = False
        self._joined = 0
        now = NOW[database.dialect]
        paced = believed("leases.value", now, ":longest")
        halted = believed("leases.value", now, "leases.value - leases.until + :surplus")
        self._reserve, self._join, self._halt, self._halted, self._sweep = (
            sql.format(now=now, paced=paced, halted=halted) for sql in (_RESERVE, _JOIN, _HALT, _HALTED, _SWEEP)
        )

    async def reserve(self, interval: float, burst: float) -> tuple[float, float]:
        """Take the next call over all chats; returns in how many seconds it may be made, and how long a halt lasts."""
        await self._prepare()
        return await self._taken(self._reserve, interval, burst, QUEUE)

    async def join(self, chat: int, interval: float, burst: float) -> float:
        """Take the next message to a group; returns in how many seconds it may be made, its halt included."""
        self._joined += 1
        if self._joined % SWEEP_EVERY == 0:
            await self._change(self._sweep)
        names = {"name": f"group:{chat}", "halt": f"halt:{chat}"}
        return max(await self._taken(self._join, interval, burst, GROUP_QUEUE, **names))

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

    async def _taken(self, sql: str, interval: float, burst: float, queue: int, **names: str) -> tuple[float, float]:
        params = self._params(
            interval=_micro(interval),
            slack=_micro((burst - 1) * interval),
            longest=_micro((burst + queue) * interval + SURPLUS_S),
            **names,
        )
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
        return {**params, "surplus": _micro(SURPLUS_S), "now": _micro(self._clock())}


def _micro(seconds: float) -> int:
    return round(seconds * MICROSECONDS)


def _seconds(micro: int | None) -> float:
    return max(micro or 0, 0) / MICROSECONDS
