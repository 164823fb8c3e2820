"""Keeps updates before they are confirmed: in the inbox or, while the store fails, in a spool on this disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.backoff import Backoff
from bot.errors import StoreError
from bot.log import report
from bot.updates import Inbox, ReceivedUpdate, Spool

PAUSES = Backoff(first_s=0.5, longest_s=5.0)
"""Between two tries to bring what is spooled into the inbox."""
AT_ONCE = 100
"""Spooled updates in one transaction."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Batch:
    updates: list[ReceivedUpdate]
    kept: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Keeper:
    """Keeps what several ask for at the same time in one transaction, in the order in which it came."""

    def __init__(
        self,
        inbox: Inbox,
        *,
        spool: Spool | None,
        has_room: Callable[[int], bool],
        on_kept: Callable[[Sequence[ReceivedUpdate], frozenset[int]], None],
        on_failed: Callable[[Sequence[ReceivedUpdate]], None],
    ) -> None:
        """Make one.

        Args:
            inbox: where they belong.
            spool: where they wait while the inbox fails; None: then nothing is confirmed.
            has_room: whether so many more may be this process's own.
            on_kept: told of updates that lie in the inbox, and which of them are this process's to answer.
            on_failed: told of updates that do not, so that what is urgent is seen to.
        """
        self._inbox = inbox
        self._spool = spool
        self._has_room = has_room
        self._on_kept = on_kept
        self._on_failed = on_failed
        self._batches: list[_Batch] = []
        self._keeping: asyncio.Task[None] | None = None
        self._replaying: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Bring in what an earlier process has spooled."""
        if self._spool is not None and not self._spool.is_empty:
            self._replay()

    async def keep(self, updates: list[ReceivedUpdate]) -> None:
        """Returns when they may be confirmed. Raises StoreError where they may not."""
        batch = _Batch(updates)
        self._batches.append(batch)
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())
        await batch.kept

    def close(self) -> None:
        """Bring in no more; what is spooled waits for the next process."""
        if self._replaying is not None:
            self._replaying.cancel()

    async def _keep(self) -> None:
        try:
            while self._batches:
                batches, self._batches = self._batches, []
                updates = [update for batch in batches for update in batch.updates]
                failed = await self._kept(updates)
                for batch in batches:
                    if batch.kept.done():
                        continue
                    if failed is None:
                        batch.kept.set_result(None)
                    else:
                        batch.kept.set_exception(StoreError("updates could not be kept"))
        finally:
            self._keeping = None

    async def _kept(self, updates: list[ReceivedUpdate]) -> Exception | None:
        """Keep them somewhere; the error where that failed everywhere."""
        failed: Exception | None = None
        if self._replaying is None:  # else they would overtake what is spooled
            failed = await self._added(updates)
            if failed is None:
                return None
        self._on_failed(updates)
        if self._spool is None:
            return failed
        try:
            await self._spool.append(updates)
        except Exception as error:  # noqa: BLE001 (whatever it is, nothing of it may be confirmed)
            _log.error("Updates could not be spooled: %s", type(error).__name__, extra={"action": "spool-failed"})
            return error
        _log.warning("%d updates wait in the spool", len(updates), extra={"action": "spooled"})
        self._replay()
        return None

    async def _added(self, updates: list[ReceivedUpdate]) -> Exception | None:
        try:
            mine = await self._inbox.add(updates, claim=self._has_room(len(updates)))
        except Exception as error:  # noqa: BLE001 (as above)
            reason = error if isinstance(error, StoreError) else type(error).__name__
            _log.error("Updates could not be kept: %s", reason, extra={"action": "inbox-failed"})
            return error
        self._on_kept(updates, mine)
        return None

    def _replay(self) -> None:
        if self._replaying is None:
            self._replaying = asyncio.create_task(self._bring_in())

    async def _bring_in(self) -> None:
        """Bring what is spooled into the inbox, the oldest first."""
        pauses = iter(PAUSES)
        try:
            while self._spool is not None and not self._spool.is_empty:
                try:
                    waiting, marks = await self._spool.oldest(AT_ONCE)
                    if not waiting or await self._added(waiting) is None:
                        await self._spool.drop(marks)
                        pauses = iter(PAUSES)
                        continue
                except Exception as error:  # noqa: BLE001 (ours, or the disk's; it is tried again)
                    report(error, "The spool could not be read", "spool-failed")
                await asyncio.sleep(next(pauses))
            _log.info("The spool is empty again", extra={"action": "spool-empty"})
        finally:
            self._replaying = None
