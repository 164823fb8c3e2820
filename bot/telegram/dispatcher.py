"""From what Telegram hands over to its answer: kept first, then confirmed, then answered, then noted as done."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import Bot, Update

from bot.backoff import Backoff
from bot.conversation.reply import Reply
from bot.conversation.service import UnkeptError
from bot.errors import StoreError, UndeliveredError, UpdateTakenError
from bot.log import report
from bot.shutdown import unless
from bot.telegram.chat_queue import MOST_WAITING, ChatQueue
from bot.telegram.handlers import Handlers, PendingUpdate
from bot.telegram.meter import Meter
from bot.telegram.outage import OutageReplies
from bot.telegram.raw_updates import is_sound, received_of
from bot.updates import Inbox, ReceivedUpdate, TakenOver

MOST_TRIES = 5
"""After so many an update is taken for poison: whoever tries it fails, or dies by it."""
LINGER_S = 0.01
"""How long an answered update waits for others, to be noted in the same transaction."""
PAUSES = Backoff(first_s=0.5, longest_s=4.0)
"""Waits before an update is tried again."""
AT_ONCE = 200
"""Of what was left behind, so much is taken at a time."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Item:
    """An update in memory. left: another process had it; since: seconds of the monotonic clock."""

    number: int
    chat: int | None
    payload: dict[str, Any] | None
    since: float
    left: bool = False
    reply: Reply | None = None
    job: PendingUpdate | None = None
    told: bool = False


