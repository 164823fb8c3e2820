"""Calls to Telegram that must not be lost: each kind of failure is met as far as it can be, and logged."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, NetworkError, TelegramError

from bot.errors import ExpiredError, StoreError
from bot.telegram.api_errors import is_unchanged, is_unreachable, name_of
from bot.telegram.caller import Caller
from bot.telegram.rate_limiter import Priority, RateLimiter
from bot.telegram.reachability import Reachability
from bot.telegram.render import Part
from bot.telegram.send_results import Effort, Migrated, Outcome, Place, SendResult, Tally, Unreachable

__all__ = ("Place", "Priority", "RetryingSender", "SendResult")

TRIVIAL_S = 30.0
"""What is only tidying (buttons taken off, a press answered, a message deleted) is tried no longer."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_log = logging.getLogger(__name__)


class RetryingSender:
    """Sends, edits and deletes. What took no effect is tried again until its time is over; the log says what failed."""

    def __init__(
        self,
        bot: Bot,
        *,
        rate_limiter: RateLimiter | None = None,
        reachability: Reachability | None = None,
        on_unreachable: Unreachable | None = None,
        on_migrated: Migrated | None = None,
        on_sent: Tally | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make a sender.

        Args:
            bot: initialised.
            rate_limiter: gives the turns; one for all that send from this process. Unset: one of its own.
            reachability: asks whether Telegram answers; one for the process. Unset: one of its own.
            on_unreachable: told of chats that cannot be written to; may raise StoreError.
            on_migrated: told of groups with a new id; may raise StoreError.
            on_sent: counts.
            sleep: for tests.
            clock: seconds since 1970, for `until`.
        """
        self._bot = bot
        self._caller = Caller(
            rate_limiter or RateLimiter(),
            reachability or Reachability(lambda: bot._post("getMe"), sleep=sleep),
            sleep=sleep,
            clock=clock,
        )
        self._on_unreachable = on_unreachable
        self._on_migrated = on_migrated
        self._on_sent = on_sent
        self._clock = clock

    async def send(self, place: Place, part: Part, effort: Effort | None = None) -> int | None:
        """Send a part as a new message, rather twice than never, and never three times.

        Refused HTML goes out as plain text, and if that is refused too, without the buttons.

        Args:
            place: where it goes.
            part: what to send.
            effort: who goes first, for how long, and how often it may have arrived before.

        Returns:
            Its id; None where it is not known, or where it was refused for good.

        Raises:
            ExpiredError: its time was over.
            InDoubtError: it may have arrived, so often that it is not sent again.
        """
        effort = effort or Effort()
        forms = (
            (part.html, part.keyboard, ParseMode.HTML),
            (part.plain, part.keyboard, None),
            (part.plain, None, None),
        )
        for text, buttons, mode in forms:
            try:
                message = await self._send_form(place, text, buttons, mode, effort)
            except TelegramError as err:
                if is_unreachable(err):
                    await self._unreachable(place.chat, effort.kind)
                    return None
                _log.error("Telegram refused a message: %s", name_of(err), extra={"action": "send-refused"})
                if not isinstance(err, BadRequest):
                    break
            else:
                self._tally(effort.kind, "sent")
                return message
        self._tally(effort.kind, "failed")
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
        self, place: Place, name: str, content: bytes, caption: str = "", *, effort: Effort | None = None
    ) -> int | None:
        """Send a file as a new message; returns and raises as `send` does.

        Args:
            place: where it goes.
            name: of the file, as she sees it.
            content: of the file, at most 50 MB.
            caption: plain text, at most 1024 characters.
            effort: see `send`.
        """
        effort = effort or Effort()
        data = {
            "chat_id": place.chat,
            "document": InputFile(content, filename=name),
            "caption": caption or None,
            "message_thread_id": place.thread,
            "reply_parameters": _answering(place.reply_to),
        }
        try:
            message = await self._caller.attempt(
                lambda: self._message("sendDocument", data), effort, chat=place.chat, message=True
            )
        except TelegramError as err:
            if is_unreachable(err):
                await self._unreachable(place.chat, effort.kind)
                return None
            _log.error("Telegram refused a file: %s", name_of(err), extra={"action": "send-refused"})
            self._tally(effort.kind, "failed")
            return None
        self._tally(effort.kind, "sent")
        return message

    async def edit(self, chat: int, message: int, part: Part, effort: Effort | None = None) -> bool:
        """Put a part in the place of a message of ours; False where the message does not show it now.

        Raises:
            ExpiredError: its time was over.
        """
        data = {
            "text": part.html,
            "chat_id": chat,
            "message_id": message,
            "reply_markup": part.keyboard,
            "parse_mode": ParseMode.HTML,
            "link_preview_options": _NO_PREVIEW,
        }
        try:
            await self._caller.attempt(lambda: self._bot._post("editMessageText", dict(data)), effort, chat=chat)
        except TelegramError as err:
            if not is_unchanged(err):
                _log.info("A message was not edited: %s", name_of(err), extra={"action": "edit-failed"})
                self._tally("edit", "failed")
                return False
        self._tally("edit", "sent")
        return True

    async def clear_buttons(self, chat: int, message: int, left: InlineKeyboardMarkup | None = None) -> None:
        """Take the buttons off a message of ours, but for those that are `left`. Raises nothing: it is only tidier."""
        data: dict[str, Any] = {"chat_id": chat, "message_id": message}
        if left is not None:
            data["reply_markup"] = left
        try:
            await self._caller.attempt(
                lambda: self._bot._post("editMessageReplyMarkup", dict(data)), self._trivial(), chat=chat
            )
        except (TelegramError, ExpiredError) as err:
            if isinstance(err, ExpiredError) or not is_unchanged(err):
                _log.info("Buttons were not removed: %s", _said(err), extra={"action": "clear-failed"})
                self._tally("buttons", "failed")
                return
        self._tally("buttons", "sent")

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message of ours. Raises nothing."""
        data = {"chat_id": chat, "message_id": message}
        try:
            await self._caller.attempt(lambda: self._bot._post("deleteMessage", dict(data)), self._trivial(), chat=chat)
        except (TelegramError, ExpiredError) as err:
            _log.info("A message was not deleted: %s", _said(err), extra={"action": "delete-failed"})
            self._tally("delete", "failed")
        else:
            self._tally("delete", "sent")

    async def answer_press(self, query: str, notice: str, *, alert: bool) -> None:
        """Tell Telegram that a press was dealt with, so that the button stops turning. Raises nothing."""
        data = {"callback_query_id": query, "text": notice or None, "show_alert": alert or None}
        try:
            await self._caller.attempt(lambda: self._bot._post("answerCallbackQuery", dict(data)), self._trivial())
        except (TelegramError, ExpiredError) as err:  # too old after an outage: nobody waits for it any more
            _log.info("A press was not answered: %s", _said(err), extra={"action": "press-unanswered"})

    async def make(self, call: Callable[[], Awaitable[object]], *, seconds: float) -> None:
        """Make another call at its turn, and again where it took no effect, within so many seconds.

        Raises:
            TelegramError: Telegram refuses it.
            ExpiredError: its time was over.
        """
        await self._caller.attempt(call, Effort(until=self._clock() + seconds))

    def _trivial(self) -> Effort:
        return Effort(until=self._clock() + TRIVIAL_S)

    async def _message(self, method: str, data: dict[str, Any]) -> int | None:
        """Send a message. Of Telegram's answer only the id counts: what else stands there cannot undo the sending."""
        sent = await self._bot._post(method, dict(data))
        number = sent.get("message_id") if isinstance(sent, dict) else None
        return number if isinstance(number, int) else None

    async def _send_form(
        self, place: Place, text: str, board: InlineKeyboardMarkup | None, mode: str | None, effort: Effort
    ) -> int | None:
        def attempt(chat: int) -> Awaitable[int | None]:
            send = self._sending(place, chat, text, board, mode)
            return self._caller.attempt(send, effort, chat=chat, message=True)

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
                message = await self._caller.attempt_once(send, chat=place.chat, priority=priority, until=until)
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

    def _sending(
        self, place: Place, chat: int, text: str, board: InlineKeyboardMarkup | None, mode: str | None
    ) -> Callable[[], Awaitable[int | None]]:
        data = {
            "chat_id": chat,
            "text": text,
            "parse_mode": mode,
            "reply_markup": board,
            "message_thread_id": place.thread,
            "link_preview_options": _NO_PREVIEW,
            "reply_parameters": _answering(place.reply_to),
        }
        return lambda: self._message("sendMessage", data)

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


def _said(err: TelegramError | ExpiredError) -> str:
    return name_of(err) if isinstance(err, TelegramError) else type(err).__name__


def _answering(message: int | None) -> ReplyParameters | None:
    return None if message is None else ReplyParameters(message, allow_sending_without_reply=True)
