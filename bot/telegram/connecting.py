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
from bot.telegram.api_errors import seconds_of
from bot.telegram.polling import LONGEST_PAUSE_S, REFUSED

_NO_ADDRESS = "TELEGRAM_API_URL is no address that can be asked."
_log = logging.getLogger(__name__)


async def reach(call: Callable[[], Awaitable[object]], stop: asyncio.Event, pause_s: float = 1.0) -> bool:
    """Make a call until it succeeds (True) or `stop` is set (False).

    Arguments: pause_s, the first wait in seconds; it doubles up to a minute.

    Raises:
        TokenRefusedError: the token is wrong or was revoked.
        TelegramSetupError: the address of the Bot API cannot be used, or Telegram refuses what it is asked.
    """
    tries, pauses = 0, iter(Backoff(first_s=pause_s, longest_s=LONGEST_PAUSE_S))
    while True:
        tries += 1
        wait_s = next(pauses)
        try:
            if not await unless(stop, call()):
                return False
        except InvalidToken:
            raise TokenRefusedError(REFUSED) from None  # PTB's own message holds the token
        except BadRequest as err:
            raise TelegramSetupError(err.message.split('"')[0]) from None
        except TelegramError as err:
            if isinstance(err.__cause__, AddressError | httpx.InvalidURL | httpx.UnsupportedProtocol):
                raise TelegramSetupError(_NO_ADDRESS) from None
            if isinstance(err, RetryAfter):
                wait_s = max(wait_s, seconds_of(err))
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
