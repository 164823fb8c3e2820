"""Whether Telegram answers: asked by one probe, getMe, for all whose calls failed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.backoff import Backoff
from bot.telegram.api_errors import seconds_of

PROBES = Backoff(first_s=0.5, longest_s=5.0)
"""Between two probes. Short, as one goes for all: an alarm leaves within so long once Telegram is back."""
TRY_S = 60.0
"""While Telegram is away, one real call in so long is made nevertheless."""
REFUSALS, REFUSED_S = 3, 10.0
"""The token is believed to be refused when so many probes in a row were refused, over so many seconds at least: one
refusal may be the word of a proxy, or of a server that has just been started."""

_log = logging.getLogger(__name__)


class Reachability:
    """Knows whether Telegram can be reached. Belongs to one event loop; raises nothing."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[object]],
        *,
        on_refused: Callable[[], None] = lambda: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make one.

        Args:
            ask: calls getMe; raises TelegramError.
            on_refused: told, once, that Telegram refuses the token for good.
            sleep: for tests.
            clock: seconds.
        """
        self._ask = ask
        self._on_refused = on_refused
        self._sleep = sleep
        self._clock = clock
        self._probing: asyncio.Task[None] | None = None
        self._refusals = 0
        self._first_refusal = 0.0
        self._is_told = False
        self._tried = float("-inf")
        self.is_away = False
        """A probe has failed, and none has succeeded since; also where the token is refused for good."""

    async def reached(self, most_s: float | None = None) -> None:
        """Wait until Telegram has answered a probe that began after this was asked, or is under way.

        Args:
            most_s: after so long one of all who wait may try its call all the same, once in `TRY_S`: it may be the
                probe alone that fails.
        """
        while True:
            if self._probing is None or self._probing.done():
                self._probing = asyncio.create_task(self._probe())
            ended, _ = await asyncio.wait({self._probing}, timeout=most_s)
            if ended:
                return
            now = self._clock()
            if now - self._tried >= TRY_S:
                self._tried = now
                return

    def succeeded(self) -> None:
        """A call got through, whatever the probe meets."""
        if self.is_away and not self._is_told:
            self._answered()
            if self._probing is not None:
                self._probing.cancel()

    async def refused(self) -> bool:
        """Whether the token is refused for good; asked where one call was refused, which may mean something else."""
        await self.reached()
        return self._is_refused()

    def close(self) -> None:
        """Ask no more."""
        if self._probing is not None:
            self._probing.cancel()

    async def _probe(self) -> None:
        for pause in PROBES:
            wait = pause
            try:
                await self._ask()
            except InvalidToken:
                if self._was_refused():
                    return None
            except RetryAfter as err:  # it did answer; all calls are told to wait by those that meet it themselves
                wait = max(pause, seconds_of(err))
            except TelegramError as err:
                self._refusals = 0
                if not isinstance(err, NetworkError) or isinstance(err, BadRequest):  # it did answer
                    return self._answered()
                self._gone(err)
            else:
                return self._answered()
            await self._sleep(wait)
        return None  # not reached: there is always another pause

    def _gone(self, err: TelegramError) -> None:
        if not self.is_away:
            self.is_away = True
            cause = type(err.__cause__ or err).__name__
            _log.warning("Telegram is away (%s); what is decided waits", cause, extra={"action": "telegram-away"})

    def _answered(self) -> None:
        self._refusals = 0
        if self.is_away:
            self.is_away = False
            _log.info("Telegram answers again", extra={"action": "telegram-back"})

    def _was_refused(self) -> bool:
        """Count a refusal; whether it was the last that is needed."""
        now = self._clock()
        if not self._refusals:
            self._first_refusal = now
        self._refusals += 1
        if not self._is_refused():
            return False
        if not self._is_told:
            self._is_told = self.is_away = True
            _log.error("Telegram refuses the token, asked %d times", self._refusals, extra={"action": "token-refused"})
            self._on_refused()
        return True

    def _is_refused(self) -> bool:
        return self._refusals >= REFUSALS and self._clock() - self._first_refusal >= REFUSED_S
