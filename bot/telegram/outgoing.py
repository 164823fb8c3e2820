"""What is decided and on its way: per chat one line for alarms and one for all else, which lets the alarms go first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.telegram.chat_queue import ChatQueue
from bot.telegram.copies import MOST_COPIES
from bot.telegram.send_results import Place
from bot.updates import Progress

MOST_OUTGOING = 5000
"""Replies in memory that wait to be sent, in an outage; more wait in the table, or at Telegram."""


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """A decided reply.

    update: its id. received_at: epoch seconds; since: the same moment by the event loop's clock. asked_at: when she
    wrote it, epoch seconds. asked: the message of hers that it answers, None for a press. edited: she changed that
    message. pressed: the message of a pressed button that may be changed, and keyboard its buttons; query: the press
    itself; alert: she has to close its notice. most: copies of one message.
    """

    update: int
    key: ChatKey
    place: Place
    reply: Reply
    received_at: float
    since: float
    asked_at: float
    asked: int | None = None
    edited: bool = False
    pressed: int | None = None
    keyboard: InlineKeyboardMarkup | None = None
    query: str | None = None
    alert: bool = False
    progress: Progress
    most: int = MOST_COPIES


class OutgoingQueue:
    """Sends in order within a chat, in parallel between chats; an alarm overtakes what waits in its own chat."""

    def __init__(self, send: Callable[[Outgoing], Awaitable[None]], *, most: int = MOST_OUTGOING) -> None:
        """Make one.

        Args:
            send: sends one.
            most: replies in memory at once.
        """
        self._send = send
        self._lines: ChatQueue[Outgoing] = ChatQueue(self._work, most=most)
        self._alarms: Counter[int] = Counter()
        self._over: dict[int, asyncio.Event] = {}

    @property
    def waiting(self) -> int:
        """Replies that are not sent."""
        return self._lines.waiting

    @property
    def free(self) -> int:
        """How many more fit."""
        return self._lines.free

    async def room(self) -> None:
        """Wait until something fits."""
        await self._lines.room()

    def put(self, outgoing: Outgoing) -> None:
        """Take a reply in."""
        chat, is_alarm = outgoing.place.chat, outgoing.reply.is_safety
        if is_alarm:
            self._alarms[chat] += 1
        self._lines.put(outgoing, (chat, is_alarm))

    async def after_alarms(self, chat: int) -> None:
        """Wait until no alarm of the chat waits to be sent."""
        while self._alarms[chat]:
            await self._over.setdefault(chat, asyncio.Event()).wait()
        del self._alarms[chat]

    async def close(self, seconds: float) -> None:
        """Begin nothing more; wait for what has been begun, at most so long, then break it off."""
        await self._lines.close(seconds)

    async def _work(self, outgoing: Outgoing) -> None:
        try:
            await self._send(outgoing)
        finally:
            if outgoing.reply.is_safety:
                self._passed(outgoing.place.chat)

    def _passed(self, chat: int) -> None:
        self._alarms[chat] -= 1
        if not self._alarms[chat]:
            del self._alarms[chat]
            if (waiting := self._over.pop(chat, None)) is not None:
                waiting.set()
