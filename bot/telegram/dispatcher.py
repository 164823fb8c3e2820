"""From what Telegram hands over to its answer: kept first, then confirmed, then answered, then noted as done."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from telegram import Bot, Update

from bot.backoff import Backoff
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.conversation.service import UnkeptError
from bot.errors import StoreError, UpdateTakenError
from bot.log import report
from bot.shutdown import unless
from bot.telegram.chat_queue import MOST_WAITING, ChatQueue
from bot.telegram.copies import MOST_COPIES
from bot.telegram.deliverer import Deliverer
from bot.telegram.handlers import KEPT_FOR_S, Handlers, PendingUpdate
from bot.telegram.keeper import Keeper
from bot.telegram.meter import Meter
from bot.telegram.outage import OutageReplies
from bot.telegram.outgoing import Outgoing
from bot.telegram.raw_updates import is_sound, received_of
from bot.telegram.send_results import Place
from bot.updates import Inbox, Progress, ReceivedUpdate, Spool, TakenOver

MOST_TRIES = 5
"""After so many an update is taken for poison: whoever tries it fails, or dies by it."""
ENDING_S = 0.5
"""For calls that are on their way when told to stop while Telegram is away."""
LINGER_S = 0.01
"""How long an answered update waits for others, to be noted in the same transaction."""
PAUSES = Backoff(first_s=0.5, longest_s=4.0)
"""Waits before an update is tried again."""
AT_ONCE = 200
"""Of what was left behind, so much is taken at a time."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Item:
    """An update in memory. at: epoch seconds; since: the same by the event loop's clock; left: another had it."""

    number: int
    chat: int | None
    payload: dict[str, Any] | None
    at: float
    since: float
    left: bool = False
    reply: Reply | None = None
    progress: Progress = field(default_factory=Progress)
    job: PendingUpdate | None = None
    told: bool = False


