"""An apology with an answer that comes late."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.reply import Block, BlockKind, Reply

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
