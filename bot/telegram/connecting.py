"""The first calls of a start: repeated until Telegram is reached."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import httpx
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.backoff import Backoff
from bot.errors import AddressError, TelegramSetupError, TokenRefusedError
from bot.shutdown import unless
from bot.telegram.api_errors import cause_of, seconds_of
from bot.telegram.polling import LONGEST_PAUSE_S, REFUSED

MOST_REFUSALS = 2
"""One may be the word of a proxy, or of a server that is just starting."""

_NOT_TELEGRAM = "what answers at TELEGRAM_API_URL is no Bot API: it does not say who the bot is."
_NO_ADDRESS = "TELEGRAM_API_URL is no address that can be asked."
_log = logging.getLogger(__name__)


async def reach(call: Callable[[], Awaitable[object]], stop: asyncio.Event, pause_s: float = 1.0) -> bool:
    """Make a call until it succeeds (True) or `stop` is set (False).

    Args:
        pause_s: the first wait in seconds; it doubles up to a minute.

    Raises:
        TokenRefusedError: the token is wrong or was revoked: it was refused twice in a row.
        TelegramSetupError: the address of the Bot API cannot be used, or Telegram refuses what it is asked.
    """
    tries, refusals, pauses = 0, 0, iter(Backoff(first_s=pause_s, longest_s=LONGEST_PAUSE_S))
    while True:
        tries += 1
        wait_s = next(pauses)
        try:
            if not await unless(stop, _understood(call)):
                return False
        except InvalidToken:
            refusals += 1
            if refusals >= MOST_REFUSALS:
                raise TokenRefusedError(REFUSED) from None  # PTB's own message holds the token
            _log.warning("Telegram refuses the token; it is asked once more", extra={"action": "token-refused"})
        except TelegramError as err:
            refusals = 0
            wait_s = max(wait_s, _wait_after(err))
            _log.warning(
                "Telegram cannot be reached (%s, try %d); next try in %.2f s",
                cause_of(err),
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


async def _understood(call: Callable[[], Awaitable[object]]) -> None:
    """The call; the library stumbles over what a server of another kind says, where it asks who the bot is."""
    try:
        await call()
    except (KeyError, TypeError, AttributeError) as error:
        raise TelegramSetupError(_NOT_TELEGRAM) from error


def _wait_after(err: TelegramError) -> float:
    """How long Telegram asks to wait, in seconds. Raises TelegramSetupError where no further try can help."""
    if isinstance(err, BadRequest):
        raise TelegramSetupError(err.message.split('"')[0]) from None
    if isinstance(err.__cause__, AddressError | httpx.InvalidURL | httpx.UnsupportedProtocol):
        raise TelegramSetupError(_NO_ADDRESS) from None
    return seconds_of(err) if isinstance(err, RetryAfter) else 0.0
