from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.text import split
from bot.triage.measurements import NUMBER_GROUPS, number_spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("temperature 38", {"#fever"}),
        ("38.6", {"#fever"}),
        ("101.5", {"#fever"}),
        ("39 on the thermometer", {"#fever"}),
        ("38 weeks", set()),
        ("38", set()),
        ("temp of 36.9", {"#normal-temperature"}),
        ("temp 98.6", {"#normal-temperature"}),
        ("160/110", {"#severe-pressure"}),
        ("172 over 114", {"#severe-pressure"}),
        ("180 on 95", {"#severe-pressure"}),
        ("bp of 171", {"#severe-pressure"}),
        ("150/95", {"#raised-pressure"}),
        ("118/74", {"#normal-pressure"}),
        ("24/7", set()),
        ("pulse 130", {"#fast-pulse"}),
        ("130 steps", set()),
        ("pain 9/10", {"#severe-score"}),
        ("pain 8 out of 10", {"#severe-score"}),
        ("pain 3/10", set()),
    ],
)
def test_numbers(text: str, expected: set[str]) -> None:
    assert set(number_spans(split(text).words)) == expected


WORDS = st.one_of(st.integers(0, 400).map(str), st.sampled_from(["over", "bp", "38.4", "1/2", "°"]))


@given(st.lists(WORDS, max_size=8))
def test_only_known_names_and_spans_within(words: list[str]) -> None:
    found = number_spans(words)
    assert set(found) <= set(NUMBER_GROUPS)
    assert all(0 <= s.start < s.end <= len(words) for spans in found.values() for s in spans)
