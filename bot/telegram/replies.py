"""A reply as messages: new ones, or in the place of older ones. An alarm is always new and is never taken back."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import zip_longest

from bot.conversation.reply import Block, BlockKind, Card, Reply
from bot.conversation.state import Exchange
from bot.telegram.rate_limiter import Priority
from bot.telegram.render import Part, render
from bot.telegram.sender import Place, RetryingSender

_log = logging.getLogger(__name__)


class ReplySender:
    """Brings replies to a chat. Raises ValueError only for a card that has no text at all."""

    def __init__(self, sender: RetryingSender, username: str) -> None:
        """Arguments: username, the bot's own, without "@"."""
        self._sender = sender
        self._username = username

    async def new(self, place: Place, reply: Reply) -> tuple[int, ...]:
        """Send every card as new messages; returns the ids of those that were sent, in order."""
        ids = await self._send(place, self._parts(reply.cards), _priority(reply))
        if (file := reply.document) is not None:
            await self._sender.send_document(place, file.name, file.text.encode(), file.caption)
        return ids

    async def answer(self, place: Place, reply: Reply, earlier: Exchange | None) -> tuple[int, ...]:
        """Answer a message, or her edit of one: then `earlier` is what was sent before, and changes in place.

        New messages are sent where there is nothing earlier, or where the earlier or this reply is about safety.
        Returns the ids of the messages that now stand for the answer.
        """
        if earlier is None or earlier.safety or reply.is_safety or not reply.cards or reply.document is not None:
            return await self.new(place, reply)
        ids: list[int] = []
        for old, part in zip_longest(earlier.replies, self._parts(reply.cards)):
            if part is None:
                await self._sender.delete(place.chat, old)
            elif old is not None and await self._sender.edit(place.chat, old, part):
                ids.append(old)
            else:
                ids.extend(await self._send(place, [part], _priority(reply)))
        return tuple(ids)

    async def after_press(self, place: Place, reply: Reply, pressed: int | None) -> None:
        """Answer a pressed button.

        Args:
            place: where new messages go.
            reply: what to show; of its cards those with `replace` take the place of the pressed button's message.
            pressed: the message of the button; None where Telegram no longer lets it be changed.
        """
        if reply.is_safety:
            await self.new(place, reply)
        else:
            for card in reply.cards:
                parts = self._parts((card,))
                if card.replace and pressed is not None:
                    shown = await self._sender.edit(place.chat, pressed, parts[0])
                    parts = parts[1:] if shown else parts
                    if shown:
                        pressed = None
                await self._send(place, parts, _priority(reply))
        if reply.remove_buttons and pressed is not None:
            await self._sender.clear_buttons(place.chat, pressed)

    async def _send(self, place: Place, parts: list[Part], priority: Priority) -> tuple[int, ...]:
        ids = [await self._sender.send(place, part, priority=priority) for part in parts]
        return tuple(message for message in ids if message is not None)

    def _parts(self, cards: tuple[Card, ...]) -> list[Part]:
        parts: list[Part] = []
        for card in cards:
            try:
                parts += render(card, self._username)
            except ValueError as err:
                # Words without buttons are better than neither; the mistake is ours.
                _log.error("A card cannot be shown as it is: %s", err, extra={"action": "render-failed"})
                parts += render(replace(card, buttons=()), self._username)
        return parts


def _priority(reply: Reply) -> Priority:
    return Priority.ALARM if reply.is_safety else Priority.ANSWER


LATE_S = 15 * 60
"""A message older than this, in seconds, is answered with a word of apology."""


def apologising(reply: Reply, text: str) -> Reply:
    """The reply with a line on top; below what is about safety, so that nothing stands above an alarm.

    Arguments: text, the line; empty: none is added.
    """
    if not text or not reply.cards:
        return reply
    line = Block(kind=BlockKind.NOTE, text=text)
    *before, last = reply.cards
    if reply.is_safety:
        return replace(reply, cards=(*before, replace(last, blocks=(*last.blocks, line))))
    first, *others = reply.cards
    return replace(reply, cards=(replace(first, blocks=(line, *first.blocks)), *others))
