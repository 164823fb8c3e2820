"""`bot ask`: one question, or many as JSON lines, each in a fresh chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TextIO

from bot.conversation.conversation import Conversation
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


def answer_lines(conversation: Conversation, source: TextIO, at: datetime) -> Iterator[str]:
    """Answer JSON lines `{"q": "..."}`, one line out for each in, in order; what cannot be read gives `{"error": ...}`."""
    for line in source:
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            text = asked["q"]
            if not isinstance(text, str):
                raise TypeError(text)
        except (ValueError, RecursionError):
            yield json.dumps({"error": "this line is no JSON"})
        except (KeyError, TypeError):
            yield json.dumps({"error": 'this line is no object with a text "q"'})
        else:
            # a lone surrogate is valid JSON but no text that can be written: it is shown escaped
            yield json.dumps(as_json(text, ask(conversation, text, at)), ensure_ascii=not _writable(text))


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
