"""Shows the other processes that this one lives, and knows which of them do."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable

from bot.errors import StoreError
from bot.log import report
from bot.runtime.process_locks import ProcessLocks
from bot.shutdown import unless
from bot.store.leases import PROCESS, Leases

BEAT_S = 1.5
LIFE_S = 5.0
"""What a process had claimed is free so long after its last beat: time for two beats to fail."""
FIRST_LOOK_S = 2.0
"""A process that has just started knows the others only when each had time for a beat."""

_DIED = {"action": "process-died"}
_BOOT_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)

_log = logging.getLogger(__name__)


def uptime() -> float:
    """Seconds that only run on. On Linux also while the machine sleeps: others then took over what was this one's."""
    return time.monotonic() if _BOOT_CLOCK is None else time.clock_gettime(_BOOT_CLOCK)


class Heartbeat:
    """The heartbeat of this process. live: the processes that live, as of the last beat."""

    def __init__(
        self,
        leases: Leases,
        *,
        alive: ProcessLocks | None = None,
        on_lapse: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = uptime,
    ) -> None:
        """Make it known to nobody yet.

        Args:
            leases: shared by all processes.
            alive: tells of the dead before their leases run out, where that can be known.
            on_lapse: told when this process was taken for dead.
            clock: seconds that run on while the machine sleeps.
        """
        self.me = secrets.token_hex(8)
        self.live = frozenset({self.me})
        self._leases = leases
        self._alive = alive
        self._on_lapse = on_lapse
        self._clock = clock
        self._beaten = clock()
        is_alone = alive is not None and alive.hold(self.me)
        self._settled_at = clock() if is_alone else clock() + FIRST_LOOK_S
        self.seen = False
        """The database answered the last beat."""
        self.marks: dict[str, int] = {}
        """Numbers that all processes may know, by name; kept with the next beat."""

    @property
    def is_settled(self) -> bool:
        """Whether `live` can be trusted: after an outage of the store nobody had a chance to beat for a while."""
        return self.seen and self._clock() >= self._settled_at

    @property
    def is_in_touch(self) -> bool:
        """Whether the others still see this process live: what it claimed is surely its own."""
        return self._clock() - self._beaten <= LIFE_S

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until `stop` is set. No error ends it."""
        while not stop.is_set():
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001 (without a beat others would take all that is ours)
                report(error, "No heartbeat", "beat-failed")
                self.seen = False
            await unless(stop, asyncio.sleep(BEAT_S))

    async def beat(self) -> None:
        """Beat once."""
        before = self._clock()
        try:
            await self._leases.beat(self.me, LIFE_S)
            live = await self._leases.live() - {self.me}
            dead = self._alive.dead(live) if self._alive is not None else frozenset()
            for owner in dead:
                _log.info("A process has died; what it had is taken over", extra=_DIED)
                await self._leases.drop(owner)
            if gone := self.live - live - {self.me}:
                for _ in await self._leases.lapsed(gone):
                    _log.info("A process gave no sign of life; what it had is taken over", extra=_DIED)
            self.live = live - dead | {self.me}
            for name in tuple(self.marks):
                await self._leases.put(name, self.marks.pop(name))
        except StoreError as error:
            if self.seen:
                _log.warning("No heartbeat: %s", error, extra={"action": "beat-failed"})
            self.seen = False
            return
        if before - self._beaten > LIFE_S:
            _log.warning("Out of touch for %.0f s", before - self._beaten, extra={"action": "beat-lapsed"})
            self._settled_at = self._clock() + LIFE_S
            self._on_lapse()
        self._beaten = before
        self.seen = True

    async def leave(self) -> None:
        """Say that this process ends; what it had claimed is free at once."""
        if self._alive is not None:
            self._alive.leave()
        try:
            async with asyncio.timeout(1.0):
                await self._leases.release(PROCESS + self.me, self.me)
        except (StoreError, TimeoutError):
            _log.warning("The others were not told that this process ends", extra={"action": "beat-failed"})
