"""Of several processes that could do a job, one does it; the others stand by and take over within seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.errors import StoreError
from bot.runtime.heartbeat import BEAT_S, LIFE_S
from bot.shutdown import unless
from bot.store.leases import Leases

_log = logging.getLogger(__name__)


class LeaderElection:
    """One job of this process, done while it holds the lease of that name."""

    def __init__(
        self,
        leases: Leases,
        name: str,
        owner: str,
        work: Callable[[asyncio.Event], Awaitable[None]],
        *,
        needs_store: bool = True,
    ) -> None:
        """Make one that does nothing yet.

        Args:
            leases: shared by all processes.
            name: of the lease.
            owner: this process.
            work: does the job until the event it is given is set; its errors are raised by `run`.
            needs_store: False for a job that is done also while the store cannot say who is to do it, unless it has
                said before that it is another process.
        """
        self._leases = leases
        self._name = name
        self._owner = owner
        self._work = work
        self._needs_store = needs_store
        self._is_told = False
        """The store has said who is to do it."""
        self.leads = False

    async def run(self, stop: asyncio.Event) -> None:
        """Lead, or stand by, until `stop` is set. Raises what the work raises."""
        give_way = asyncio.Event()
        working: asyncio.Task[None] | None = None
        stands_by = False
        try:
            while not stop.is_set():
                has = await self._take()
                if has and working is None:
                    give_way.clear()
                    working = asyncio.ensure_future(self._work(give_way))
                    self.leads, stands_by = True, False
                elif not has and working is not None:
                    _log.warning("Another process took over: %s", self._name, extra={"action": "lease-lost"})
                    give_way.set()
                    await working
                    working, self.leads = None, False
                elif not has and not stands_by:
                    stands_by = True
                    why = "another process has it" if self._is_told else "the store does not say who has it"
                    _log.info("Standing by, %s: %s", why, self._name, extra={"action": "standing-by"})
                if working is not None:
                    await unless(stop, asyncio.wait({working}, timeout=BEAT_S))
                    if working.done():
                        await working
                        if not stop.is_set():
                            working = None
                else:
                    await unless(stop, asyncio.sleep(BEAT_S))
        finally:
            give_way.set()
            if working is not None:
                await asyncio.gather(working, return_exceptions=True)
            await self._release()

    async def _take(self) -> bool:
        """Take or keep the lease. While the store fails, who leads goes on: nobody else can take it either."""
        try:
            has = await self._leases.take(self._name, self._owner, LIFE_S)
        except StoreError:
            return self.leads or not (self._needs_store or self._is_told)
        self._is_told = True
        return has

    async def _release(self) -> None:
        try:
            async with asyncio.timeout(1.0):
                await self._leases.release(self._name, self._owner)
        except (StoreError, TimeoutError):
            _log.warning("The lease %s was not given back", self._name, extra={"action": "lease-kept"})
        self.leads = False
