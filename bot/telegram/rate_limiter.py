"""When a call may go to Telegram: a pace over all chats, one a chat, halts after a 429, and the urgent first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from bot.settings.parts import TelegramSettings

SWEEP_AT = 1024
"""So many chats are kept before the first look for those that can be forgotten."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `burst` calls at once, then one every `interval` seconds: at most burst + t / interval in t seconds.

    The state of such a limit is the instant at which all of the burst is there again (GCRA).
    """

    interval: float
    burst: float

    def opens(self, full: float, extra: float = 0) -> float:
        """When the next call may go, with `extra` calls granted beyond the burst."""
        return full - (self.burst - 1 + extra) * self.interval

    def after(self, full: float, now: float) -> float:
        """The state after a call at `now`."""
        return max(full, now) + self.interval


PRIVATE = RateLimit(interval=1.0, burst=3)
"""Telegram: one message a second in a chat, short bursts are let through. A long answer has three parts at most."""
GROUP = RateLimit(interval=4.0, burst=3)
"""Telegram: 20 messages a minute. With those kept for alarms 5 + 60 / 4 = 20, whatever minute is looked at."""
FOR_ALARMS = 2
"""An alarm may go beyond the burst: it must not wait for the tips that were sent just before."""


class ChatRates:
    """Who may be sent to. Holds the chats that were sent to within the last seconds, not all there ever were."""

    def __init__(self) -> None:
        self._full: dict[int, float] = {}
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        return len(self._full)

    def opens(self, chat: int, *, urgent: bool) -> float:
        """When a message may go to the chat; in the past where it may now."""
        full = self._full.get(chat)
        if full is None:
            return float("-inf")
        return _limit(chat).opens(full, FOR_ALARMS if urgent else 0)

    def used(self, chat: int, now: float) -> None:
        """A message goes to the chat now."""
        self._full[chat] = _limit(chat).after(self._full.get(chat, now), now)
        if len(self._full) >= self._sweep_at:
            self._full = {chat: full for chat, full in self._full.items() if full > now}
            self._sweep_at = max(SWEEP_AT, 2 * len(self._full))


def _limit(chat: int) -> RateLimit:
    return GROUP if chat < 0 else PRIVATE


SLACK_S = 0.12
"""How much of the pace may be made up after a pause: at 25 a second 4 at once, so never over 29 within a second."""


class Priority(IntEnum):
    """Who goes first; within one priority the first come."""

    ALARM = 0
    ANSWER = 1
    REMINDER = 2


class OverallRate(Protocol):
    """The pace over all chats. Instants are the event loop's, in seconds."""

    def opens(self, now: float) -> float | None:
        """When the next call may go, at the earliest; None: not known yet, `RateLimiter.wake` is called when it is."""
        ...

    def used(self, now: float) -> None:
        """A call goes now."""
        ...

    def halted(self, seconds: float, chat: int | None) -> None:
        """A 429 asks to wait: tell whom it concerns besides this process."""
        ...

    async def joined(self, chat: int) -> float:
        """A message to a group is asked for: the seconds it has to wait for what other processes sent there."""
        ...

    def attach(self, rate_limiter: RateLimiter) -> None:
        """Called once, by the pacer that asks."""
        ...


class ProcessRate:
    """The pace of one process: evenly spaced calls, of which a few late ones may be made up."""

    def __init__(self, rate: float = TelegramSettings.send_rate) -> None:
        """Make one.

        Args:
            rate: calls a second; 0 for no limit.
        """
        self._limit = RateLimit(1 / rate, 1 + SLACK_S * rate) if rate else None
        self._next = 0.0

    def opens(self, now: float) -> float:
        """See `OverallRate`."""
        return now if self._limit is None else self._limit.opens(self._next)

    def used(self, now: float) -> None:
        """See `OverallRate`."""
        if self._limit is not None:
            self._next = self._limit.after(self._next, now)

    def halted(self, seconds: float, chat: int | None) -> None:
        """See `OverallRate`; nobody else is concerned."""

    async def joined(self, chat: int) -> float:  # noqa: ARG002
        """See `OverallRate`."""
        return 0.0

    def attach(self, rate_limiter: RateLimiter) -> None:
        """See `OverallRate`."""


@dataclass(eq=False, slots=True)
class _Waiter:
    priority: Priority
    since: float
    chat: int | None
    message: bool
    turn: asyncio.Future[None]


