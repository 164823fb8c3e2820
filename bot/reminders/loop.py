"""Runs planning, sending and recovery, once a second, until told to stop."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.errors import StoreError
from bot.log import report
from bot.reminders.planner import Planner
from bot.reminders.ports import DeliveryStore, Leases, Observer
from bot.reminders.sender import DeliverySender

LEASE = "remind"
LEASE_S = 5.0
"""Seconds. When the process that plans dies, another one plans after so long."""
TICK_S = 1.0
SENDERS = 16
"""Sendings at once: at 25 a second each may take half a second. So many are doubtful at the most after a crash."""
PAGE = 500
"""Deliveries looked up at once."""
MISSES = 4
"""Deliveries in a row that another process took, after which the list is too old."""
REST_S = 30.0
"""Seconds for which a delivery is left alone after an error."""
SAID_S = 60.0
"""Between two lines on the same failure of the store: a tick comes each second, and the log may share the full disk."""
STOP_S = 10.0
"""Seconds that sendings have to end when told to stop; then they are cut off, and become uncertain."""

_log = logging.getLogger(__name__)


class RemindersLoop:
    """The engine of one process. `last_tick` is the epoch second of the last tick that went through, 0 before."""

    def __init__(
        self,
        store: DeliveryStore,
        leases: Leases,
        planner: Planner,
        sender: DeliverySender,
        observer: Observer,
        *,
        owner: str,
        clock: Callable[[], float] = time.time,
        senders: int = SENDERS,
    ) -> None:
        """Make one.

        Args:
            owner: id of this process, which shows itself alive.
            clock: epoch seconds.
        """
        self._store = store
        self._leases = leases
        self._planner = planner
        self._sender = sender
        self._observer = observer
        self._owner = owner
        self._clock = clock
        self._senders = senders
        self._planned = asyncio.Event()
        self._troubled: dict[int, float] = {}
        """Deliveries that failed, with the epoch second until which they are left alone."""
        self._said: dict[str, float] = {}
        """When the log was told last of what fails, by action."""
        self.last_tick = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; sendings that have begun are ended then. No error ends it."""
        sending = asyncio.create_task(self._send_on(stop))
        try:
            while not stop.is_set():
                await self._safely(self.tick, "reminders-tick-failed")
                await self._pause(stop)
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(sending), STOP_S)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await self._safely(self._release, "reminders-release-failed")

    async def tick(self) -> None:
        """Plan and recover, where this process has the lease; correctness does not rest on it."""
        now = int(self._clock())
        if await self._leases.take(LEASE, self._owner, LEASE_S):
            await self._planner.rederive(now)
            if await self._planner.plan(now):
                self._planned.set()
            if late := await self._store.drop_late(now):
                self._observer.counted("dropped-late", late)
                _log.warning("%d reminders came too late and were dropped", late, extra={"action": "reminders-late"})
            await recover(self._store, self._leases, self._observer, now)
        self.last_tick = self._clock()
        self._observer.ticked(self.last_tick)

    async def send_due(self, stop: asyncio.Event | None = None) -> int:
        """Send what is to be sent now, several at once; how many were sent, or dropped, by this process."""
        total = 0
        await self._sender.settle()
        while not (stop and stop.is_set()):
            waiting = await self._store.waiting(int(self._clock()), PAGE)
            found = [delivery for delivery in waiting if not self._sender.rests(delivery)]
            random.shuffle(found)  # another process may be at it too: rather not at the same ones
            done = await self._send_all(found, stop)
            total += done
            if not done:
                break
        return total

    async def _send_all(self, found: list[int], stop: asyncio.Event | None) -> int:
        left, misses, done = iter(found), 0, 0

        async def work() -> None:
            nonlocal misses, done
            for delivery in left:
                if misses >= MISSES or (stop and stop.is_set()):
                    return
                if await self._one(delivery):
                    misses, done = 0, done + 1
                else:
                    misses += 1

        await asyncio.gather(*(work() for _ in range(min(self._senders, len(found)))))
        return done

    async def _one(self, delivery: int) -> bool:
        now = self._clock()
        if self._troubled.get(delivery, 0.0) > now:
            return False
        sent = False

        async def send() -> None:
            nonlocal sent
            sent = await self._sender.send(delivery)

        if not await self._safely(send, "reminder-failed"):
            self._troubled = {other: until for other, until in self._troubled.items() if until > now}
            self._troubled[delivery] = now + REST_S
        return sent

    async def _send_on(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._safely(lambda: self.send_due(stop), "reminders-sending-failed")
            await self._pause(stop, self._planned)

    async def _release(self) -> None:
        await self._leases.release(LEASE, self._owner)

    async def _safely(self, what: Callable[[], Awaitable[object]], action: str) -> bool:
        """Do it; an error is logged, and gives False: a later tick tries again."""
        try:
            await what()
        except StoreError as error:
            now = self._clock()
            if not 0 <= now - self._said.get(action, float("-inf")) < SAID_S:
                self._said[action] = now
                _log.error("Reminders have to wait: %s", error, extra={"action": action})
        except Exception as error:  # noqa: BLE001 (one that cannot be sent may not keep the others from theirs)
            report(error, "Reminders have to wait", action)
        else:
            self._said.pop(action, None)
            return True
        return False

    async def _pause(self, stop: asyncio.Event, wake: asyncio.Event | None = None) -> None:
        """Until the next whole second, or one of the events."""
        seconds = TICK_S - self._clock() % TICK_S
        waits = [asyncio.create_task(event.wait()) for event in (stop, wake) if event is not None]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if wake is not None:
            wake.clear()


async def recover(store: DeliveryStore, leases: Leases, observer: Observer, now: int) -> int:
    """Give up the claims of processes that are not alive; how many.

    Args:
        store: of deliveries.
        leases: know who is alive.
        observer: counts them.
        now: epoch seconds.
    """
    owners = await store.owners()
    if not owners:
        return 0
    dead = owners - await leases.live()  # asked last: whoever claims has shown before that it is alive
    if not dead:
        return 0
    count = await store.give_up(dead, now)
    if count:
        observer.counted("uncertain", count)
        _log.warning(
            "%d reminders were on their way when a process died; they are not sent again",
            count,
            extra={"action": "reminders-uncertain"},
        )
    return count
