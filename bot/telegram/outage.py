"""While the store fails: what is urgent goes out, once a chat, and all is answered in full when the store is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from telegram import Update

from bot.conversation.reply import Reply
from bot.errors import ExpiredError, InDoubtError
from bot.log import report
from bot.telegram.handlers import Handlers
from bot.telegram.parsing import place_of
from bot.telegram.send_results import Place

AT_ONCE = 200
"""More are not seen to at a time; they come again as long as the store fails."""


_log = logging.getLogger(__name__)


class OutageReplies:
    """Says alarms, and where to seek help. Raises nothing."""

    def __init__(self, handlers: Handlers) -> None:
        """Make one.

        Args:
            handlers: know how to read an update and where to answer it.
        """
        self._handlers = handlers
        self._said: set[tuple[int, str | None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def see_to(self, updates: Sequence[Update]) -> None:
        """See to what could not be kept, without holding up who waits for that to be known."""
        for update in updates[: AT_ONCE - len(self._tasks)]:
            self._start(self._see_to(update))

    def say(self, update: Update, reply: Reply) -> None:
        """Say something instead of an answer, without waiting; the same once a chat until the store works again."""
        place = place_of(update)
        what = (place.chat, reply.flag if reply.is_safety else None)
        if what not in self._said:
            self._said.add(what)
            self._start(self._say(place, reply))

    def over(self) -> None:
        """The store works again."""
        self._said.clear()

    def close(self) -> None:
        """Break off what is being said."""
        for task in self._tasks:
            task.cancel()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _say(self, place: Place, reply: Reply) -> None:
        try:
            await self._handlers.say(place, reply)
        except (ExpiredError, InDoubtError) as error:
            _log.warning("What was said meanwhile: %s", error, extra={"action": "send-unknown"})
        except Exception as error:  # noqa: BLE001 (it is answered when the store is back)
            report(error)

    async def _see_to(self, update: Update) -> None:
        try:
            reply = self._handlers.meanwhile(update)
        except Exception as error:  # noqa: BLE001 (as above)
            report(error)
            return
        if reply is not None:
            self.say(update, reply)
