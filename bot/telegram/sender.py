"""Calls to Telegram that must not be lost: each kind of failure is met as far as it can be, and logged."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter, TelegramError

from bot.backoff import Backoff
from bot.errors import ExpiredError, StoreError
from bot.telegram.api_errors import is_unchanged, is_unreachable, name_of, never_left, seconds_of, was_answered
from bot.telegram.rate_limiter import Priority, RateLimiter
from bot.telegram.render import Part
from bot.telegram.send_results import Lost, Migrated, Outcome, Place, SendResult, Tally, Unreachable

__all__ = ("Place", "Priority", "RetryingSender", "SendResult", "never_left", "seconds_of")

PAUSES = Backoff(first_s=0.5, longest_s=15.0, tries=25)
"""Waits before what surely never left is sent again: an outage of five minutes. The update stays in the inbox."""
ERROR_PAUSES_S = (0.5, 5.0, 15.0, 30.0, 30.0)
"""Waits after a 5xx, which most probably took no effect. Few, as each may be a message that she gets twice. They
follow no one factor, so they are written out."""
REMINDER_PAUSES = Backoff(first_s=0.5, longest_s=30.0)
"""Waits before a reminder that surely never left is sent again, as long as it is due."""
SLACK_S = 0.5
"""Added to Telegram's "retry after", which counts in whole seconds."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class RetryingSender:
    """Sends, edits and deletes. Only `attempt` raises; the others log what failed and say so in what they return."""

    def __init__(
        self,
        bot: Bot,
        *,
        rate_limiter: RateLimiter | None = None,
        on_unreachable: Unreachable | None = None,
        on_migrated: Migrated | None = None,
        on_sent: Tally | None = None,
        on_lost: Lost | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make an outbox.

        Args:
            bot: initialised.
            rate_limiter: gives the turns; one for all that send from this process. Unset: one of its own.
            on_unreachable: told of chats that cannot be written to; may raise StoreError.
            on_migrated: told of groups with a new id; may raise StoreError.
            on_sent: counts.
            on_lost: told of messages that `send` gave up because Telegram could not be reached or failed.
            sleep: for tests.
            clock: seconds since 1970, for `until`.
        """
        self._bot = bot
        self._rate_limiter = rate_limiter or RateLimiter()
        self._on_unreachable = on_unreachable
        self._on_migrated = on_migrated
        self._on_sent = on_sent
        self._on_lost = on_lost
        self._sleep = sleep
        self._clock = clock
        self._reaching: asyncio.Task[None] | None = None

    async def send(self, place: Place, part: Part, *, priority: Priority = Priority.ANSWER) -> int | None:
        """Send a part as a new message, rather twice than never; returns its id, None where it could not be sent.

        Refused HTML goes out as plain text, and if that is refused too, without the buttons.
        """
        kind, board = priority.name.lower(), part.keyboard
        forms = ((part.html, board, ParseMode.HTML), (part.plain, board, None), (part.plain, None, None))
        for text, buttons, mode in forms:
            try:
                message = await self._send_form(place, text, buttons, mode, priority)
            except TelegramError as err:
                if is_unreachable(err):
                    await self._unreachable(place.chat, kind)
                    return None
                if not isinstance(err, BadRequest):
                    _log.error("A message was not sent: %s", name_of(err), extra={"action": "send-failed"})
                    if self._on_lost is not None:
                        self._on_lost(place.chat, err)
                    break
                _log.error("Telegram refused a message: %s", name_of(err), extra={"action": "send-refused"})
            else:
                self._tally(kind, "sent")
                return message
        self._tally(kind, "failed")
        return None

    async def send_once(
        self, place: Place, part: Part, *, priority: Priority = Priority.REMINDER, until: float
    ) -> SendResult:
        """Send a part as a new message, rather never than twice. What may have arrived is not sent again.

        A 429 is waited out and what surely never left is sent again, both only until `until`.

        Args:
            place: where it goes.
            part: what to send; refused HTML goes out as plain text.
            priority: who goes first.
            until: seconds since 1970; later than this it is not sent.
        """
        sent = await self._sent_once(place, part, priority, until)
        if sent.outcome == "unreachable":
            await self._unreachable(place.chat, priority.name.lower())
        else:
            self._tally(priority.name.lower(), sent.outcome)
        if sent.outcome in ("failed", "uncertain"):
            _log.warning("A message was not sent: %s", sent.detail, extra={"action": f"send-{sent.outcome}"})
        return sent

    async def send_document(
        self, place: Place, name: str, content: bytes, caption: str = "", *, priority: Priority = Priority.ANSWER
    ) -> int | None:
        """Send a file as a new message, rather twice than never; its id, None where it could not be sent.

        Args:
            place: where it goes.
            name: of the file, as she sees it.
            content: of the file, at most 50 MB.
            caption: plain text, at most 1024 characters.
            priority: who goes first.
        """

        async def send() -> int:
            sent = await self._bot.send_document(
                place.chat,
                content,
                filename=name,
                caption=caption or None,
                message_thread_id=place.thread,
                reply_parameters=_answering(place.reply_to),
            )
            return sent.message_id

        kind = priority.name.lower()
        try:
            message = await self.attempt(send, chat=place.chat, priority=priority, message=True)
        except TelegramError as err:
            if is_unreachable(err):
                await self._unreachable(place.chat, kind)
                return None
            _log.error("A file was not sent: %s", name_of(err), extra={"action": "send-failed"})
            if self._on_lost is not None and not isinstance(err, BadRequest):
                self._on_lost(place.chat, err)
            self._tally(kind, "failed")
            return None
        self._tally(kind, "sent")
        return message

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
                ),
                chat=chat,
            )
        except TelegramError as err:
            if not is_unchanged(err):
                _log.info("A message was not edited: %s", name_of(err), extra={"action": "edit-failed"})
                self._tally("edit", "failed")
                return False
        self._tally("edit", "sent")
        return True

    async def clear_buttons(self, chat: int, message: int) -> None:
        """Take the buttons off a message of ours."""
        try:
            await self.attempt(lambda: self._bot.edit_message_reply_markup(chat_id=chat, message_id=message), chat=chat)
        except TelegramError as err:
            if not is_unchanged(err):
                _log.info("Buttons were not removed: %s", name_of(err), extra={"action": "clear-failed"})
                self._tally("buttons", "failed")
                return
        self._tally("buttons", "sent")

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message of ours."""
        try:
            await self.attempt(lambda: self._bot.delete_message(chat_id=chat, message_id=message), chat=chat)
        except TelegramError as err:
            _log.info("A message was not deleted: %s", name_of(err), extra={"action": "delete-failed"})
            self._tally("delete", "failed")
        else:
            self._tally("delete", "sent")

    async def attempt(
        self,
        call: Callable[[], Awaitable[_T]],
        *,
        chat: int | None = None,
        priority: Priority = Priority.ANSWER,
        message: bool = False,
    ) -> _T:
        """Make a call, again where that helps: after a flood wait, if it never left, after a 5xx, and once if in doubt.

        A flood wait is waited out however long it is: a late answer is better than none, and all chats wait alike.

        Args:
            call: makes the call, once each time.
            chat: whom it concerns, if anybody.
            priority: who goes first.
            message: whether it is a new message, which counts to the pace of the chat.

        Raises:
            TelegramError: what stands in the way in the end.
        """
        pauses, error_pauses, doubts = iter(PAUSES), iter(ERROR_PAUSES_S), 0
        while True:
            await self._rate_limiter.turn(chat, priority, message=message)
            try:
                return await call()
            except RetryAfter as err:
                self._halt(seconds_of(err) + SLACK_S, chat)
            except BadRequest:  # a NetworkError by inheritance, but refused for good
                raise
            except NetworkError as err:
                if never_left(err) and (pause := next(pauses, None)) is not None:
                    await self._sleep(pause)
                elif was_answered(err) and (pause := next(error_pauses, None)) is not None:
                    _log.warning("Telegram failed: %s", name_of(err), extra={"action": "send-in-doubt"})
                    await self._sleep(pause)
                elif not never_left(err) and not was_answered(err) and not doubts:
                    # It may have arrived. There is no way to know; twice is better than never. The second time is
                    # the last, and not to be lost to the same outage.
                    _log.warning("Sent or not is unknown: %s", name_of(err), extra={"action": "send-in-doubt"})
                    await self._reached()
                    doubts += 1
                else:
                    raise

    async def _send_form(
        self, place: Place, text: str, board: InlineKeyboardMarkup | None, mode: str | None, priority: Priority
    ) -> int:
        def attempt(chat: int) -> Awaitable[int]:
            send = self._sending(place, chat, text, board, mode)
            return self.attempt(send, chat=chat, priority=priority, message=True)

        try:
            return await attempt(place.chat)
        except ChatMigrated as err:
            chat = err.new_chat_id
            await self._migrated(place.chat, chat)
            return await attempt(chat)

    async def _sent_once(self, place: Place, part: Part, priority: Priority, until: float) -> SendResult:
        refused = ""
        for text, mode in ((part.html, ParseMode.HTML), (part.plain, None)):
            send = self._sending(place, place.chat, text, part.keyboard, mode)
            try:
                message = await self._attempt_once(send, place.chat, priority, until)
            except ExpiredError:
                return SendResult(outcome="expired", detail=refused)
            except ChatMigrated as err:
                await self._migrated(place.chat, err.new_chat_id)
                return SendResult(outcome="migrated", new_chat_id=err.new_chat_id)
            except TelegramError as err:
                refused = name_of(err)
                outcome = _outcome_of(err)
                if outcome is not None:
                    return SendResult(outcome=outcome, detail=refused)
                _log.error("Telegram refused a message: %s", refused, extra={"action": "send-refused"})
            else:
                return SendResult(outcome="sent", message_id=message)
        return SendResult(outcome="failed", detail=refused)

    async def _attempt_once(
        self, call: Callable[[], Awaitable[int]], chat: int, priority: Priority, until: float
    ) -> int:
        pauses = iter(REMINDER_PAUSES)
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
            except BadRequest:
                raise
            except NetworkError as err:
                if not never_left(err):
                    raise
                pause = next(pauses)
                if self._clock() + pause >= until:
                    raise ExpiredError from None
                await self._sleep(pause)

    def _sending(
        self, place: Place, chat: int, text: str, board: InlineKeyboardMarkup | None, mode: str | None
    ) -> Callable[[], Awaitable[int]]:
        async def send() -> int:
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

        return send

    async def _reached(self) -> None:
        """Wait until Telegram answers again, five minutes at most; all who wait share the question."""
        if self._reaching is None or self._reaching.done():
            self._reaching = asyncio.create_task(self._ask())
        await asyncio.shield(self._reaching)

    async def _ask(self) -> None:
        for pause in PAUSES:
            try:
                await self._bot.get_me()
            except NetworkError:
                await self._sleep(pause)
            except TelegramError:  # it did answer
                return
            else:
                return

    def _halt(self, seconds: float, chat: int | None) -> None:
        _log.warning("Telegram asks to wait %.1f s", seconds, extra={"action": "flood-wait"})
        self._rate_limiter.halt(seconds, chat)

    async def _unreachable(self, chat: int, kind: str) -> None:
        _log.warning("The chat cannot be written to", extra={"action": "chat-unreachable"})
        self._tally(kind, "unreachable")
        if self._on_unreachable is not None:
            await _noted(self._on_unreachable(chat))

    async def _migrated(self, old: int, new: int) -> None:
        _log.info("The group has another id now", extra={"action": "chat-migrated"})
        if self._on_migrated is not None:
            await _noted(self._on_migrated(old, new))

    def _tally(self, kind: str, result: str) -> None:
        if self._on_sent is not None:
            self._on_sent(kind, result)


async def _noted(told: Awaitable[None]) -> None:
    try:
        await told
    except StoreError as err:  # it comes up again with the next message to the chat
        _log.error("What happened to a chat was not kept: %s", type(err).__name__, extra={"action": "note-failed"})


def _outcome_of(err: TelegramError) -> Outcome | None:
    """What an error means for a message that is sent at most once; None: refused in this form."""
    if is_unreachable(err):
        return "unreachable"
    if isinstance(err, BadRequest):
        return None
    return "uncertain" if isinstance(err, NetworkError) else "failed"


def _answering(message: int | None) -> ReplyParameters | None:
    return None if message is None else ReplyParameters(message, allow_sending_without_reply=True)