class RateLimiter:
    """Gives turns. Belongs to one event loop; keeps a heap of those who wait and at most one timer.

    A 429 of a private chat, or of a call that belongs to no chat, halts everything: Telegram does not say which limit
    was hit, and the one over all chats is the likely one, as a single chat is kept to its own here. A group's 429
    mostly is about that group's 20 a minute, and its wait is long; so it halts that group only. If a second group is
    told to wait during that, the limit over all chats is meant.
    """

    def __init__(self, *, rate: float = TelegramSettings.send_rate, overall_rate: OverallRate | None = None) -> None:
        """Make a pacer.

        Args:
            rate: calls a second over all chats; 0 lifts this and the limits of chats and groups, halts stay.
            overall_rate: the pace over all chats, where more than this process keeps to it.
        """
        self._overall_rate: OverallRate = overall_rate or ProcessRate(rate)
        self._chat_rates = ChatRates() if rate else None
        self._ready: list[tuple[int, float, int, _Waiter]] = []
        self._later: list[tuple[float, int, _Waiter]] = []
        self._numbers = itertools.count()
        self._halt = float("-inf")
        self._halts: dict[int, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._woken = False
        self._overall_rate.attach(self)

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn (those given up are counted until their time comes)."""
        return len(self._ready) + len(self._later)

    async def turn(
        self,
        chat: int | None,
        priority: Priority = Priority.ANSWER,
        *,
        message: bool = True,
        since: float | None = None,
    ) -> None:
        """Wait until a call may go; it has to be made at once. When cancelled, the others are not held up.

        Args:
            chat: whom it concerns; None: no chat.
            priority: who goes first.
            message: False for what is no new message (an edit, an answer to a press): it counts to the pace over all
                chats, not to that of the chat.
            since: when it began to wait, by the clock of the event loop: within one priority the oldest goes first.
        """
        began = self._now() if since is None else since
        waiter = _Waiter(priority, began, chat, message, asyncio.get_running_loop().create_future())
        wait = 0.0
        if chat is not None and chat < 0 and message and self._chat_rates is not None:
            wait = await self._overall_rate.joined(chat)
        if wait > 0:
            heapq.heappush(self._later, (self._now() + wait, next(self._numbers), waiter))
        else:
            heapq.heappush(self._ready, (priority, began, next(self._numbers), waiter))
        self.wake()
        await waiter.turn

    def halt(self, seconds: float, chat: int | None = None) -> None:
        """Telegram asks to wait: nothing that is concerned goes before; never shortens what was asked before.

        Args:
            chat: whose call was answered so (a negative number is a group); None: no chat's.
        """
        group = chat if chat is not None and chat < 0 and not self._other_group_waits(chat) else None
        self._overall_rate.halted(seconds, group)
        self.held(seconds, group)

    def held(self, seconds: float, group: int | None) -> None:
        """Keep a halt that is already known to the others."""
        until = self._now() + seconds
        if group is None:
            self._halt = max(self._halt, until)
        else:
            self._halts[group] = max(self._halts.get(group, until), until)
        self.wake()

    def wake(self) -> None:
        """Look for those who may go, once in this round of the loop.

        Not at once: where many ask in one long round (a rush that begins), turns given in its course would all be used
        at its end.
        """
        if not self._woken:
            self._woken = True
            asyncio.get_running_loop().call_soon(self._look)

    def _on_time(self) -> None:
        self._timer = None
        self._look()

    def _look(self) -> None:
        """Let go whoever may, and set the timer for the next."""
        self._woken = False
        at = self._advance(self._now())
        if self._timer is not None:
            if at == self._timer.when():
                return
            self._timer.cancel()
        self._timer = None if at is None else asyncio.get_running_loop().call_at(at, self._on_time)

    def _advance(self, now: float) -> float | None:
        """Give the turns that are due; returns when to look again, None where nothing is to be waited for."""
        while self._later and self._later[0][0] <= now:
            _, number, waiter = heapq.heappop(self._later)
            heapq.heappush(self._ready, (waiter.priority, waiter.since, number, waiter))
        while self._ready:
            if self._ready[0][3].turn.done():  # given up
                heapq.heappop(self._ready)
                continue
            if self._halt > now:
                return self._halt
            opens = self._overall_rate.opens(now)
            if opens is None:
                return None
            if self._halt > now:  # learnt from the gate
                return self._halt
            if opens > now:
                return opens
            _, _, number, waiter = heapq.heappop(self._ready)
            at = self._chat_opens(waiter, now)
            if at > now:
                heapq.heappush(self._later, (at, number, waiter))
                continue
            self._overall_rate.used(now)
            if self._chat_rates is not None and waiter.chat is not None and waiter.message:
                self._chat_rates.used(waiter.chat, now)
            waiter.turn.set_result(None)
        return self._later[0][0] if self._later else None

    def _chat_opens(self, waiter: _Waiter, now: float) -> float:
        if waiter.chat is None:
            return now
        halt = self._halts.get(waiter.chat, now)
        if halt <= now:
            self._halts.pop(waiter.chat, None)
        if self._chat_rates is None or not waiter.message:
            return halt
        return max(halt, self._chat_rates.opens(waiter.chat, urgent=waiter.priority is Priority.ALARM))

    def _other_group_waits(self, chat: int) -> bool:
        now = self._now()
        self._halts = {group: until for group, until in self._halts.items() if until > now}
        return any(group != chat for group in self._halts)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
