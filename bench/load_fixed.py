"""The bot with its engine replaced by a fixed reply; all around it is as it is: receive, store, reply, record.

The reply says her words again, as the echo bot's does, and the state that is kept is of the size of a real one.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from bot.cli import main as bot
from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.reply import Block, Button, Card, Outcome, Reply
from bot.conversation.state import ChatState, Turn

_BUTTONS = tuple(
    (Button(label=label, action=action),)
    for label, action in (("Tell me more", "more:lifting"), ("How do I carry?", "topic:carrying"))
)


def fixed(_self: Conversation, message: Message, state: ChatState) -> Turn:
    """In the place of `Conversation.respond`."""
    card = Card(blocks=(Block(text=message.text),), buttons=_BUTTONS)
    context = replace(
        state.context, topic="lifting", offered=("more:lifting", "topic:carrying"), at=message.at.timestamp()
    )
    reply = Reply(outcome=Outcome.ANSWER, cards=(card,), topics=("lifting",), confidence=1.0)
    return Turn(reply=reply, state=replace(state, context=context))


if __name__ == "__main__":
    Conversation.respond = fixed  # type: ignore[method-assign, assignment]
    raise SystemExit(bot(sys.argv[1:]))
