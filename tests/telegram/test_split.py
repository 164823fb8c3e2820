"""Cutting long texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.split import pieces, units


@pytest.mark.parametrize(("text", "length"), [("", 0), ("abc", 3), ("ä", 1), ("🤰", 2), ("👩‍🍼", 5)])
def test_units_are_utf16(text: str, length: int) -> None:
    assert units(text) == length == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, ["short"]),
        ("One two. Three four.", 12, ["One two.", "Three four."]),
        ("line one\nline two", 10, ["line one", "line two"]),
        ("one two three", 8, ["one two", "three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("🤰🤰🤰", 5, ["🤰🤰", "🤰"]),
        ("   ", 2, []),
    ],
)
def test_the_best_place_is_taken(text: str, limit: int, expected: list[str]) -> None:
    assert pieces(text, limit) == expected


@given(st.text(st.sampled_from("ab. \n🤰!é"), max_size=120), st.integers(2, 30))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int) -> None:
    cut = pieces(text, limit)
    assert all(piece and units(piece) <= limit for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
