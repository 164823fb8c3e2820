"""One rule for stored instants, in Python and in SQL."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from bot.store.instants import believed, is_believed

INSTANTS = st.integers(-(2**40), 2**40)
LENGTHS = st.integers(0, 2**30)


@given(now=INSTANTS, longest=LENGTHS, left=st.integers(-(2**31), 2**31))
def test_what_ends_within_the_longest_counts(now: int, longest: int, left: int) -> None:
    assert is_believed(now + left, now, longest) == (0 < left <= longest)


@given(now=INSTANTS, written=INSTANTS, longest=st.integers(1, 2**30))
def test_of_a_clock_that_was_wrong_nothing_is_held_for_longer_than_the_longest(
    now: int, written: int, longest: int
) -> None:
    until = written + longest
    assert not is_believed(until, now, longest) or until - now <= longest


@given(now=INSTANTS, until=INSTANTS, longest=LENGTHS)
def test_statements_say_the_same(now: int, until: int, longest: int) -> None:
    with sqlite3.connect(":memory:") as connection:
        sql = f"SELECT {believed(':until', ':now', ':longest')}"
        (found,) = connection.execute(sql, {"until": until, "now": now, "longest": longest}).fetchone()
    connection.close()
    assert bool(found) == is_believed(until, now, longest)
