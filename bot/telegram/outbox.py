"""Calls to Telegram that must not be lost: each kind of failure is met as far as it can be, and logged."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import httpx
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.telegram.render import Part

PAUSES_S = (0.5, 1.0, 2.0, 4.0)
"""Waits before what surely never left is sent again: together a short blip, not an outage."""
SLACK_S = 0.5
"""Added to Telegram's "retry after", which counts in whole seconds."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a new message goes."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    """The message of hers that it answers, shown in groups."""


class Outbox:
    """Sends, edits and deletes. Only `attempt` raises; the others log what failed and say so in what they return."""

    def __init__(
        self,
        bot: Bot,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Arguments: bot, initialised; sleep and clock, in seconds, for tests."""
        self._bot = bot
        self._sleep = sleep
        self._clock = clock
        self._not_before = 0.0

    async def send(self, place: Place, part: Part) -> int | None:
        """Send a part as a new message; returns its id, None where it could not be sent.

        Refused HTML goes out as plain text, and if that is refused too, without the buttons.
        """
        board = part.keyboard
        forms = ((part.html, board, ParseMode.HTML), (part.plain, board, None), (part.plain, None, None))
        for text, buttons, mode in forms:
            try:
                return await self._send_form(place, text, buttons, mode)
            except BadRequest as err:
                _log.error("Telegram refused a message: %s", _name(err), extra={"action": "send-refused"})
                if "chat not found" in err.message.lower():
                    break
            except Forbidden:
                _log.warning("The chat cannot be written to", extra={"action": "chat-unreachable"})
                break
            except TelegramError as err:
                _log.error("A message was not sent: %s", _name(err), extra={"action": "send-failed"})
                break
        return None

    async def edit(self, chat: int, message: int, part: Part) -> bool:
        """Put a part in the place of a message of ours; False where the message does not show it now."""
        try:
            await self.attempt(
                lambda: self._bot.edit_message_text(
                    part.html,
                    chat_id=chat,
                    message_id=message,
                    reply_markup=part.keyboard,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                )
            )
        except TelegramError as err:
            if _is_unchanged(err):
                return True
            _log.info("A message was not edited: %s", _name(err), extra={"action": "edit-failed"})
            return False
        return True

    async def clear_buttons(self, chat: int, message: int) -> None:
        """Take the buttons off a message of ours."""
        try:
            await self.attempt(lambda: self._bot.edit_message_reply_markup(chat_id=chat, message_id=message))
        except TelegramError as err:
            if not _is_unchanged(err):
                _log.info("Buttons were not removed: %s", _name(err), extra={"action": "clear-failed"})

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message of ours."""
        try:
            await self.attempt(lambda: self._bot.delete_message(chat_id=chat, message_id=message))
        except TelegramError as err:
            _log.info("A message was not deleted: %s", _name(err), extra={"action": "delete-failed"})

    async def attempt(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """Make a call, again where that helps: after a flood wait, if it surely never left, and once if in doubt.

        A flood wait is waited out however long it is: a late answer is better than none, and all chats wait alike.

        Raises:
            TelegramError: what stands in the way in the end.
        """
        unsent = doubts = 0
        while True:
            await self._wait_turn()
            try:
                return await call()
            except RetryAfter as err:
                self._hold(seconds_of(err) + SLACK_S)
            except BadRequest:  # a NetworkError by inheritance, but refused for good
                raise
            except NetworkError as err:
                if never_left(err) and unsent < len(PAUSES_S):
                    await self._sleep(PAUSES_S[unsent])
                    unsent += 1
                elif not never_left(err) and not doubts:
                    # It may have arrived. There is no way to know; twice is better than never.
                    _log.warning("Sent or not is unknown: %s", _name(err), extra={"action": "send-in-doubt"})
                    doubts += 1
                else:
                    raise

    async def _send_form(self, place: Place, text: str, board: InlineKeyboardMarkup | None, mode: str | None) -> int:
        async def send(chat: int) -> int:
            sent = await self._bot.send_message(
                chat,
                text,
                parse_mode=mode,
                reply_markup=board,
                message_thread_id=place.thread,
                link_preview_options=_NO_PREVIEW,
                reply_parameters=_answering(place.reply_to),
            )
            return sent.message_id

        try:
            return await self.attempt(lambda: send(place.chat))
        except ChatMigrated as err:
            chat = err.new_chat_id
            _log.info("The group has another id now", extra={"action": "chat-migrated"})
            return await self.attempt(lambda: send(chat))

    def _hold(self, seconds: float) -> None:
        """Nothing goes out for that long; a later, shorter wait does not lift it."""
        _log.warning("Telegram asks to wait %.1f s", seconds, extra={"action": "flood-wait"})
        self._not_before = max(self._not_before, self._clock() + seconds)

    async def _wait_turn(self) -> None:
        while (wait := self._not_before - self._clock()) > 0:
            await self._sleep(wait)


def never_left(err: NetworkError) -> bool:
    """Whether the request surely did not reach Telegram, so that it can be made again without doubt."""
    return isinstance(err.__cause__, httpx.PoolTimeout | httpx.ConnectTimeout | httpx.ConnectError)


def seconds_of(err: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    after = err.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _answering(message: int | None) -> ReplyParameters | None:
    return None if message is None else ReplyParameters(message, allow_sending_without_reply=True)


def _is_unchanged(err: TelegramError) -> bool:
    return isinstance(err, BadRequest) and "message is not modified" in err.message.lower()


def _name(err: TelegramError) -> str:
    """For the log: the reason of a refusal, but not what it quotes, which may be a text."""
    reason = ": " + err.message.split('"')[0] if isinstance(err, BadRequest) else ""
    return type(err).__name__ + reason