class Dispatcher:
    """Takes updates in, whichever way they come, and sees that each is answered."""

    def __init__(
        self,
        inbox: Inbox,
        handlers: Handlers,
        bot: Bot,
        *,
        spool: Spool | None = None,
        meter: Meter | None = None,
        most: int = MOST_WAITING,
        is_away: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make one.

        Args:
            inbox: keeps what is not answered.
            handlers: think and send.
            bot: reads updates.
            spool: where updates wait while the inbox fails; None: then nothing is confirmed.
            meter: counts.
            most: updates in memory that are not thought about.
            is_away: whether Telegram cannot be reached: then nothing is waited for at the end.
            clock: epoch seconds.
        """
        self._inbox = inbox
        self._handlers = handlers
        self._bot = bot
        self._meter = meter or Meter()
        self._is_away = is_away
        self._clock = clock
        self._intake: ChatQueue[_Item] = ChatQueue(self._work, most=most)
        self._keeper = Keeper(
            inbox,
            spool=spool,
            has_room=lambda count: self._intake.free >= count,
            on_kept=self._on_kept,
            on_failed=self._on_failed,
        )
        self._answered: list[int] = []
        self._noting: asyncio.Task[None] | None = None
        self._open: set[int] = set()
        self._doubtful: set[int] = set()
        self._deliverer = Deliverer(
            inbox,
            handlers,
            meter=self._meter,
            on_over=lambda outgoing: self._note(outgoing.update, outgoing.since),
            on_taken=self._taken,
        )
        self._meanwhile = OutageReplies(handlers)
        self._stop = asyncio.Event()
        self._opened = asyncio.Event()

    def open(self) -> None:
        """From now on updates can be answered: the bot knows who it is."""
        self._opened.set()
        self._keeper.open()

    @property
    def waiting(self) -> int:
        """Updates in memory that are not answered."""
        return self._intake.waiting + self._deliverer.waiting

    async def receive(self, raw: Sequence[object]) -> None:
        """Keep updates, as they came, and begin to answer them. Returns when they may be confirmed.

        Raises:
            StoreError: they could not be kept, and may not be confirmed. What is urgent was seen to.
        """
        updates = [update for one in raw if (update := received_of(one)) is not None]
        if updates:
            await self._keeper.keep(updates)

    async def room(self) -> None:
        """Wait until more can be taken in."""
        await self._opened.wait()
        await self._intake.room()
        await self._deliverer.room()

    async def take_over(self, live: frozenset[str]) -> None:
        """Take what no living process answers. Raises StoreError.

        Args:
            live: see `Inbox.take`.
        """
        if most := min(self._intake.free, self._deliverer.free, AT_ONCE):
            for left in await self._inbox.take(live, most):
                _log.info("Update %d was left behind", left.update, extra={"action": "taken-over"})
                self._begin(self._of_left(left))

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
        ends = self._clock() + seconds
        await self._intake.close(seconds)
        await self._deliverer.close(ENDING_S if self._is_away() else max(ends - self._clock(), ENDING_S))
        self._meanwhile.close()
        self._keeper.close()
        if self._noting is not None:
            self._noting.cancel()
        try:
            async with asyncio.timeout(2.0):
                await self._inbox.done(self._answered)
                await self._inbox.let_go()
        except (StoreError, TimeoutError) as error:  # it is repeated by whoever comes after us
            _log.warning("What was answered could not be noted: %s", error, extra={"action": "inbox-unnoted"})

    def _on_kept(self, updates: Sequence[ReceivedUpdate], mine: frozenset[int]) -> None:
        self._meanwhile.over()
        now, since, begun = self._clock(), asyncio.get_running_loop().time(), set[int]()
        for update in updates:
            if update.update in mine - begun:  # several that come together may hold one twice
                begun.add(update.update)
                self._begin(_Item(update.update, update.chat, update.payload, now, since))

    def _on_failed(self, updates: Sequence[ReceivedUpdate]) -> None:
        self._meanwhile.see_to([u for r in updates if (u := self._parsed(r.update, r.payload)) is not None])

    def _begin(self, item: _Item) -> None:
        self._open.add(item.number)
        self._meter.received()
        self._intake.put(item, item.chat)

    # --- thinking ----------------------------------------------------------------------------

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
                    self._give_up(item)
                    return
            await unless(self._stop, asyncio.sleep(next(pauses)))

    async def _is_over(self, item: _Item) -> bool:
        """Think about it; False where it is to be tried again."""
        try:
            outgoing = await self._think(item)
        except StoreError as error:
            _log.warning("Update %d waits: %s", item.number, error, extra={"action": "update-waits"})
            self._say_meanwhile(item, error)
            if not await self._is_poison(item):
                await self._recall(item)
                return False
            self._give_up(item)
        except UpdateTakenError:
            self._taken(item.number)
        else:
            self._go_on(item, outgoing)
        return True

    def _say_meanwhile(self, item: _Item, error: StoreError) -> None:
        """The store fails: what is urgent goes out at once, also what waits behind it in the same chat."""
        if item.job is None or item.job.reply is None:
            self._say_once(item, error.instead if isinstance(error, UnkeptError) else None)
        for other in self._intake.behind(item.chat):
            self._say_once(other, None, only_safety=True)

    def _say_once(self, item: _Item, instead: Reply | None, *, only_safety: bool = False) -> None:
        update = item.job.update if item.job is not None else self._parsed(item.number, item.payload)
        if update is None or item.told or self._clock() - item.at > KEPT_FOR_S:  # of before a restore: no alarm of now
            return
        instead = instead or self._handlers.meanwhile(update)
        if instead is not None and (instead.is_safety or not only_safety):
            item.told = True
            self._meanwhile.say(update, instead)

    async def _recall(self, item: _Item) -> None:
        """A commit may be lost on its way back: what was decided in it is not to be decided a second time."""
        if item.job is not None and item.job.reply is None:
            with contextlib.suppress(StoreError):
                item.job.reply = await self._inbox.decided(item.number)

    async def _think(self, item: _Item) -> Outgoing | None:
        """What is to be sent for it, None for nothing. Raises StoreError where it is to be tried again."""
        is_open = item.left and item.reply is None and item.job is None
        if is_open and await self._inbox.tried(item.number) > MOST_TRIES:
            _log.error("Update %d was left too often", item.number, extra={"action": "poison"})
            return self._failed(item)
        if item.job is None and (update := self._parsed(item.number, item.payload)) is not None:
            item.job = PendingUpdate(update, item.at, item.since, item.reply, item.progress)
        if item.job is None:
            return self._plainly(item, item.reply) if item.reply is not None else self._failed(item)
        try:
            return await self._handlers.think(item.job)
        except (StoreError, UpdateTakenError):
            raise
        except Exception as error:  # noqa: BLE001 (ours; she must not be left without an answer)
            report(error)
        return self._failed(item)

    def _taken(self, number: int) -> None:
        _log.warning("Update %d is another process's now", number, extra={"action": "update-taken"})
        self._open.discard(number)

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
        """Whether thinking about it failed too often while the store works otherwise."""
        try:
            return await self._inbox.tried(item.number) >= MOST_TRIES
        except StoreError:
            return False

    def _give_up(self, item: _Item) -> None:
        _log.error("Update %d failed too often", item.number, extra={"action": "poison"})
        self._go_on(item, self._failed(item))

    def _failed(self, item: _Item) -> Outgoing | None:
        """She is not left without an answer to what we cannot read or answer; None where nothing is to be said."""
        if item.told:
            return None
        try:
            if item.job is not None:
                return self._handlers.failed(item.job)
        except Exception as error:  # noqa: BLE001 (it is done with, whatever happens)
            report(error)
        if item.chat is None or item.chat < 0:
            return None
        return self._plainly(item, self._handlers.failure)

    @staticmethod
    def _plainly(item: _Item, reply: Reply) -> Outgoing | None:
        """A reply to somebody whose update cannot be read."""
        if item.chat is None:
            return None
        return Outgoing(
            update=item.number,
            key=ChatKey(chat=item.chat),
            place=Place(chat=item.chat),
            reply=reply,
            received_at=item.at,
            since=item.since,
            asked_at=item.at,
            progress=item.progress,
        )

    def _go_on(self, item: _Item, outgoing: Outgoing | None) -> None:
        """Thinking is over."""
        if outgoing is None:
            self._note(item.number, item.since)
            return
        if (
            item.left and item.progress.begun >= MOST_COPIES
        ):  # two processes died over it: it may have left with neither
            outgoing.most = MOST_COPIES + 1
        self._deliverer.put(outgoing)

    def _note(self, number: int, since: float) -> None:
        """It is answered. Noted soon, together with others."""
        self._meter.answered(asyncio.get_running_loop().time() - since)
        self._answered.append(number)
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

    def _of_left(self, left: TakenOver) -> _Item:
        """What was begun once may have arrived once."""
        progress = left.progress or Progress()
        return _Item(
            left.update,
            left.chat,
            left.payload,
            at=float(left.at),
            since=asyncio.get_running_loop().time() - max(self._clock() - left.at, 0.0),
            left=True,
            reply=left.reply,
            progress=replace(progress, begun=max(progress.begun, 1)),
        )
