"""With which urgency a reply goes out."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation.reply import Block, Card, Outcome, Reply
from bot.conversation.state import Exchange
from bot.telegram.rate_limiter import Priority
from bot.telegram.replies import ReplySender
from bot.telegram.sender import Place


class RetryingSender:
    """Notes how urgent what it is given is."""

    def __init__(self) -> None:
        self.urgency: list[Priority] = []

    async def send(self, place: Place, part: Any, *, priority: Priority) -> int:
        self.urgency.append(priority)
        return 9


@pytest.mark.parametrize(
    ("outcome", "priority"),
    [(Outcome.ALARM, Priority.ALARM), (Outcome.CHECK, Priority.ALARM), (Outcome.ANSWER, Priority.ANSWER)],
)
async def test_safety_goes_first(outcome: Outcome, priority: Priority) -> None:
    sender: Any = RetryingSender()
    reply = Reply(outcome=outcome, cards=(Card(blocks=(Block(text="x"),)),))
    delivery = ReplySender(sender, "OurBot")
    await delivery.new(Place(chat=1), reply)
    await delivery.after_press(Place(chat=1), reply, None)
    await delivery.answer(Place(chat=1), reply, Exchange(asked=1, replies=(), safety=False))
    assert sender.urgency == [priority] * 3
