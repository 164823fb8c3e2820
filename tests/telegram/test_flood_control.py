"""Flood control, and the apology with a late answer."""

from __future__ import annotations

import pytest

from bot.conversation.reply import Block, BlockKind, Card, Outcome, Reply
from bot.telegram.flood_control import MOST_A_MINUTE, FloodControl, Flow
from bot.telegram.replies import apologising


def paces(control: FloodControl, *moments: float, chat: int = 1) -> list[Flow]:
    return [control.hear(chat, at) for at in moments]


def test_twenty_a_minute_are_answered_then_one_line_then_silence() -> None:
    control = FloodControl()
    assert set(paces(control, *range(MOST_A_MINUTE))) == {Flow.CALM}
    assert paces(control, 20, 21, 22) == [Flow.TOO_MANY, Flow.FLOOD, Flow.FLOOD]
    assert control.hear(2, 22) is Flow.CALM


def test_silence_lasts_until_it_is_calm_and_the_line_is_said_again() -> None:
    control = FloodControl()
    paces(control, *range(30))
    assert control.hear(1, 60) is Flow.FLOOD, "21 in the last minute still"
    assert control.hear(1, 120) is Flow.CALM
    assert paces(control, *range(121, 142))[-2:] == [Flow.TOO_MANY, Flow.FLOOD]


def test_a_steady_pace_below_the_limit_is_never_met_by_silence() -> None:
    assert set(paces(FloodControl(), *(3.1 * n for n in range(200)))) == {Flow.CALM}


def test_calm_chats_are_forgotten() -> None:
    control = FloodControl()
    for chat in range(100):
        paces(control, *range(25), chat=chat)
    control.hear(1000, 200)
    assert (len(control._heard), control._told) == (1, set())


def test_no_limit() -> None:
    assert set(paces(FloodControl(None), *[1.0] * 100)) == {Flow.CALM}


CARDS = (Card(blocks=(Block(text="one"),)), Card(blocks=(Block(text="two"),)))
LINE = Block(kind=BlockKind.NOTE, text="sorry")


def test_an_apology_stands_on_top() -> None:
    said = apologising(Reply(outcome=Outcome.ANSWER, cards=CARDS), "sorry")
    assert said.cards[0].blocks == (LINE, Block(text="one"))
    assert said.cards[1] == CARDS[1]


@pytest.mark.parametrize("outcome", [Outcome.ALARM, Outcome.CHECK])
def test_below_an_alarm_never_above(outcome: Outcome) -> None:
    said = apologising(Reply(outcome=outcome, cards=CARDS), "sorry")
    assert said.cards[0] == CARDS[0]
    assert said.cards[1].blocks == (Block(text="two"), LINE)


def test_no_apology_for_nothing() -> None:
    nothing, said = Reply(outcome=Outcome.ANSWER), Reply(outcome=Outcome.ANSWER, cards=CARDS)
    assert apologising(nothing, "sorry") == nothing
    assert apologising(said, "") == said
