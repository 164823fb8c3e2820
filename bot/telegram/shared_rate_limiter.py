"""One pace for several processes: each call is taken from a common table, and a 429 of one halts them all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol, TypeVar

from bot.errors import StoreError
from bot.log import report
from bot.settings.parts import TelegramSettings
from bot.telegram.rate_limiter import GROUP, SLACK_S, ProcessRate, RateLimit, RateLimiter

FRESH_S = 0.03
"""What is known of the halt may be so old when a call goes; older, it is read again. About as long as a call takes."""
FRESH_UNPACED_S = 0.2
"""The same where there is no pace, so that the halt is all there is to ask for."""
STALE_S = 0.2
"""A call taken so long ago was for somebody who gave up; another is taken, so that they stay spaced."""
PATIENCE_S = 0.5
"""How long to wait for the store: an alarm waits behind it."""
ALONE_S = 5.0
"""The store having failed, this process keeps the pace for itself for so long before it asks again."""

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class SharedRateStore(Protocol):
    """What the processes have in common; times in seconds. Everything may raise StoreError."""

    async def reserve(self, interval: float, burst: float) -> tuple[float, float]:
        """Take the next call over all chats; in how many seconds it may be made, and how long a halt lasts."""
        ...

    async def join(self, chat: int, interval: float, burst: float) -> float:
        """Take the next message to a group; in how many seconds it may be made, its halt included."""
        ...

    async def halt(self, seconds: float, chat: int | None) -> None:
        """Nothing goes (to that group, or at all) for so long."""
        ...

    async def halted(self) -> float:
        """For how many seconds nothing goes at all."""
        ...


class SharedRate:
    """The `OverallRate` of a pacer whose store is shared. Asks only while somebody waits, for one call at a time.

    Who gets the call is decided when its time has come, so an alarm overtakes reminders of its own process at once, and
    those of another process within as many calls as there are processes.
    """

    def __init__(self, store: SharedRateStore, *, rate: float = TelegramSettings.send_rate) -> None:
        """Make one.

        Args:
            rate: calls a second over all processes; 0 for no limit (halts are shared still).
        """
        self._store = store
        self._limit = RateLimit(1 / rate, 1 + SLACK_S * rate) if rate else None
        self._alone = ProcessRate(rate)
        self._alone_until = float("-inf")
        self._next: float | None = None
        self._looked = float("-inf")
        self._asking = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._rate_limiter: RateLimiter | None = None

    def attach(self, rate_limiter: RateLimiter) -> None:
        """See `OverallRate`."""
        self._rate_limiter = rate_limiter

    def opens(self, now: float) -> float | None:
        """See `OverallRate`."""
        if now < self._alone_until:
            return self._alone.opens(now)
        if not self._asking:
            stale = now - self._looked > (FRESH_S if self._limit else FRESH_UNPACED_S)
            if self._limit is None:
                if not stale:
                    return now
                self._ask(self._look())
            elif self._next is None or self._next < now - STALE_S:
                self._ask(self._reserve(self._limit))
            elif self._next > now or not stale:
                return self._next
            else:
                self._ask(self._look())
        return None

    def used(self, now: float) -> None:
        """See `OverallRate`."""
        self._next = None
        self._alone.used(now)

    def halted(self, seconds: float, chat: int | None) -> None:
        """See `OverallRate`."""
        self._start(self._tell(seconds, chat))

    async def joined(self, chat: int) -> float:
        """See `OverallRate`."""
        if asyncio.get_running_loop().time() < self._alone_until:
            return 0.0
        return await self._asked(self._store.join(chat, GROUP.interval, GROUP.burst)) or 0.0

    def _ask(self, work: Coroutine[Any, Any, None]) -> None:
        self._asking = True
        self._start(work)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reserve(self, limit: RateLimit) -> None:
        taken = await self._asked(self._store.reserve(limit.interval, limit.burst))
        wait, halt = taken or (0.0, 0.0)
        self._next = asyncio.get_running_loop().time() + wait
        self._learnt(halt)

    async def _look(self) -> None:
        self._learnt(await self._asked(self._store.halted()) or 0.0)

    def _learnt(self, halt: float) -> None:
        self._looked = asyncio.get_running_loop().time()
        self._asking = False
        if self._rate_limiter is not None:
            if halt > 0:
                self._rate_limiter.held(halt, None)
            else:
                self._rate_limiter.wake()

    async def _tell(self, seconds: float, chat: int | None) -> None:
        await self._asked(self._store.halt(seconds, chat))

    async def _asked(self, answer: Awaitable[_T]) -> _T | None:
        """What the store says; None where it fails, and for a while this process then is on its own."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await answer
        except (StoreError, TimeoutError) as err:
            loop = asyncio.get_running_loop()
            self._alone_until = loop.time() + ALONE_S
            _log.warning("The common pace is not known: %s", type(err).__name__, extra={"action": "pace-alone"})
            return None
        except Exception as err:  # noqa: BLE001 (a mistake in the store may not hold up every message for ever)
            self._alone_until = asyncio.get_running_loop().time() + ALONE_S
            report(err, "The common pace is not known", "pace-alone")
            return None
