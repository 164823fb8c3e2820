"""Cards as HTML and buttons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card
from bot.telegram.render import keyboard, render
from bot.telegram.split import units
from tests.fake_telegram.rules import text_of


def card(*blocks: Block, buttons: tuple[tuple[Button, ...], ...] = ()) -> Card:
    return Card(blocks=blocks, buttons=buttons)


def test_each_kind_of_block() -> None:
    (part,) = render(
        card(
            Block(kind=BlockKind.TITLE, text="T"),
            Block(text="one\n \n\ntwo"),
            Block(kind=BlockKind.TIPS, text="Try:", items=("a", "b")),
            Block(kind=BlockKind.NOTE, text="N"),
        ),
        "OurBot",
    )
    assert part.html == "<b>T</b>\n\none\n\ntwo\n\nTry:\n\n• a\n• b\n\n<i>N</i>"
    assert part.plain == "T\n\none\n\ntwo\n\nTry:\n\n• a\n• b\n\nN"
    assert part.keyboard is None


def test_text_is_never_markup() -> None:
    (part,) = render(card(Block(kind=BlockKind.TITLE, text="<b>&amp;</i>")), "OurBot")
    assert part.html == "<b>&lt;b&gt;&amp;amp;&lt;/i&gt;</b>"


def test_paragraphs_stay_whole_where_they_fit() -> None:
    parts = render(card(Block(text="a" * 6 + "\n\n" + "b" * 6)), "OurBot", limit=10)
    assert [p.plain for p in parts] == ["aaaaaa", "bbbbbb"]


def test_a_long_title_is_bold_in_every_part() -> None:
    parts = render(card(Block(kind=BlockKind.TITLE, text="one two three")), "OurBot", limit=8)
    assert [p.html for p in parts] == ["<b>one two</b>", "<b>three</b>"]


texts = st.text(st.sampled_from("ab<>&. \n🤰"), max_size=80)
blocks = st.lists(
    st.builds(Block, kind=st.sampled_from(BlockKind), text=texts, items=st.tuples(texts, texts)), min_size=1
)


@given(blocks, st.integers(4, 60))
def test_every_part_is_what_telegram_takes(some: list[Block], limit: int) -> None:
    shown = card(*some, buttons=((Button(label="x", action="x"),),))
    words = "".join("".join((b.text, *(f"•{i}" for i in b.items if i.strip()))) for b in some)
    if not words.strip():
        with pytest.raises(ValueError, match="without text"):
            render(shown, "OurBot")
        return
    parts = render(shown, "OurBot", limit=limit)
    assert [p.keyboard is not None for p in parts] == [False] * (len(parts) - 1) + [True]
    for part in parts:
        text = text_of({"text": part.html, "parse_mode": "HTML"})
        assert units(text) <= limit
        assert text == part.plain.strip()
    assert "".join("".join(p.plain for p in parts).split()) == "".join(words.split())


def test_buttons() -> None:
    row = (
        Button(label="A", action="a", style=ButtonStyle.SUCCESS),
        Button(label="B", deep_link="b-1_"),
        Button(label="C", copy="112"),
    )
    board = keyboard(card(buttons=(row, ())), "OurBot")
    assert board is not None
    ((first, second, third),) = board.inline_keyboard
    assert (first.callback_data, first.style) == ("a", "success")
    assert (second.url, second.style) == ("https://t.me/OurBot?start=b-1_", None)
    assert third.copy_text is not None
    assert third.copy_text.text == "112"


def test_inline_leaves_out_what_needs_a_chat() -> None:
    assert keyboard(card(buttons=((Button(label="A", action="a"),),)), "OurBot", inline=True) is None


@pytest.mark.parametrize(
    "button",
    [
        Button(label=" ", action="a"),
        Button(label="x"),
        Button(label="x", action="a", copy="b"),
        Button(label="x", action="ä" * 33),
        Button(label="x", deep_link="a b"),
        Button(label="x", deep_link="a" * 65),
        Button(label="x", copy="1" * 257),
    ],
)
def test_a_button_that_telegram_would_refuse_is_our_mistake(button: Button) -> None:
    with pytest.raises(ValueError, match="button"):
        render(card(Block(text="t"), buttons=((button,),)), "OurBot")


def test_the_longest_action_fits() -> None:
    assert keyboard(card(buttons=((Button(label="x", action="ä" * 32),),)), "OurBot") is not None
