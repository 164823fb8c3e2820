"""Whether the bot as a whole works: asked by hosts, shown on /healthz and /readyz."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import StoreError
from bot.runtime.heartbeat import Heartbeat
from bot.store.instants import is_believed
from bot.store.leases import Leases

POLLED, TICKED = "polled", "ticked"
"""Names under which the processes tell each other of the last good poll and the last tick of the reminders."""
POLL_OLD_S = 120
"""A poll lasts half a minute; two may fail."""
TICK_OLD_S = 60
"""A tick comes each second."""
SKEW_S = 30
"""So far the clocks of two machines may be apart; what was done later than that from now was never done."""

PATIENCE_S = 3.0
"""For the database; hosts do not wait much longer for us."""


_REASONS = {
    "database": "the database does not answer; alarms are answered, nothing else is",
    "receiving": f"no good poll in the last {POLL_OLD_S} s, or the webhook is not set",
    "reminders": f"nobody sent reminders in the last {TICK_OLD_S} s",
}
"""Without a place or an address: the port is public."""


class Health:
    """What is known of this process and of all. `webhook` is set in the one that receives by webhook."""

    def __init__(self, heartbeat: Heartbeat, leases: Leases, *, clock: Callable[[], float] = time.time) -> None:
        """Make one.

        Args:
            clock: epoch seconds.
        """
        self._presence = heartbeat
        self._leases = leases
        self._clock = clock
        self.expects_polls = True
        """False where updates come by webhook."""
        self.receives = True
        """False in a process that neither polls nor is to poll, nor hears the webhook."""
        self.expects_ticks = True
        """False where the knowledge base has no walks."""
        self.webhook_set = False
        self._polled_here = 0.0
        self._asking: asyncio.Task[dict[str, bool]] | None = None
        self.routes = [Route("/healthz", self._healthz), Route("/readyz", self._readyz)]

    def polled(self) -> None:
        """A poll went well."""
        self._polled_here = self._clock()
        self._presence.marks[POLLED] = int(self._polled_here)

    def ticked(self, at: float) -> None:
        """A tick of the reminders went through.

        Args:
            at: epoch seconds.
        """
        self._presence.marks[TICKED] = int(at)

    async def facts(self) -> dict[str, bool]:
        """What works, by name; of what this process has no part in, that nothing is wrong with it here."""
        now = self._clock()
        try:
            async with asyncio.timeout(PATIENCE_S):
                polled, ticked = await self._leases.value(POLLED), await self._leases.value(TICKED)
        except (StoreError, TimeoutError):  # what this process does by itself is known all the same
            receiving = now - self._polled_here < POLL_OLD_S if self.expects_polls else self.webhook_set
            return {"database": False, "receiving": receiving, "reminders": False}
        polls_here = now - self._polled_here < POLL_OLD_S
        receiving = polls_here or _is_fresh(polled, now, POLL_OLD_S) if self.expects_polls else self.webhook_set
        reminding = _is_fresh(ticked, now, TICK_OLD_S) or not self.expects_ticks
        return {
            "database": self._presence.seen,
            "receiving": receiving or not self.receives,
            "reminders": reminding,
        }

    async def _healthz(self, _request: Request) -> Response:
        return JSONResponse({"process": True})

    async def _readyz(self, _request: Request) -> Response:
        # The port is public: however many ask, the database is asked by one at a time.
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self.facts())
        facts = await asyncio.shield(self._asking)
        reasons = [_REASONS[name] for name, holds in facts.items() if not holds]
        return JSONResponse(facts | ({"reasons": reasons} if reasons else {}), status_code=503 if reasons else 200)


def _is_fresh(at: int, now: float, seconds: int) -> bool:
    return is_believed(at + seconds, now, seconds + SKEW_S)
