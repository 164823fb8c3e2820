"""The conversation in a terminal."""

from __future__ import annotations

import io

import pytest

from bot.conversation.message import Message
from bot.conversation.reply import Block, BlockKind, Button, Card, Outcome, Reply
from bot.settings.settings import Settings
from bot.terminal.chat import read_line
from bot.terminal.render import reply_text
from bot.terminal.run import run_terminal
from tests.conversation.chats import NOON


def talk(*lines: str, **environment: str) -> str:
    out = io.StringIO()
    assert run_terminal(Settings.from_environment(environment), io.StringIO("".join(f"{x}\n" for x in lines)), out) == 0
    return out.getvalue()


def test_line_by_line_after_three_lines_on_the_token() -> None:
    shown = talk("how do i lift", "tell me more", "i cant feel my legs").split("\n\n")
    assert len(shown[0].splitlines()) == 3
    assert "TELEGRAM_BOT_TOKEN" in shown[0]
    assert "** How do I lift without hurting my back? **" in shown
    assert "** Call your local emergency number now (112 in Europe). **" in shown


def test_an_empty_line_and_a_typed_button() -> None:
    shown = talk("", "/topics", "2")
    assert "could not read any words" in shown
    assert "** Ease the pain **" in shown


def test_the_country_of_the_settings() -> None:
    assert "999" in talk("i cant feel my legs", COUNTRY="GB")


def test_ctrl_c_ends_it() -> None:
    class Interrupted(io.StringIO):
        def readline(self, size: int | None = -1, /) -> str:
            raise KeyboardInterrupt

    out = io.StringIO()
    assert run_terminal(Settings.from_environment({}), Interrupted(), out) == 0
    assert out.getvalue().endswith("\n")


def test_a_prompt_where_somebody_types() -> None:
    class TypedButtons(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = io.StringIO()
    run_terminal(Settings.from_environment({}), TypedButtons("hello\n"), out)
    assert out.getvalue().count("you> ") == 2
    assert out.getvalue().endswith("you> \n")


@pytest.mark.parametrize(
    ("line", "command", "text"),
    [
        ("/help\n", "help", ""),
        ("/Start relaxin", "start", "relaxin"),
        ("/ 2", "", "/ 2"),
        (" hi ", "", "hi"),
        ("/", "", "/"),
    ],
)
def test_lines(line: str, command: str, text: str) -> None:
    message = read_line(line, NOON)
    assert (message.command, message.text) == (command, text)


def test_buttons_are_numbered_through_all_cards() -> None:
    one = Card(
        blocks=(Block(kind=BlockKind.TITLE, text="T"), Block(kind=BlockKind.TIPS, items=("a", "b"))),
        buttons=((Button(label="A", action="a"), Button(label="call", copy="112")),),
    )
    two = Card(blocks=(Block(text="x"),), buttons=((Button(label="B", action="b"),),))
    shown = reply_text(Reply(outcome=Outcome.ANSWER, cards=(one, two), notice="noted"))
    assert shown == "** T **\n\n - a\n - b\n\n  [1] A\n\nx\n\n  [2] B\n\nnoted"


def test_a_number_presses_the_button_of_a_set_up() -> None:
    buttons = tuple((Button(label=str(n), action=action),) for n, action in enumerate(("topic:x", "walk:a:time:1000")))
    shown = Reply(outcome=Outcome.ANSWER, cards=(Card(blocks=(), buttons=buttons),))
    assert read_line("2\n", NOON, shown) == Message(at=NOON, action="walk:a:time:1000")
    assert read_line("1", NOON, shown) == Message(at=NOON, text="1"), "the conversation knows what it offered"
    assert read_line("10", NOON, shown) == Message(at=NOON, text="10")


def test_a_number_of_the_scale_of_pain_is_the_pain() -> None:
    buttons = tuple(Button(label=str(n), action=f"walk:a:pain:7:2026-11-23:9:{n}") for n in range(11))
    shown = Reply(outcome=Outcome.ANSWER, cards=(Card(blocks=(), buttons=(buttons,)),))
    for text in ("0", "3", "10"):
        assert read_line(text, NOON, shown).action.endswith(f":{text}")
