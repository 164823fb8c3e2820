"""How a reply goes out: urgency, order, and where it goes on after a crash."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.conversation.reply import Block, Button, Card, Document, Outcome, Reply
from bot.conversation.state import Exchange
from bot.errors import InDoubtError
from bot.telegram.copies import MOST_COPIES
from bot.telegram.rate_limiter import Priority
from bot.telegram.replies import ReplySender, priority_of
from bot.telegram.send_results import Effort, Place
from bot.telegram.steps import ClearButtons, Delete, EditOrSend, SendFile, SendPart, after_edit, after_press, new
from bot.updates import Progress


def card(text: str, *, replace: bool = False) -> Card:
    button = Button(label="More", action="more:x")
    return Card(blocks=(Block(text=text),), buttons=((button,),), replace=replace)


def reply(*cards: Card, outcome: Outcome = Outcome.ANSWER, **more: Any) -> Reply:
    return Reply(outcome=outcome, cards=cards, **more)


class CrashError(Exception):
    """The process ends here."""


@dataclass
class Telegram:
    """Takes messages; `crash_at` calls in, the process ends before (or just after) the message arrived."""

    crash_at: int = -1
    after: bool = False
    arrived: list[str] = field(default_factory=list)
    calls: int = 0
    in_doubt: int = 0

    async def send(self, _place: Place, part: Any, effort: Effort) -> int:
        if effort.copies.is_spent:
            raise InDoubtError
        await effort.copies.begin()
        number, self.calls = self.calls, self.calls + 1
        if number == self.crash_at and not self.after:
            raise CrashError
        self.arrived.append(part.plain)
        if number == self.crash_at:
            raise CrashError
        if self.in_doubt:
            self.in_doubt -= 1
            raise InDoubtError
        return number


async def at_once() -> None:
    """Nothing is more urgent."""


async def send(
    telegram: Telegram, steps: Any, kept: list[Progress], *, priority: Priority = Priority.ANSWER
) -> tuple[int, ...]:
    async def keep(progress: Progress) -> None:
        kept.append(progress)

    sender: Any = telegram
    started = kept[-1] if kept else Progress()
    return await ReplySender(sender).send(
        Place(chat=1), steps, Effort(priority=priority), progress=started, keep=keep, ready=at_once
    )


@pytest.mark.parametrize(
    ("outcome", "priority"),
    [(Outcome.ALARM, Priority.ALARM), (Outcome.CHECK, Priority.ALARM), (Outcome.ANSWER, Priority.ANSWER)],
)
def test_safety_goes_first(outcome: Outcome, priority: Priority) -> None:
    assert priority_of(reply(card("x"), outcome=outcome)) is priority


def test_the_steps_of_a_new_reply() -> None:
    file = Document(name="x.json", text="{}")
    found = new(reply(card("a"), card("b"), document=file), "OurBot")
    assert [type(s) for s in found] == [SendPart, SendPart, SendFile]


def test_the_steps_of_an_edit() -> None:
    earlier = Exchange(asked=1, replies=(7, 8, 9), safety=False)
    found = after_edit(reply(card("a"), card("b")), earlier, "OurBot")
    assert [type(s) for s in found] == [EditOrSend, EditOrSend, Delete]
    alarm = after_edit(reply(card("a"), outcome=Outcome.ALARM), earlier, "OurBot")
    assert [type(s) for s in alarm] == [SendPart]


def test_used_buttons_leave_and_the_others_stay() -> None:
    kept, yes, no = (InlineKeyboardButton(name, callback_data=name) for name in ("more", "rate:a:1", "rate:a:0"))
    rated = reply(spent=("rate:a:1", "rate:a:0"))
    shown = after_press(rated, 7, "OurBot", keyboard=InlineKeyboardMarkup([[kept], [yes, no]]))
    assert shown == (ClearButtons(7, InlineKeyboardMarkup([[kept]])),)
    alone = after_press(rated, 7, "OurBot", keyboard=InlineKeyboardMarkup([[yes, no]]))
    assert alone == (ClearButtons(7, None),)
    assert after_press(rated, 7, "OurBot", keyboard=InlineKeyboardMarkup([[kept]])) == ()
    assert after_press(rated, 7, "OurBot") == ()


def test_the_steps_of_a_press() -> None:
    shown = after_press(reply(card("a", replace=True), card("b")), 7, "OurBot")
    assert [type(s) for s in shown] == [EditOrSend, SendPart]
    assert [type(s) for s in after_press(reply(card("a", replace=True)), None, "OurBot")] == [SendPart]
    alarm = after_press(reply(card("a", replace=True), outcome=Outcome.ALARM, remove_buttons=True), 7, "OurBot")
    assert [type(s) for s in alarm] == [SendPart, ClearButtons]


@given(st.integers(1, 4), st.integers(0, 3), st.booleans(), st.integers(0, 4))
async def test_after_a_crash_no_card_is_missing_and_none_comes_thrice(
    cards: int, at: int, after: bool, then: int
) -> None:
    steps = new(reply(*(card(f"{n}") for n in range(cards))), "OurBot")
    kept: list[Progress] = []
    arrived: list[str] = []
    for crash_at, is_after in ((at, after), (then, not after), (-1, False)):
        telegram = Telegram(crash_at=crash_at, after=is_after)
        if kept or arrived or crash_at != at:  # taken over: the step at hand may have been begun once
            last = kept[-1] if kept else Progress()
            kept.append(Progress(done=last.done, ids=last.ids, begun=max(last.begun, 1)))
        try:
            await send(telegram, steps, kept)
        except CrashError:
            arrived += telegram.arrived
            continue
        arrived += telegram.arrived
        break
    counts = [arrived.count(f"{n}") for n in range(cards)]
    assert max(counts) <= MOST_COPIES
    if at != then or after:  # two crashes at the very same card before it left are the one way to lose it
        assert min(counts) >= 1 or cards <= at


async def test_an_answer_in_doubt_is_over_and_the_next_card_follows() -> None:
    telegram = Telegram(in_doubt=1)
    kept: list[Progress] = []
    assert await send(telegram, new(reply(card("a"), card("b")), "OurBot"), kept) == (1,)
    assert telegram.arrived == ["a", "b"]


async def test_an_alarm_in_doubt_stays_at_its_step() -> None:
    kept: list[Progress] = []
    with pytest.raises(InDoubtError):
        await send(Telegram(in_doubt=1), new(reply(card("a"), card("b")), "OurBot"), kept, priority=Priority.ALARM)
    assert not [p for p in kept if p.done]


async def test_what_is_done_is_kept_between_two_cards() -> None:
    kept: list[Progress] = []
    await send(Telegram(), new(reply(card("a"), card("b"), card("c")), "OurBot"), kept)
    assert [p.done for p in kept] == [1, 2]
    assert [Progress.from_json(p.to_json()) for p in kept] == kept
