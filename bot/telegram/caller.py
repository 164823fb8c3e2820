"""Makes calls to Telegram: each at its turn, and again as long as it took no effect."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.backoff import Backoff
from bot.errors import ExpiredError, InDoubtError, NotTelegramError
from bot.telegram.api_errors import name_of, never_left, seconds_of, took_no_effect
from bot.telegram.copies import Copies
from bot.telegram.rate_limiter import Priority, RateLimiter
from bot.telegram.reachability import Reachability
from bot.telegram.send_results import Effort

PAUSES = {
    Priority.ALARM: Backoff(first_s=0.5, longest_s=2.0),
    Priority.ANSWER: Backoff(first_s=0.5, longest_s=15.0),
    Priority.REMINDER: Backoff(first_s=0.5, longest_s=30.0),
}
"""Waits before a call that took no effect is made again, where Telegram answers otherwise. While it answers nothing at
all, one probe goes for all of them, see `bot.telegram.reachability`."""
PATIENCE_S = {Priority.ALARM: 15.0, Priority.ANSWER: 60.0, Priority.REMINDER: 60.0}
"""While the probe fails, a call that took no effect waits so long before it may be tried all the same. One that may
have arrived waits for a sign that the outage is over: its last copy is not to be lost to it."""
MOST_REFUSALS = 3
"""So often a call other than an alarm is refused as if the token were wrong, while getMe is not: then it is that call
which the server does not know."""
CALLS_AT_ONCE = 16
"""Answers on their way at once: enough for the pace where a call takes half a second. A crash leaves so many in doubt,
and as many whose end is just being noted. Groups are counted apart, as a 429 makes one wait for a minute; an alarm
waits for nobody."""
SLACK_S = 0.5
"""Added to Telegram's "retry after", which counts in whole seconds."""

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Caller:
    """Makes calls for one process."""

    def __init__(
        self,
        rate_limiter: RateLimiter,
        reachability: Reachability,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make a caller.

        Args:
            rate_limiter: gives the turns; one for all that send from this process.
            reachability: asks whether Telegram answers; one for the process.
            sleep: for tests.
            clock: seconds since 1970, for `until`.
        """
        self._rate_limiter = rate_limiter
        self._reachability = reachability
        self._sleep = sleep
        self._clock = clock
        self._slots = {is_group: asyncio.Semaphore(CALLS_AT_ONCE) for is_group in (False, True)}

    async def attempt(
        self,
        call: Callable[[], Awaitable[_T]],
        effort: Effort | None = None,
        *,
        chat: int | None = None,
        message: bool = False,
    ) -> _T:
        """Make a call, again as long as it took no effect: after a flood wait, a 5xx, an outage, a proxy's page.

        A flood wait is waited out however long it is: a late answer is better than none, and all chats wait alike.

        Args:
            call: makes the call, once each time.
            effort: who goes first, for how long, and how often it may have taken effect before.
            chat: whom it concerns, if anybody.
            message: whether it is a new message: it counts to the pace of the chat, and a second one would be a copy.

        Raises:
            TelegramError: Telegram refuses it.
            ExpiredError: its time was over.
            InDoubtError: a message may have arrived so often that it is not sent again.
        """
        effort = effort or Effort()
        refusals, failed, pauses = 0, False, iter(PAUSES[effort.priority])
        copies = effort.copies if message else None
        while True:
            await self._may_go(effort, copies, failed=failed)
            await self._rate_limiter.turn(chat, effort.priority, message=message, since=effort.since)
            try:
                made = await self._call(call, effort, copies, is_group=chat is not None and chat < 0)
            except RetryAfter as err:
                await _took_no_effect(copies)
                self._halt(seconds_of(err) + SLACK_S, chat)
                continue
            except (BadRequest, Forbidden, ChatMigrated):
                await _took_no_effect(copies)
                raise
            except InvalidToken:
                refusals += 1
                await _took_no_effect(copies)
                is_over = await self._reachability.refused()
                if not is_over and refusals >= MOST_REFUSALS and effort.priority is not Priority.ALARM:
                    raise
            except TelegramError as err:
                _log.warning("A call failed: %s", name_of(err), extra={"action": "send-in-doubt"})
                if took_no_effect(err):
                    await _took_no_effect(copies)
            else:
                self._reachability.succeeded()
                return made
            failed = True
            await self._sleep(next(pauses))

    async def attempt_once(
        self, call: Callable[[], Awaitable[_T]], *, chat: int, priority: Priority, until: float
    ) -> _T:
        """Make a call, again only where it surely took no effect.

        Args:
            call: makes the call, once each time.
            chat: whom it concerns.
            priority: who goes first.
            until: seconds since 1970; later than this it is not made.

        Raises:
            TelegramError: Telegram refuses it, or it may have taken effect.
            ExpiredError: its time was over.
        """
        pauses = iter(PAUSES[priority])
        while True:
            left = until - self._clock()
            if left <= 0:
                raise ExpiredError
            try:
                async with asyncio.timeout(left):
                    await self._rate_limiter.turn(chat, priority)
            except TimeoutError:
                raise ExpiredError from None
            try:
                return await call()
            except RetryAfter as err:
                wait = seconds_of(err) + SLACK_S
                self._halt(wait, chat)
                if self._clock() + wait >= until:
                    raise ExpiredError from None
                continue
            except TelegramError as err:
                if not await self._surely_nothing(err):
                    raise
            pause = next(pauses)
            if self._clock() + pause >= until:
                raise ExpiredError
            await self._sleep(pause)

    async def _surely_nothing(self, err: TelegramError) -> bool:
        """Whether a call that failed surely took no effect, and may succeed later."""
        if isinstance(err, InvalidToken):
            return not await self._reachability.refused()
        if not isinstance(err, NetworkError) or isinstance(err, BadRequest):
            return False
        return never_left(err) or isinstance(err.__cause__, NotTelegramError)

    async def _may_go(self, effort: Effort, copies: Copies | None, *, failed: bool) -> None:
        """Wait while Telegram is away. Raises ExpiredError or InDoubtError where there is to be no further try."""
        if self._clock() >= effort.until:
            raise ExpiredError
        if copies is not None and copies.is_spent:
            raise InDoubtError
        if failed or self._reachability.is_away or (copies is not None and copies.begun):
            in_doubt = copies is not None and copies.begun
            await self._reachability.reached(None if in_doubt else PATIENCE_S[effort.priority])
            if self._clock() >= effort.until:
                raise ExpiredError

    async def _call(
        self, call: Callable[[], Awaitable[_T]], effort: Effort, copies: Copies | None, *, is_group: bool
    ) -> _T:
        if effort.priority is Priority.ALARM:
            if copies is not None:
                await copies.begin()
            return await call()
        async with self._slots[is_group]:
            if copies is not None:
                await copies.begin()
            return await call()

    def _halt(self, seconds: float, chat: int | None) -> None:
        _log.warning("Telegram asks to wait %.1f s", seconds, extra={"action": "flood-wait"})
        self._rate_limiter.halt(seconds, chat)


async def _took_no_effect(copies: Copies | None) -> None:
    if copies is not None:
        await copies.took_no_effect()
