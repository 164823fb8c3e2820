"""Sees that what is decided reaches her: it waits for Telegram as long as a day, and goes on where it was."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from contextlib import nullcontext

from bot.backoff import Backoff
from bot.errors import ExpiredError, InDoubtError, StoreError, UpdateTakenError
from bot.log import report
from bot.telegram.copies import MOST_COPIES
from bot.telegram.handlers import Handlers
from bot.telegram.meter import Meter
from bot.telegram.outgoing import Outgoing, OutgoingQueue
from bot.telegram.replies import priority_of
from bot.updates import Inbox, Progress

PAUSES = Backoff(first_s=0.5, longest_s=4.0)
"""Waits while the store cannot tell whose a reply is."""
LAST_TRY_S = 900.0
"""An alarm that was in doubt twice is sent a third time after so long. She may then have it three times; an outage in
which calls vanish without a trace may have taken both others."""

DOUBTFUL_AT_ONCE = 4
"""Of what a process died over so few are sent at once: whoever dies next shall not be over all of them again."""

_log = logging.getLogger(__name__)


class Deliverer:
    """Sends decided replies. Raises nothing."""

    def __init__(
        self,
        inbox: Inbox,
        handlers: Handlers,
        *,
        meter: Meter,
        on_over: Callable[[Outgoing], None],
        on_taken: Callable[[int], None],
    ) -> None:
        """Make one.

        Args:
            inbox: keeps how far each reply is.
            handlers: send.
            meter: counts.
            on_over: told of each reply that was sent, or given up.
            on_taken: told of an update that another process answers now.
        """
        self._inbox = inbox
        self._handlers = handlers
        self._meter = meter
        self._on_over = on_over
        self._on_taken = on_taken
        self._lines = OutgoingQueue(self._send)
        self._timers: set[asyncio.TimerHandle] = set()
        self._doubtful = asyncio.Semaphore(DOUBTFUL_AT_ONCE)

    @property
    def waiting(self) -> int:
        """Replies that are not sent."""
        return self._lines.waiting

    @property
    def free(self) -> int:
        """How many more fit."""
        return self._lines.free

    async def room(self) -> None:
        """Wait until something fits."""
        await self._lines.room()

    def put(self, outgoing: Outgoing) -> None:
        """Take a reply in."""
        self._lines.put(outgoing)

    async def close(self, seconds: float) -> None:
        """Begin nothing more; wait for what has been begun, at most so long, then break it off."""
        for timer in self._timers:
            timer.cancel()
        await self._lines.close(seconds)

    async def _send(self, outgoing: Outgoing) -> None:
        """Send what was decided. It outlives every way to Telegram, but not the day."""
        pauses = iter(PAUSES)
        while True:
            try:
                await self._deliver(outgoing)
            except StoreError as error:  # whose it is could not be asked
                _log.warning("Reply %d waits: %s", outgoing.update, error, extra={"action": "update-waits"})
                await asyncio.sleep(next(pauses))
                continue
            except UpdateTakenError:
                self._on_taken(outgoing.update)
                return
            except InDoubtError:
                self._later(outgoing)
                return
            except ExpiredError:
                _log.error(
                    "A reply was given up after a day: update %d", outgoing.update, extra={"action": "reply-expired"}
                )
                self._meter.sent(priority_of(outgoing.reply).name.lower(), "expired")
            except Exception as error:  # noqa: BLE001 (ours; she is told where to seek help)
                report(error)
                await self._handlers.give_up_chat(outgoing.place.chat)
            self._on_over(outgoing)
            return

    async def _deliver(self, outgoing: Outgoing) -> None:
        async def keep(progress: Progress) -> None:
            outgoing.progress = progress
            with contextlib.suppress(StoreError):  # at worst a message is sent a second time after a crash
                await self._inbox.keep_progress(outgoing.update, progress)

        async def ready() -> None:
            if not outgoing.reply.is_safety:
                await self._lines.after_alarms(outgoing.place.chat)

        async with self._doubtful if outgoing.progress.begun and not outgoing.reply.is_safety else nullcontext():
            await self._handlers.deliver(outgoing, keep=keep, ready=ready)

    def _later(self, outgoing: Outgoing) -> None:
        """An alarm was in doubt twice: once more when the trouble is surely another one, then never again."""
        if outgoing.most > MOST_COPIES:
            _log.error("Whether alarm %d arrived is unknown", outgoing.update, extra={"action": "alarm-in-doubt"})
            self._on_over(outgoing)
            return
        outgoing.most = MOST_COPIES + 1
        loop = asyncio.get_running_loop()
        self._timers.add(loop.call_later(LAST_TRY_S, self._lines.put, outgoing))
