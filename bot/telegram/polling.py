"""Receiving by long polling. The offset, which confirms, moves only when what came before it is kept."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.backoff import Backoff
from bot.errors import NotAloneError, StoreError, TokenRefusedError
from bot.shutdown import unless
from bot.telegram.api_errors import seconds_of

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
)
"""Always said: left out, Telegram keeps what an earlier program asked for."""
POLL_S = 30
"""How long Telegram holds a poll open."""
READ_S = 10.0
"""How long an answer may take beyond that."""
STUCK_S = POLL_S + 30.0
"""A poll that has not ended by then hangs, whatever the library believes: it is broken off."""
AT_ONCE = 100
"""Updates in one poll, the most that Telegram allows."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 60.0
PATIENCE = 0.25
"""A pause lasts this part of the time for which it has gone wrong: after a minute without network the bot is back
within 15 seconds, and a long outage is not met by a storm."""
CONFLICT_S = 120.0
"""A deploy overlaps for less; whoever still polls after this is a second bot with our token. The newcomer then ends,
some sooner than others: of two that began together not both shall be gone."""
ESTABLISHED_S = 120.0
"""Who polled well for so long before the conflict is in service, and stays."""
CONFLICT_GAP_S = 90.0
"""Conflicts further apart are not the same one: two that poll throw each other out in turn, each with some success."""
CONFLICT_PAUSE_S = 5.0
STORE_PAUSE_S = 2.0
EMPTY_S = 0.2
"""Polls that bring nothing begin no closer together than this: a server that does not hold them is not stormed."""
ASKS = Backoff(first_s=0.5, longest_s=2.0, tries=4)
"""How often and how patiently Telegram is asked whether a webhook is set, before polling is simply tried."""
STALE_S = 90.0
"""Without a good poll for so long, the log says so, once in so long."""

REFUSED = "the token was refused: it is wrong or was revoked; @BotFather shows the valid one (TELEGRAM_BOT_TOKEN)."
SECOND = (
    "another program polls with the same token, and did so before this one, which gives way; end that one, or give "
    "this one a token of its own."
)
WEBHOOK = (
    "a webhook is set for this token. To receive by it, run `bot web` and `bot worker` with WEBHOOK_URL (`bot run` "
    "never uses it). To delete it and poll here instead, start with --take-over."
)

_log = logging.getLogger(__name__)


class UpdateReceiver(Protocol):
    """Who takes in what came."""

    async def receive(self, raw: list[Any]) -> None:
        """Keep updates; raises StoreError where they may not be confirmed."""
        ...

    async def room(self) -> None:
        """Wait until more can be taken in."""
        ...


async def _believed() -> bool:
    """One refusal is enough."""
    return True


