"""Brings walk reminders to Telegram, at most once. Keeps `bot.reminders.ports.Postman`."""

from __future__ import annotations

import logging

from bot.conversation.reply import Reply
from bot.reminders.ports import Posted, Result
from bot.telegram.rate_limiter import Priority
from bot.telegram.render import Part, render
from bot.telegram.send_results import Place, SendResult
from bot.telegram.sender import RetryingSender

_log = logging.getLogger(__name__)


class ReminderPostman:
    """Sends reminders after alarms and answers, through the one sender of the process."""

    def __init__(self, sender: RetryingSender, username: str) -> None:
        """Make one.

        Args:
            username: the bot's own, without "@".
        """
        self._sender = sender
        self._username = username

    async def post(self, chat: int, reply: Reply, *, until: float) -> Posted:
        """From `Postman`. A reminder is one message; where it is longer, what follows the first counts with it."""
        try:
            parts = [part for card in reply.cards for part in render(card, self._username)]
        except ValueError as error:
            _log.error("A reminder cannot be shown: %s", error, extra={"action": "render-failed"})
            return Posted(result=Result.FAILED, detail="render")
        posted = Posted(result=Result.FAILED, detail="empty")
        for number, part in enumerate(parts):
            posted = _posted(await self._send(chat, part, until))
            if posted.result is not Result.SENT:
                return posted if number == 0 else _cut_off(posted)
        return posted

    async def _send(self, chat: int, part: Part, until: float) -> SendResult:
        return await self._sender.send_once(Place(chat=chat), part, priority=Priority.REMINDER, until=until)


def _posted(sent: SendResult) -> Posted:
    return Posted(
        result=Result(sent.outcome), message_id=sent.message_id, detail=sent.detail, new_chat=sent.new_chat_id
    )


def _cut_off(posted: Posted) -> Posted:
    """The first part arrived and a later one did not: not to be sent again as a whole."""
    result = posted.result if posted.result is Result.UNREACHABLE else Result.UNCERTAIN
    return Posted(result=result, detail=f"cut off: {posted.result.value}")