@dataclass(slots=True)
class _Batch:
    updates: list[ReceivedUpdate]
    kept: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Dispatcher:
    """Takes updates in, whichever way they come, and sees that each is answered."""

    def __init__(
        self, inbox: Inbox, handlers: Handlers, bot: Bot, *, meter: Meter | None = None, most: int = MOST_WAITING
    ) -> None:
        """Arguments: inbox, keeps what is not answered; meter, counts; most, updates in memory."""
        self._inbox = inbox
        self._handlers = handlers
        self._bot = bot
        self._meter = meter or Meter()
        self._intake: ChatQueue[_Item] = ChatQueue(self._work, most=most)
        self._to_keep: list[_Batch] = []
        self._keeping: asyncio.Task[None] | None = None
        self._answered: list[int] = []
        self._noting: asyncio.Task[None] | None = None
        self._open: set[int] = set()
        self._doubtful: set[int] = set()
        self._meanwhile = OutageReplies(handlers)
        self._stop = asyncio.Event()
        self._opened = asyncio.Event()

    def open(self) -> None:
        """From now on updates can be answered: the bot knows who it is."""
        self._opened.set()

    @property
    def waiting(self) -> int:
        """Updates in memory that are not answered."""
        return self._intake.waiting

    async def receive(self, raw: Sequence[object]) -> None:
        """Keep updates, as they came, and begin to answer them. Returns when they may be confirmed.

        Raises:
            StoreError: they could not be kept, and may not be confirmed. What is urgent was seen to.
        """
        updates = [update for one in raw if (update := received_of(one)) is not None]
        if not updates:
            return
        batch = _Batch(updates)
        self._to_keep.append(batch)
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())
        await batch.kept

    async def room(self) -> None:
        """Wait until more can be taken in."""
        await self._opened.wait()
        await self._intake.room()

    async def take_over(self, live: frozenset[str]) -> None:
        """Take what no living process answers. Arguments: live, see `Inbox.take`. Raises StoreError."""
        if most := min(self._intake.free, AT_ONCE):
            for left in await self._inbox.take(live, most):
                _log.info("Update %d was left behind", left.update, extra={"action": "taken-over"})
                self._begin(_of_left(left))

    def doubt(self) -> None:
        """This process was out of touch: others may have taken what it has in memory."""
        self._doubtful |= self._open

    async def is_mine(self, update: int) -> bool:
        """Whether an update still is this process's to answer. Raises StoreError."""
        if update not in self._doubtful:
            return True
        mine = await self._inbox.is_mine(update)
        self._doubtful.discard(update)
        return mine

    async def close(self, seconds: float) -> None:
        """Finish what has been begun, at most so long; leave the rest to others."""
        self._stop.set()
        await self._intake.close(seconds)
        self._meanwhile.close()
        if self._noting is not None:
            self._noting.cancel()
        try:
            async with asyncio.timeout(2.0):
                await self._inbox.done(self._answered)
                await self._inbox.let_go()
        except (StoreError, TimeoutError) as error:  # it is repeated by whoever comes after us
            _log.warning("What was answered could not be noted: %s", error, extra={"action": "inbox-unnoted"})

    # --- keeping -----------------------------------------------------------------------------

    async def _keep(self) -> None:
        """One transaction for all who wait for one."""
        try:
            while self._to_keep:
                batches, self._to_keep = self._to_keep, []
                updates = [update for batch in batches for update in batch.updates]
                try:
                    mine = await self._inbox.add(updates, claim=self._intake.free >= len(updates))
                except Exception as error:  # noqa: BLE001 (whatever it is, nothing of it may be confirmed)
                    reason = error if isinstance(error, StoreError) else type(error).__name__
                    _log.error("Updates could not be kept: %s", reason, extra={"action": "inbox-failed"})
                    self._meanwhile.see_to([u for r in updates if (u := self._parsed(r.update, r.payload)) is not None])
                    for batch in batches:
                        if not batch.kept.done():
                            batch.kept.set_exception(StoreError("updates could not be kept"))
                    continue
                self._meanwhile.over()
                now = time.monotonic()
                for update in updates:
                    if update.update in mine:
                        mine -= {update.update}  # a batch may hold an update twice
                        self._begin(_Item(update.update, update.chat, update.payload, now))
                for batch in batches:
                    if not batch.kept.done():
                        batch.kept.set_result(None)
        finally:
            self._keeping = None

    def _begin(self, item: _Item) -> None:
        self._open.add(item.number)
        self._meter.received()
        self._intake.put(item, item.chat)

    # --- answering ---------------------------------------------------------------------------

    async def _work(self, item: _Item) -> None:
        tries, pauses = 0, iter(PAUSES)
        while not self._stop.is_set():
            tries += 1
            try:
                if await self._is_over(item):
                    return
            except Exception as error:  # noqa: BLE001 (ours; left alone, it would be nobody's until this process ends)
                report(error)
                if tries >= MOST_TRIES:
                    await self._give_up(item)
                    return
            await unless(self._stop, asyncio.sleep(next(pauses)))

    async def _is_over(self, item: _Item) -> bool:
        """Try it; False where it is to be tried again."""
        try:
            is_done = await self._try(item)
        except StoreError as error:
            _log.warning("Update %d waits: %s", item.number, error, extra={"action": "update-waits"})
            await self._say_meanwhile(item, error)
            if not await self._is_poison(item):
                await self._recall(item)
                return False
            await self._give_up(item)
        except UndeliveredError as error:
            _log.warning("The answer to update %d waits for Telegram", item.number, extra={"action": "undelivered"})
            if not error.is_doubtful or not await self._is_poison(item):
                return False
            self._note(item)
        else:
            self._open.discard(item.number)
            if is_done:
                self._note(item)
        return True

    async def _say_meanwhile(self, item: _Item, error: StoreError) -> None:
        """The store fails: what is urgent goes out at once, also to what was left behind."""
        update = item.job.update if item.job is not None else self._parsed(item.number, item.payload)
        if update is None or item.told or (item.job is not None and item.job.reply is not None):
            return
        instead = error.instead if isinstance(error, UnkeptError) else self._handlers.meanwhile(update)
        if instead is not None:
            item.told = True
            await self._meanwhile.say(update, instead)

    async def _recall(self, item: _Item) -> None:
        """A commit may be lost on its way back: what was decided in it is not to be decided a second time."""
        if item.job is not None and item.job.reply is None:
            with contextlib.suppress(StoreError):
                item.job.reply = await self._inbox.decided(item.number)

    async def _try(self, item: _Item) -> bool:
        """Answer it; False where another process does. Raises StoreError where it is to be tried again."""
        if item.left and item.job is None and await self._inbox.tried(item.number) > MOST_TRIES:
            _log.error("Update %d was left too often", item.number, extra={"action": "poison"})
            await self._try_to_give_up(item)
            return True
        if item.job is None and (update := self._parsed(item.number, item.payload)) is not None:
            item.job = PendingUpdate(update, item.reply)
        if item.job is None:
            await self._try_to_give_up(item)
            return True
        try:
            await self._handlers.handle(item.job)
        except (StoreError, UndeliveredError):
            raise
        except UpdateTakenError:
            _log.warning("Update %d is another process's now", item.number, extra={"action": "update-taken"})
            return False
        except Exception as error:  # noqa: BLE001 (ours; she must not be left without an answer)
            report(error)
            await self._try_to_give_up(item)
        return True

    def _parsed(self, number: int, payload: dict[str, Any] | None) -> Update | None:
        if payload is None:
            return None
        if not is_sound(payload):
            _log.error("Update %d has another form than it should", number, extra={"action": "update-unreadable"})
            return None
        try:
            return Update.de_json(payload, self._bot)
        except Exception as error:  # noqa: BLE001 (whatever a malformed update makes the library stumble over)
            report(error, f"Update {number} cannot be read", "update-unreadable")
            return None

    async def _is_poison(self, item: _Item) -> bool:
        """Whether it failed too often while the store works otherwise."""
        try:
            return await self._inbox.tried(item.number) >= MOST_TRIES
        except StoreError:
            return False

    async def _give_up(self, item: _Item) -> None:
        _log.error("Update %d failed too often", item.number, extra={"action": "poison"})
        await self._try_to_give_up(item)
        self._note(item)

    async def _try_to_give_up(self, item: _Item) -> None:
        try:
            if item.told:
                return
            update = item.job.update if item.job is not None else self._parsed(item.number, item.payload)
            if update is not None:
                await self._handlers.give_up(update)
            elif item.chat is not None:
                await self._handlers.give_up_chat(item.chat)
        except Exception as error:  # noqa: BLE001 (it is done with, whatever happens)
            report(error)

    def _note(self, item: _Item) -> None:
        """It is answered. Noted soon, together with others."""
        self._meter.answered(time.monotonic() - item.since)
        self._answered.append(item.number)
        if self._noting is None:
            self._noting = asyncio.create_task(self._note_all())

    async def _note_all(self) -> None:
        try:
            while self._answered:
                await asyncio.sleep(LINGER_S)
                answered = self._answered[:AT_ONCE]
                try:
                    await self._inbox.done(answered)
                except StoreError as error:
                    _log.error("Answers could not be noted: %s", error, extra={"action": "inbox-unnoted"})
                    await asyncio.sleep(PAUSES.first_s)
                    continue
                del self._answered[: len(answered)]
                self._open.difference_update(answered)
                self._doubtful.difference_update(answered)
        finally:
            self._noting = None


def _of_left(left: TakenOver) -> _Item:
    return _Item(left.update, left.chat, left.payload, time.monotonic(), left=True, reply=left.reply)
