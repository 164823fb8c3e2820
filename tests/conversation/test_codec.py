from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.codec import reply_from_json, reply_to_json
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card, Outcome, Reply
from bot.knowledge.level import Level

BLOCKS = st.builds(
    Block, kind=st.sampled_from(BlockKind), text=st.text(), items=st.lists(st.text(), max_size=3).map(tuple)
)
BUTTONS = st.builds(Button, label=st.text(), action=st.text(), style=st.sampled_from(ButtonStyle))
ROWS = st.lists(st.lists(BUTTONS, max_size=2).map(tuple), max_size=2).map(tuple)
CARDS = st.builds(
    Card,
    blocks=st.lists(BLOCKS, max_size=3).map(tuple),
    buttons=ROWS,
    replace=st.booleans(),
    lasting=st.booleans(),
)
REPLIES = st.builds(
    Reply,
    outcome=st.sampled_from(Outcome),
    cards=st.lists(CARDS, max_size=2).map(tuple),
    topics=st.lists(st.text(), max_size=3).map(tuple),
    flag=st.none() | st.text(),
    level=st.none() | st.sampled_from(Level),
    confidence=st.floats(0, 1),
    notice=st.text(),
    spent=st.lists(st.text(), max_size=2).map(tuple),
    remove_buttons=st.booleans(),
)


@given(REPLIES)
def test_a_reply_comes_back_as_it_was(reply: Reply) -> None:
    assert reply_from_json(json.loads(json.dumps(reply_to_json(reply)))) == reply
