"""Which presses are a second tap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.reply import Outcome, Reply
from bot.telegram import double_taps
from bot.telegram.double_taps import DOUBLE_S, DoubleTaps, Press
from tests.e2e.scripted import reply

PRESS = Press(chat=1, user=1, message=7, action="more:lifting")


def test_the_same_press_within_seconds_is_a_double() -> None:
    taps = DoubleTaps()
    assert not taps.is_double(PRESS, 1, 100.0)
    taps.answered(PRESS, 1, 100.0, reply("more"))
    assert taps.is_double(PRESS, 2, 101.0)
    assert not taps.is_double(PRESS, 1, 101.0), "the same update, tried again"
    assert not taps.is_double(PRESS, 2, 100.0 + DOUBLE_S)


@pytest.mark.parametrize("field", ["chat", "user", "message", "action"])
def test_another_press_is_none(field: str) -> None:
    taps = DoubleTaps()
    taps.answered(PRESS, 1, 100.0, reply("more"))
    other = replace(PRESS, **{field: "x" if field == "action" else 9})  # type: ignore[arg-type]
    assert not taps.is_double(other, 2, 100.0)


@pytest.mark.parametrize(
    "answer",
    [
        reply("Call 112", outcome=Outcome.ALARM),
        reply("One question first", outcome=Outcome.CHECK),
        reply("Thank you", remove_buttons=True),
        reply("Mon, Wed", replace=True),
        Reply(outcome=Outcome.ANSWER, notice="Noted"),
    ],
)
def test_what_is_answered_as_often_as_it_is_pressed(answer: Reply) -> None:
    taps = DoubleTaps()
    taps.answered(PRESS, 1, 100.0, answer)
    assert not taps.is_double(PRESS, 2, 100.0)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(double_taps, "MOST_KEPT", 2)
    taps = DoubleTaps()
    for number in range(3):
        taps.answered(replace(PRESS, message=number), number, 100.0, reply("more"))
    assert not taps.is_double(replace(PRESS, message=0), 9, 100.0)
    assert taps.is_double(replace(PRESS, message=2), 9, 100.0)