class Poller:
    """Polls for one bot."""

    def __init__(
        self,
        bot: Bot,
        receiver: UpdateReceiver,
        *,
        on_poll: Callable[[], None] = lambda: None,
        is_refused: Callable[[], Awaitable[bool]] = _believed,
        may_end: Callable[[], bool] = lambda: True,
        conflict_s: float = CONFLICT_S,
        first_pause_s: float = FIRST_PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = lambda: random.uniform(0.5, 1.0),  # noqa: S311
    ) -> None:
        """Make a poller.

        Args:
            bot: the client.
            receiver: takes in what comes.
            on_poll: told of each poll that went well.
            is_refused: asked where a poll is refused as if the token were wrong, whether it is.
            may_end: whether a conflict may end this; not while the store cannot say who is to poll: the other may be
                one of ours.
            conflict_s: how long another poller is put up with, where this one is the newcomer.
            first_pause_s: the shortest pause after a failure.
            clock: seconds.
            jitter: 0..1, by which pauses are multiplied, so that many bots do not come back at once.
        """
        self._bot = bot
        self._receiver = receiver
        self._on_poll = on_poll
        self._is_refused = is_refused
        self._may_end = may_end
        self._conflict_s = conflict_s
        self._first_pause_s = first_pause_s
        self._clock = clock
        self._jitter = jitter
        self._offset: int | None = None
        self._good = self._said = clock()
        self._conflicts = (float("-inf"), float("-inf"))
        self._first_good = float("inf")
        self._is_established = False
        """As of the beginning of the conflict."""
        self._patience_s = conflict_s

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set.

        Raises:
            TokenRefusedError: the token is wrong or was revoked.
            NotAloneError: a webhook is set, or another program polls for two minutes and did so before this one.
        """
        self._good = self._said = self._clock()
        _log.info("Receiving by long polling", extra={"action": "polling-started"})
        while not stop.is_set():
            if not await unless(stop, self._receiver.room()):
                break
            pause_s = await self._poll(stop)
            self._watch()
            if pause_s and not await unless(stop, asyncio.sleep(pause_s)):
                break
        _log.info("Polling has ended", extra={"action": "polling-ended"})

    async def _poll(self, stop: asyncio.Event) -> float:
        """Poll once; how long to wait before the next, in seconds."""
        asked, began = asyncio.ensure_future(self._ask()), self._clock()
        try:
            async with asyncio.timeout(STUCK_S):
                if not await unless(stop, asked):
                    return 0.0
            updates = asked.result()
        except InvalidToken as err:
            asking = asyncio.ensure_future(self._is_refused())
            if await unless(stop, asking) and asking.result():
                raise TokenRefusedError(REFUSED) from None  # PTB's own message holds the token
            return self._after_failure(err)
        except Conflict:
            return await self._after_conflict(stop)
        except RetryAfter as err:
            _log.warning("Telegram asks to poll later", extra={"action": "poll-failed"})
            return seconds_of(err)
        except (TelegramError, TimeoutError) as err:
            return self._after_failure(err)
        if self._good < self._said:
            _log.info("Telegram answers again", extra={"action": "polling-again"})
        self._good = self._said = self._clock()
        self._first_good = min(self._first_good, self._good)
        self._on_poll()
        pause = await self._take_in(updates)
        return pause if updates else max(pause, EMPTY_S - (self._clock() - began))

    async def _ask(self) -> list[Any]:
        """What waits, as plain JSON: the library's own call stumbles over all if one update is malformed."""
        data = {"offset": self._offset, "limit": AT_ONCE, "timeout": POLL_S, "allowed_updates": ALLOWED_UPDATES}
        found = await self._bot._post("getUpdates", data, read_timeout=POLL_S + READ_S)
        return found if isinstance(found, list) else []

    async def _take_in(self, updates: list[Any]) -> float:
        if not updates:
            # All before is confirmed by now. Ids may start anew below it after a week without updates.
            self._offset = None
            return 0.0
        try:
            await self._receiver.receive(updates)
        except StoreError:
            return STORE_PAUSE_S * self._jitter()
        numbers = [u["update_id"] for u in updates if isinstance(u, dict) and isinstance(u.get("update_id"), int)]
        self._offset = max(numbers) + 1 if numbers else None
        return 0.0 if numbers else LONGEST_PAUSE_S  # nothing of it can be confirmed: it would come at once again

    def _after_failure(self, err: Exception) -> float:
        now = self._clock()
        wait = max(self._first_pause_s, min((now - self._good) * PATIENCE, LONGEST_PAUSE_S)) * self._jitter()
        cause = type(err.__cause__ or err).__name__
        _log.warning("A poll failed (%s); next in %.1f s", cause, wait, extra={"action": "poll-failed"})
        return wait

    async def _after_conflict(self, stop: asyncio.Event) -> float:
        now, (first, last) = self._clock(), self._conflicts
        if now - last > CONFLICT_GAP_S:
            first = now
            self._is_established = now - self._first_good >= ESTABLISHED_S
            self._patience_s = self._conflict_s * (2 - self._jitter())
        self._conflicts = (first, now)
        _log.log(
            logging.ERROR if self._is_established and now - first >= self._conflict_s else logging.WARNING,
            "Another program receives with the same token, for %.0f s by now; this one %s",
            now - first,
            "was first and stays: end the other" if self._is_established else "is the newcomer",
            extra={"action": "poll-conflict"},
        )
        asked = asyncio.ensure_future(self._webhook())
        if await unless(stop, asked) and asked.result():
            raise NotAloneError(WEBHOOK)
        if now - first >= self._patience_s and not self._is_established and self._may_end():
            raise NotAloneError(SECOND)
        return min(CONFLICT_PAUSE_S, self._conflict_s / 4) * self._jitter()

    async def _webhook(self) -> bool:
        try:
            return bool((await self._bot.get_webhook_info()).url)
        except TelegramError:
            return False

    def _watch(self) -> None:
        now = self._clock()
        if now - max(self._good, self._said) > STALE_S:
            self._said = now
            _log.error("No good poll for %.0f s", now - self._good, extra={"action": "polling-stale"})


async def free_to_poll(bot: Bot, *, take_over: bool) -> None:
    """Make sure that no webhook is set. Where Telegram does not tell, polling is tried: a conflict would say so.

    Args:
        take_over: delete one that is.

    Raises:
        NotAloneError: one is set.
        TelegramError: the token is refused, or the webhook could not be deleted.
    """
    if not await _has_webhook(bot):
        return
    if not take_over:
        raise NotAloneError(WEBHOOK)
    await bot.delete_webhook()
    _log.warning("The webhook is deleted; from now on this program receives", extra={"action": "webhook-deleted"})


async def _has_webhook(bot: Bot) -> bool:
    for pause in ASKS:
        try:
            return bool((await bot._post("getWebhookInfo")).get("url"))
        except (InvalidToken, RetryAfter, BadRequest):
            raise
        except (TelegramError, AttributeError) as err:
            cause = type(err.__cause__ or err).__name__
            _log.warning("Whether a webhook is set is not known: %s", cause, extra={"action": "webhook-unknown"})
        await asyncio.sleep(pause)
    return False
