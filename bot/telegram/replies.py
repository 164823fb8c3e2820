"""Sends a reply, step after step, and knows at which one to go on after a crash."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.conversation.reply import Block, BlockKind, Reply
from bot.errors import InDoubtError
from bot.telegram.copies import MOST_COPIES, Copies
from bot.telegram.rate_limiter import Priority
from bot.telegram.send_results import Effort, Place
from bot.telegram.sender import RetryingSender
from bot.telegram.steps import ClearButtons, Delete, EditOrSend, SendFile, SendPart, Step
from bot.updates import Progress

LATE_S = 15 * 60
"""A message older than this, in seconds, is answered with a word of apology."""

_log = logging.getLogger(__name__)


class ReplySender:
    """Brings replies to a chat."""

    def __init__(self, sender: RetryingSender) -> None:
        """Make one.

        Args:
            sender: makes the calls.
        """
        self._sender = sender

    async def send(
        self,
        place: Place,
        steps: Sequence[Step],
        effort: Effort,
        *,
        progress: Progress,
        keep: Callable[[Progress], Awaitable[None]],
        ready: Callable[[], Awaitable[None]],
        most: int = MOST_COPIES,
    ) -> tuple[int, ...]:
        """Do what is left of the steps, in order.

        Args:
            place: where new messages go.
            steps: all of them, those that are done included.
            effort: who goes first, and for how long.
            progress: what is done.
            keep: keeps the progress between two steps, and before a second try that may be a copy.
            ready: waited for before each step: what is more urgent goes first.
            most: copies of one message.

        Returns:
            The ids of the messages that now stand for the reply, in order, without those that last.

        Raises:
            ExpiredError: the time of the reply was over before the last step.
            InDoubtError: an alarm may have arrived, so often that it is not sent again now. The other steps are done.
        """
        in_doubt: InDoubtError | None = None
        for step in steps[progress.done :]:
            await ready()
            copies = Copies(progress.begun, most=most, keep=_keeping(progress, keep))
            ids: tuple[int, ...] = ()
            try:
                ids = await self._do(step, place, replace(effort, copies=copies))
            except InDoubtError as error:
                _log.warning("Whether a message arrived is unknown", extra={"action": "send-unknown"})
                in_doubt = error if effort.priority is Priority.ALARM else None
                if in_doubt is not None and most == MOST_COPIES:
                    break  # to be tried once more, later, from this very step
            progress = Progress(done=progress.done + 1, ids=(*progress.ids, *ids))
            if progress.done < len(steps):
                await keep(progress)
        if in_doubt is not None:
            raise in_doubt
        return progress.ids

    async def _do(self, step: Step, place: Place, effort: Effort) -> tuple[int, ...]:
        """One step; the ids of what now stands for it."""
        match step:
            case SendPart(part, lasting):
                sent = _ids(await self._sender.send(place, part, effort))
                return () if lasting else sent
            case SendFile(file):
                return _ids(
                    await self._sender.send_document(
                        place, file.name, file.text.encode("utf-8-sig"), file.caption, effort=effort
                    )
                )
            case EditOrSend(message, part, clear):
                if await self._sender.edit(place.chat, message, part, effort):
                    return (message,)
                sent = _ids(await self._sender.send(place, part, effort))
                if clear:
                    await self._sender.clear_buttons(place.chat, message)
                return sent
            case Delete(message):
                await self._sender.delete(place.chat, message)
            case ClearButtons(message, left):
                await self._sender.clear_buttons(place.chat, message, left)
        return ()


def _keeping(progress: Progress, keep: Callable[[Progress], Awaitable[None]]) -> Callable[[int], Awaitable[None]]:
    async def begun(number: int) -> None:
        await keep(replace(progress, begun=number))

    return begun


def _ids(message: int | None) -> tuple[int, ...]:
    return () if message is None else (message,)


def priority_of(reply: Reply) -> Priority:
    """What is about safety goes first."""
    return Priority.ALARM if reply.is_safety else Priority.ANSWER


def apologising(reply: Reply, text: str) -> Reply:
    """The reply with a line on top; below what is about safety, so that nothing stands above an alarm.

    Args:
        text: the line; empty: none is added.
    """
    if not text or not reply.cards:
        return reply
    line = Block(kind=BlockKind.NOTE, text=text)
    *before, last = reply.cards
    if reply.is_safety:
        return replace(reply, cards=(*before, replace(last, blocks=(*last.blocks, line))))
    first, *others = reply.cards
    return replace(reply, cards=(replace(first, blocks=(line, *first.blocks)), *others))
