"""Sends planned deliveries: look, compose, claim, send, record. A claim is never repeated."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.conversation.ports import ChatKey, Composed, Composer, DueWalk
from bot.conversation.state import ChatState
from bot.errors import StoreError
from bot.log import report
from bot.reminders.ports import Chats, Claim, DeliveryStore, Observer, Outcome, Posted, Postman, Result, Waiting
from bot.schedule.due import zone_of
from bot.schedule.holds import must_stop, why_held
from bot.schedule.model import DeliveryState, Drop, Said
from bot.schedule.quiet import SENDING_S, quiet_from

PATIENCE_S = 15
"""Seconds that a claim waits for its turn to leave. Then it is put back, so that what she says meanwhile counts."""
REST_S = 1.0
"""Seconds for which what was put back is left alone."""

_STATES = {
    Result.SENT: DeliveryState.SENT,
    Result.FAILED: DeliveryState.FAILED,
    Result.UNCERTAIN: DeliveryState.UNCERTAIN,
}
_log = logging.getLogger(__name__)


class DeliverySender:
    """Sends one delivery at a time; several may run at once, also in other processes."""

    def __init__(
        self,
        store: DeliveryStore,
        chats: Chats,
        composer: Composer,
        postman: Postman,
        observer: Observer,
        *,
        owner: str,
        clock: Callable[[], float],
    ) -> None:
        """Make one.

        Args:
            owner: id of this process.
            clock: epoch seconds.
        """
        self._store = store
        self._chats = chats
        self._composer = composer
        self._postman = postman
        self._observer = observer
        self._owner = owner
        self._clock = clock
        self._unsettled: list[Callable[[], Awaitable[bool | None]]] = []
        """What the store did not keep: how claims ended."""
        self._resting: dict[int, float] = {}
        """Deliveries that were put back, with the epoch second until which they are left alone."""

    def rests(self, delivery: int) -> bool:
        """Whether it was put back just now, and is not to be tried again yet."""
        return self._resting.get(delivery, 0.0) > self._clock()

    async def settle(self) -> None:
        """Keep what the store did not keep before, lest it stays on its way; to be called while nothing is sent."""
        open_ends, self._unsettled = self._unsettled, []
        for keep in open_ends:
            await self._kept(keep, quietly=True)

    async def _kept(self, keep: Callable[[], Awaitable[bool | None]], *, quietly: bool = False) -> bool | None:
        """Keep how a claim ended, now or by `settle`. Raises StoreError where it fails, unless `quietly`."""
        try:
            return await keep()
        except StoreError:
            self._unsettled.append(keep)
            if not quietly:
                raise
        return None

    async def send(self, delivery: int) -> bool:
        """Send a planned delivery, or drop it with the reason; False where it was not this process's to do.

        Raises:
            StoreError: at worst after the sending: the claim then stays, and becomes uncertain.
        """
        waiting = await self._store.look(delivery)
        if waiting is None:
            return False
        state = await self._chats.load(ChatKey(chat=waiting.chat))
        now = self._clock()
        why = _why_not(state, waiting, now)
        if why is None and must_stop(state.book):
            await self._store.hold_unanswered(waiting.chat, int(now))
            self._observer.counted(f"dropped-{Drop.STOPPED.value}")
            _log.info("A chat that does not answer is paused", extra={"action": "reminders-paused"})
            return True
        due = DueWalk(no=waiting.no, day=waiting.day, kind=waiting.kind, due=waiting.due)
        try:
            composed = why or self._composer.compose(state, due, datetime.fromtimestamp(now, UTC))
        except Exception as error:  # noqa: BLE001 (a mistake in the words of one may not keep the others from theirs)
            report(error, "A reminder could not be worded", "reminder-not-composed")
            return await self._failed(waiting, type(error).__name__)
        if isinstance(composed, Drop):
            return await self._dropped(waiting, composed)
        return await self._claimed(waiting, state, composed)

    async def _failed(self, waiting: Waiting, reason: str) -> bool:
        """It cannot be worded, and will not be a second later: no further try."""
        claim = Claim(id=waiting.id, chat=waiting.chat, owner=self._owner, minutes=0)
        now = int(self._clock())
        if not await self._store.claim(claim, now):
            return False
        await self._store.record(claim, Outcome(state=DeliveryState.FAILED, reason=reason), now)
        self._observer.counted(DeliveryState.FAILED.value)
        return True

    async def _dropped(self, waiting: Waiting, why: Drop) -> bool:
        if done := await self._store.drop(waiting, why, int(self._clock())):
            self._observer.counted(f"dropped-{why.value}")
        return done

    async def _claimed(self, waiting: Waiting, state: ChatState, composed: Composed) -> bool:
        tip = next(iter(composed.reply.topics), None)
        claim = Claim(id=waiting.id, chat=waiting.chat, owner=self._owner, minutes=composed.minutes, tip=tip)
        if not await self._taken(claim):
            return False
        posted = await self._post(waiting, state, composed)
        sent_at = self._clock()
        now = int(sent_at)
        if posted.result is Result.EXPIRED and now <= waiting.until:
            self._resting = {other: until for other, until in self._resting.items() if until > sent_at}
            self._resting[waiting.id] = sent_at + REST_S
            await self._kept(lambda: self._store.unclaim(claim, now))
            return True
        outcome = _outcome(posted, state, composed)
        if not await self._kept(lambda: self._store.record(claim, outcome, now)):
            _log.warning("A reminder was deleted while it was sent", extra={"action": "reminder-gone"})
        if posted.result is Result.UNREACHABLE:
            await self._chats.mark_away(waiting.chat, now)
        if posted.result is Result.SENT:
            self._observer.late_by(max(sent_at - waiting.send_at, 0.0))
        dropped = outcome.state is DeliveryState.DROPPED
        self._observer.counted(f"dropped-{outcome.reason}" if dropped else outcome.state.value)
        return True

    async def _taken(self, claim: Claim) -> bool:
        """Claim a delivery. Where the store fails it may be claimed all the same: then it is given up, not sent."""
        now = int(self._clock())
        try:
            return await self._store.claim(claim, now)
        except StoreError:
            given_up = Outcome(state=DeliveryState.UNCERTAIN, reason="claim")
            self._unsettled.append(lambda: self._store.record(claim, given_up, now))
            raise

    async def _post(self, waiting: Waiting, state: ChatState, composed: Composed) -> Posted:
        chat = waiting.chat
        posted = Posted(result=Result.FAILED)
        for _ in range(2):
            until = _latest(waiting, state, self._clock())
            try:
                posted = await self._postman.post(chat, composed.reply, until=until)
            except Exception as error:  # noqa: BLE001 (whatever it was, it may have been sent)
                report(error, "Whether a reminder was sent is unknown", "reminder-uncertain")
                return Posted(result=Result.UNCERTAIN, detail=type(error).__name__)
            if posted.result is not Result.MIGRATED or posted.new_chat is None:
                return posted
            await self._chats.migrated(chat, posted.new_chat)
            chat = posted.new_chat
        return posted


def _why_not(state: ChatState, waiting: Waiting, now: float) -> Drop | None:
    """What keeps an occurrence from being sent, whatever its words: the last look before the claim."""
    book = state.book
    reminder = book.reminder(waiting.no)
    zone = zone_of(book.zone)
    if now > waiting.until:
        return Drop.LATE
    if held := why_held(book.care.hold):
        return held
    paused_until = reminder.paused_until if reminder else None
    if reminder is None or not reminder.enabled or (paused_until and paused_until > waiting.day):
        return Drop.STOPPED
    if any(n.said in (Said.DONE, Said.NOT_TODAY) for n in book.nudges if (n.no, n.day) == (waiting.no, waiting.day)):
        return Drop.STOPPED
    if zone is not None and quiet_from(book.quiet, zone, int(now), SENDING_S) is not None:
        return Drop.QUIET  # they have begun, or would before it is sent
    return None


def _latest(waiting: Waiting, state: ChatState, now: float) -> float:
    """Until when it may leave; she may have changed her quiet hours, or her zone, since it was planned."""
    zone = zone_of(state.book.zone)
    begin = quiet_from(state.book.quiet, zone, int(now), PATIENCE_S + SENDING_S) if zone else None
    until = min(waiting.until, now + PATIENCE_S)
    return until if begin is None else min(until, begin - SENDING_S)


def _outcome(posted: Posted, state: ChatState, composed: Composed) -> Outcome:
    match posted.result:
        case Result.SENT:
            care = state.book.care
            return Outcome(state=DeliveryState.SENT, message_id=posted.message_id, was=care, care=composed.care)
        case Result.FAILED | Result.UNCERTAIN:
            return Outcome(state=_STATES[posted.result], reason=posted.detail or None)
        case Result.UNREACHABLE:
            return Outcome(state=DeliveryState.DROPPED, reason=Drop.AWAY)
        case Result.EXPIRED:
            return Outcome(state=DeliveryState.DROPPED, reason=Drop.LATE)
    return Outcome(state=DeliveryState.FAILED, reason=posted.detail or "migrated twice")
