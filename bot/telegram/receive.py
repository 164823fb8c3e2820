"""Receiving by long polling, from the first try to reach Telegram to the last update handled."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.errors import TelegramSetupError
from bot.telegram.application import BotApplication, build_application
from bot.telegram.handlers import Brain, Handlers
from bot.telegram.outbox import Outbox, seconds_of
from bot.telegram.set_up import set_up_profile
from bot.telegram.stopping import stopped_by_signals, unless
from bot.telegram.texts import SetUpTexts

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
)
"""Always said: left out, Telegram keeps what an earlier program asked for."""
LONGEST_PAUSE_S = 60.0
POLL_S = 30
"""How long Telegram holds a poll open."""
CONFLICT_S = 120.0
"""A deploy overlaps for less; whoever still polls after this is a second bot with our token."""
CONFLICT_GAP_S = 90.0
"""Conflicts further apart are not the same one: PTB waits up to 30 s between polls of up to `POLL_S`."""
BACK_OFF_S = 2.0
"""PTB may be pausing up to 30 s when it has to end; that long it is waited for."""

_POLLING_TASK = "Updater:start_polling:polling_task"
_REFUSED = "the token was refused: it is wrong or was revoked; @BotFather shows the valid one (TELEGRAM_BOT_TOKEN)."
_NO_ADDRESS = "TELEGRAM_API_URL is no address that can be asked."
_SECOND = "another program polls with the same token; end it, or give this one a token of its own."
_log = logging.getLogger(__name__)


async def run_polling(
    *,
    token: str,
    api_url: str,
    brain: Brain,
    set_up: SetUpTexts,
    stop: asyncio.Event | None = None,
    first_pause_s: float = 1.0,
) -> None:
    """Receive and answer until SIGINT, SIGTERM or `stop`; what was received by then is still answered.

    Args:
        token: the bot's token.
        api_url: the root of the Bot API server, without `/bot`.
        brain: the conversation.
        set_up: the command menu and descriptions.
        stop: ends the run when set; for those who have no signal to send.
        first_pause_s: the first wait while Telegram is unreachable at the start, in seconds; it doubles up to a minute.

    Raises:
        TelegramSetupError: the token is refused, at the start or later, the address is none, or another program
            polls with the token for two minutes.
    """
    application = build_application(token=token, api_url=api_url)
    Handlers(brain, Outbox(application.bot)).install(application)
    stop = stop or asyncio.Event()
    with stopped_by_signals(stop):
        try:
            # Asking for the webhook's removal here says in the log what PTB's own endless retry would hide.
            for call in (application.initialize, application.bot.delete_webhook):
                if not await _reach(call, stop, first_pause_s):
                    return
            await _poll(application, set_up, stop)
        finally:
            await application.shutdown()
            await application.bot.shutdown()  # opened even where the application could not be initialised


async def _reach(call: Callable[[], Awaitable[object]], stop: asyncio.Event, pause_s: float) -> bool:
    """Make a call until it succeeds (True) or `stop` is set (False)."""
    tries = 0
    while True:
        tries += 1
        wait_s = pause_s
        try:
            if not await unless(stop, call()):
                return False
        except InvalidToken:
            raise TelegramSetupError(_REFUSED) from None  # PTB's own message holds the token
        except TelegramError as err:
            if isinstance(err.__cause__, httpx.InvalidURL | httpx.UnsupportedProtocol):
                raise TelegramSetupError(_NO_ADDRESS) from None
            if isinstance(err, RetryAfter):
                wait_s = max(pause_s, seconds_of(err))
            _log.warning(
                "Telegram cannot be reached (%s, try %d); next try in %.2f s",
                type(err.__cause__ or err).__name__,
                tries,
                wait_s,
                extra={"action": "telegram-unreachable"},
            )
        else:
            if tries > 1:
                _log.info("Telegram is reached", extra={"action": "telegram-reached"})
            return True
        if not await unless(stop, asyncio.sleep(wait_s)):
            return False
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


async def _poll(application: BotApplication, set_up: SetUpTexts, stop: asyncio.Event) -> None:
    troubles = PollTroubles()
    updater = application.updater
    if updater is None:
        raise RuntimeError("the application was built without an updater")
    await application.start()
    before = asyncio.all_tasks()
    await updater.start_polling(
        timeout=timedelta(seconds=POLL_S),
        bootstrap_retries=-1,
        allowed_updates=ALLOWED_UPDATES,
        error_callback=troubles.note,
    )
    # PTB does not say when its polling dies (of a revoked token): its task has to be watched.
    polling = next(task for task in asyncio.all_tasks() - before if task.get_name() == _POLLING_TASK)
    _log.info("Receiving by long polling", extra={"action": "polling-started"})
    others = [asyncio.create_task(e.wait()) for e in (stop, troubles.lasting)]
    profile = asyncio.create_task(set_up_profile(application.bot, set_up))
    try:
        await asyncio.wait({polling, *others}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        _log.info("Ending; what was received is still answered", extra={"action": "polling-ending"})
        for task in (profile, *others):
            task.cancel()
        ended = polling.exception() if polling.done() and not polling.cancelled() else None
        died = polling.done()
        await _end(application, polling)
    if isinstance(ended, InvalidToken):
        raise TelegramSetupError(_REFUSED) from None
    if troubles.lasting.is_set():
        raise TelegramSetupError(_SECOND)
    if died:
        raise TelegramSetupError(f"polling ended by itself ({type(ended).__name__}).")


async def _end(application: BotApplication, polling: asyncio.Task[None]) -> None:
    if application.updater is not None:
        ending = asyncio.ensure_future(application.updater.stop())
        await asyncio.wait({ending}, timeout=BACK_OFF_S)
        if not ending.done():
            polling.cancel()
        await asyncio.gather(ending, return_exceptions=True)  # how the polling died, already known
    await application.stop()


class PollTroubles:
    """Logs what goes wrong while polling and sees when a conflict with a second poller lasts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Arguments: clock, in seconds, for tests."""
        self._clock = clock
        self._first = self._last = float("-inf")
        self.lasting = asyncio.Event()
        """Set once the conflict has lasted `CONFLICT_S`."""

    def note(self, error: TelegramError) -> None:
        """Take note of a failed poll; PTB polls again by itself, with growing pauses."""
        _log.warning("A poll failed: %s", type(error).__name__, extra={"action": "poll-failed"})
        if not isinstance(error, Conflict):
            return
        now = self._clock()
        if now - self._last > CONFLICT_GAP_S:
            self._first = now
        self._last = now
        if now - self._first >= CONFLICT_S:
            self.lasting.set()
