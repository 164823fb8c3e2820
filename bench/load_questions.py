"""What the people of a load test ask: labelled messages of the evaluation, as varied as real ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation.message import Message
from bot.conversation.reply import Outcome
from bot.conversation.state import ChatState
from bot.factory import build_conversation

_FOLDER = Path(__file__).resolve().parents[1] / "tests" / "eval"


def questions() -> list[str]:
    """In an order in which no two that follow each other have the same answer: so a duplicate shows."""
    conversation = build_conversation()
    by_topic: dict[str, list[str]] = {}
    for line in (_FOLDER / "questions.jsonl").read_text().splitlines():
        text = json.loads(line)["q"]
        reply = conversation.respond(Message(at=datetime.now(UTC), text=text), ChatState()).reply
        if reply.outcome is Outcome.ANSWER:
            by_topic.setdefault(reply.topics[0], []).append(text)
    found: list[str] = []
    while len(by_topic) > 1:  # what is left of a single topic would follow itself
        for topic in list(by_topic):
            found.append(by_topic[topic].pop())
            if not by_topic[topic]:
                del by_topic[topic]
    return found
