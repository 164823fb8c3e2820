"""Small tools to make turns and replies."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.reply import Block, Card, Outcome, Reply
from bot.conversation.state import ChatState, Turn


def saying(state: ChatState, *cards: Card, outcome: Outcome = Outcome.ANSWER, topic: str | None = None) -> Turn:
    """A turn that says something.

    Args:
        state: of the chat.
        cards: what to say.
        outcome: what was decided.
        topic: the topic that the cards are about; follow-ups lean on it.
    """
    if topic:
        state = replace(state, context=replace(state.context, topic=topic))
    confidence = 0.0 if outcome is Outcome.FALLBACK else 1.0
    reply = Reply(outcome=outcome, cards=cards, topics=(topic,) if topic else (), confidence=confidence)
    return Turn(reply=reply, state=state)


def topped(turn: Turn, blocks: tuple[Block, ...]) -> Turn:
    """The turn with blocks above everything it says."""
    if not blocks:
        return turn
    first, *others = turn.reply.cards or (Card(blocks=()),)
    cards = (replace(first, blocks=(*blocks, *first.blocks)), *others)
    return replace(turn, reply=replace(turn.reply, cards=cards))


def changed(turn: Turn, **fields: object) -> Turn:
    """The turn with fields of its reply changed."""
    return replace(turn, reply=replace(turn.reply, **fields))  # type: ignore[arg-type]
