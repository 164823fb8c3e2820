"""`bot ask`: one question, or many as JSON lines, each in a fresh chat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.reply import Reply
from bot.conversation.state import ChatState, Profile

FRESH = ChatState(profile=Profile(greeted=True, offered=True))
"""A chat with no profile, without the opening lines, which would only be in the way."""


def ask(conversation: Conversation, text: str, at: datetime) -> Reply:
    """The reply to a text in a fresh chat."""
    return conversation.respond(Message(at=at, text=text), FRESH).reply


def as_json(text: str, reply: Reply) -> dict[str, Any]:
    """A reply in the form that tools read: q, outcome, topics, flag, level, confidence (0..1, three decimals)."""
    return {
        "q": text,
        "outcome": reply.outcome.value,
        "topics": list(reply.topics),
        "flag": reply.flag,
        "level": reply.level.value if reply.level else None,
        "confidence": round(min(1.0, max(0.0, reply.confidence)), 3),
    }


def answer_lines(conversation: Conversation, source: Iterable[str], at: datetime) -> Iterator[str]:
    """Answer JSON lines `{"q": "..."}`.

    Args:
        conversation: what answers, each line in a fresh chat.
        source: the lines.
        at: when they were asked, aware.

    Yields:
        One object for each line, in order; `{"error": ...}` for one that cannot be read.
    """
    for line in source:
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            yield json.dumps({"error": "this line is no JSON"})
            continue
        text = asked.get("q") if isinstance(asked, dict) else None
        if isinstance(text, str):
            yield json.dumps(as_json(text, ask(conversation, text, at)))
        else:
            yield json.dumps({"error": 'this line is no object with a text "q"'})
