"""The job of the day: what has been kept for long enough is deleted. One process does it, and once a day is enough."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable

from bot.errors import StoreError
from bot.log import report
from bot.runtime.clock_check import doubt, is_confirmed, is_done, is_waiting
from bot.shutdown import unless
from bot.store.leases import Leases
from bot.store.retention import SECONDS_A_DAY, Retention

DAILY = "daily"
"""Lease of whoever is at it; its number is the day, since 1970, on which it was last finished."""
DOUBTED = "daily-doubted"
"""Name of the number that says when the clock was last doubted, in epoch seconds; 0 where it is not."""
LEASE_S = 120.0
"""Renewed after each batch, so that it outlasts any of them; if the process dies, another goes on so much later."""
FIRST_LOOK_S = 60.0
"""After the start, when everything else has settled."""
LOOK_S = 600.0
"""Between two looks at whether a new day has begun, in UTC."""
REST_S = 0.05
"""Between two batches, for those who want to write."""

_log = logging.getLogger(__name__)


class RetentionJob:
    """Does the job where no other process does, or did so today."""

    def __init__(
        self,
        retention: Retention,
        leases: Leases,
        me: str,
        *,
        clock: Callable[[], float] = time.time,
        first_look_s: float = FIRST_LOOK_S,
        look_s: float = LOOK_S,
    ) -> None:
        """Make one.

        Args:
            me: the id of this process.
            clock: epoch seconds.
        """
        self._retention = retention
        self._leases = leases
        self._me = me
        self._clock = clock
        self._first_look_s = first_look_s
        self._look_s = look_s

    async def run(self, stop: asyncio.Event) -> None:
        """Look now and then whether it is to be done, until `stop` is set. No error ends it."""
        wait = self._first_look_s
        while await _waited(stop, wait):
            wait = self._look_s
            try:
                await self.look(stop)
            except StoreError as error:
                _log.warning("The job of the day waits: %s", error, extra={"action": "daily-waits"})
            except Exception as error:  # noqa: BLE001 (nobody is left without an answer for what is not cleared away)
                report(error, "The job of the day failed", "daily-failed")

    async def look(self, stop: asyncio.Event) -> bool:
        """Do the job if it is this process's to do. True when it was finished now.

        Raises:
            StoreError: it goes on at the next look: what was deleted is, and the day is not noted.
        """
        today = int(self._clock()) // SECONDS_A_DAY
        if await self._is_done(today) or not await self._leases.take(DAILY, self._me, LEASE_S):
            return False
        try:
            if await self._is_done(today) or not await self._is_trusted() or not await self._work(stop):
                return False
            await self._leases.put(DAILY, today)
            await self._leases.put(DOUBTED, 0)
        finally:
            await self._leases.release(DAILY, self._me)
        return True

    async def _is_done(self, today: int) -> bool:
        return is_done(today, await self._leases.value(DAILY))

    async def _is_trusted(self) -> bool:
        """Whether the clock may decide what is old. One that is doubted is looked at again a day later."""
        now, doubted = self._clock(), await self._leases.value(DOUBTED)
        reason = doubt(now, await self._leases.value(DAILY), await self._retention.newest(int(now) - SECONDS_A_DAY))
        if not reason or is_confirmed(now, doubted):
            return True
        if not is_waiting(now, doubted):
            await self._leases.put(DOUBTED, int(now))
            _log.error(
                "The clock may be wrong, %s: nothing is deleted; if it still goes so in a day, it is believed",
                reason,
                extra={"action": "clock-doubted"},
            )
        return False

    async def _work(self, stop: asyncio.Event) -> bool:
        """Delete in batches; False where it was broken off."""
        deleted: Counter[str] = Counter()
        async for what, count in self._retention.batches():
            deleted[what] += count
            if not await self._leases.take(DAILY, self._me, LEASE_S) or not await _waited(stop, REST_S):
                return False
        told = ", ".join(f"{what} {count}" for what, count in deleted.items() if count)
        _log.info("The job of the day is done; deleted: %s", told or "nothing", extra={"action": "daily-done"})
        return True


async def _waited(stop: asyncio.Event, seconds: float) -> bool:
    """Rest; False as soon as `stop` is set."""
    await unless(stop, asyncio.sleep(seconds))
    return not stop.is_set()
