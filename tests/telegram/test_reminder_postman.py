"""Reminders on their way to Telegram: once, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.conversation.cards import block
from bot.conversation.reply import Button, Card, Outcome, Reply
from bot.reminders.ports import Posted, Postman, Result
from bot.telegram.rate_limiter import Priority
from bot.telegram.reminder_postman import ReminderPostman
from bot.telegram.render import Part
from bot.telegram.send_results import Place, SendResult

BUTTONS = ((Button(label="Done", action="walk:done:1:2026-11-24"),),)
CARD = Card(blocks=block("10 minutes today?"), buttons=BUTTONS)
REPLY = Reply(outcome=Outcome.ANSWER, cards=(CARD,))


@dataclass
class OneWay:
    """Stands for the outbox."""

    results: list[SendResult]
    calls: list[tuple[Place, Part, Priority, float]] = field(default_factory=list)

    async def send_once(self, place: Place, part: Part, *, priority: Priority, until: float) -> SendResult:
        self.calls.append((place, part, priority, until))
        return self.results.pop(0)


def postman(*results: SendResult) -> tuple[Any, OneWay]:
    sender = OneWay(list(results))
    return ReminderPostman(sender, "walks_bot"), sender  # type: ignore[arg-type]


async def test_one_message_after_all_others() -> None:
    walks, sender = postman(SendResult(outcome="sent", message_id=7))
    keeps: Postman = walks
    assert await keeps.post(5, REPLY, until=99.0) == Posted(result=Result.SENT, message_id=7)
    ((place, part, priority, until),) = sender.calls
    assert (place, priority, until) == (Place(chat=5), Priority.REMINDER, 99.0)
    assert part.plain == "10 minutes today?"
    assert part.keyboard


@pytest.mark.parametrize(
    "sent",
    [
        SendResult(outcome="failed", detail="BadRequest"),
        SendResult(outcome="uncertain", detail="TimedOut"),
        SendResult(outcome="unreachable"),
        SendResult(outcome="migrated", new_chat_id=-1005),
        SendResult(outcome="expired"),
    ],
)
async def test_every_end_is_told(sent: SendResult) -> None:
    walks, sender = postman(sent)
    posted = await walks.post(5, Reply(outcome=Outcome.ANSWER, cards=(CARD, CARD)), until=99.0)
    assert posted == Posted(result=Result(sent.outcome), detail=sent.detail, new_chat=sent.new_chat_id)
    assert len(sender.calls) == 1


@pytest.mark.parametrize(
    ("second", "result"),
    [("expired", Result.UNCERTAIN), ("failed", Result.UNCERTAIN), ("unreachable", Result.UNREACHABLE)],
)
async def test_what_was_cut_off_is_not_sent_again(second: Any, result: Result) -> None:
    walks, _ = postman(SendResult(outcome="sent", message_id=7), SendResult(outcome=second))
    posted = await walks.post(5, Reply(outcome=Outcome.ANSWER, cards=(CARD, CARD)), until=99.0)
    assert posted.result is result


async def test_a_mistake_of_ours_is_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    walks, sender = postman()
    wrong = Card(blocks=block("Walk?"), buttons=((Button(label="Done", action="x" * 65),),))
    for reply in (Reply(outcome=Outcome.ANSWER, cards=(wrong,)), Reply(outcome=Outcome.ANSWER)):
        assert (await walks.post(5, reply, until=99.0)).result is Result.FAILED
    assert not sender.calls
    assert "render-failed" in {getattr(r, "action", "") for r in caplog.records}
