"""Text becomes words in one place, whatever people type."""

# ruff: noqa: RUF001 - characters that look alike are what is tested
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.text import bigrams, clean, split

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("can’t", "cant"),
        ("CAN'T", "cant"),
        ("cannot", "cant"),
        ("can not", "cant"),
        ("can, not", "can not"),
        ("I ve", "ive"),
        ("don`t", "dont"),
        ("it´s", "its"),
        ("ｂａｃｋ", "back"),
        ("ﬁne", "fine"),
        ("naïve café", "naive cafe"),
        ("back🔥pain", "back pain"),
        ("👶🏽👩‍🍼", ""),
        ("ba\u200bck", "back"),
        ("\u202eback\u202c", "back"),
        ("ba\u0301ck", "back"),
        ("soooooo sore", "soo sore"),
        ("painnnnn!!!!", "painn"),
        ("my mom", "my mum"),
        ("u r 6 wks preg", "you are 6 weeks pregnant"),
        ("38,5 °C", "38.5 ° c"),
        ("1,000 steps", "1000 steps"),
        ("160/110", "160/110"),
        ("10000000", "10000000"),
        ("back\tpain\x00now", "back pain now"),
        ("snake_case", "snake case"),
        ("...", ""),
        ("", ""),
        ("مرحبا", "مرحبا"),
        ("straße", "strasse"),
    ],
)
def test_words_of_what_is_typed(typed: str, words: str) -> None:
    assert " ".join(split(typed).words) == words


def test_keeps_the_punctuation_between_words() -> None:
    words = split("sore back, numb leg. help")
    assert words.words == ("sore", "back", "numb", "leg", "help")
    assert words.breaks == ("", "", ",", "", ".", "")


def test_pairs_of_words() -> None:
    assert bigrams(("my", "sore", "back")) == ["my sore", "sore back"]
    assert bigrams(("back",)) == []


@given(ANY_TEXT)
def test_never_raises_and_keeps_its_promises(text: str) -> None:
    words = split(text)
    assert len(words.breaks) == len(words.words) + 1
    assert all(w and "'" not in w and not any(c.isspace() for c in w) for w in words.words)


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


def test_a_long_text_is_quick() -> None:
    assert len(split("aB'9. " * 20_000).words) == 20_000 * 2
