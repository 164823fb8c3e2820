"""The same as `dataclasses.asdict`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from bot.conversation.plain_values import plain
from bot.conversation.reply import Block, Button, ButtonStyle, Card, Outcome, Reply
from bot.conversation.state import Context, Exchange, Profile, Stage
from bot.knowledge.level import Level

REPLY = Reply(
    outcome=Outcome.ALARM,
    cards=(
        Card(
            blocks=(Block(text="x", items=("a", "b")),),
            buttons=((Button(label="x", action="y", style=ButtonStyle.DANGER),),),
        ),
    ),
    level=Level.URGENT,
)
CONTEXT = Context(signs={"a": 1.0}, exchanges=(Exchange(asked=1, replies=(2, 3), safety=True),), asked=("x",))


def test_as_asdict() -> None:
    for value in (REPLY, CONTEXT, Profile(stage=Stage.PREGNANT, due=date(2027, 1, 1))):
        assert plain(value) == asdict(value)


def test_what_can_be_changed_is_copied() -> None:
    given = [{"a": [1]}]
    copied = plain(given)
    copied[0]["a"].append(2)
    assert given == [{"a": [1]}]
