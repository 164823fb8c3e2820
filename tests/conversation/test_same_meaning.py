"""What changes nothing in the meaning changes nothing in the outcome."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ask import ask
from bot.conversation.dialogue import Conversation

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WORDS = [
    "my",
    "back",
    "hurts",
    "when",
    "i",
    "lift",
    "no",
    "fever",
    "cant",
    "feel",
    "legs",
    "is",
    "it",
    "normal",
    "pillow",
    "walk",
    "??",
    "38.6",
    "baby",
    "¿",
    "до",
    "😀",
    "-",
    "\n",
]
ENDINGS = st.sampled_from(["", " ", "   ", "\n", " \t ", " 🙂", "🌙", " 💤💤"])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), ENDINGS, st.booleans())
def test_blanks_capitals_and_a_neutral_emoji_change_nothing(
    conversation: Conversation, words: list[str], ending: str, capitals: bool
) -> None:
    text = " ".join(words)
    other = (text.upper() if capitals else text) + ending
    one, two = ask(conversation, text, AT), ask(conversation, other, AT)
    assert (one.outcome, one.topics, one.flag, one.level) == (two.outcome, two.topics, two.flag, two.level)
