"""Pauses grow up to the longest and end after as many as there are to be."""

from __future__ import annotations

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backoff import Backoff
from bot.store import database
from bot.telegram import caller, dispatcher, reachability
from bot.telegram.rate_limiter import Priority

SECONDS = st.floats(0.001, 100)


@pytest.mark.parametrize(
    ("backoff", "pauses"),
    [
        (caller.PAUSES[Priority.ALARM], [0.5, 1, 2, 2, 2]),
        (caller.PAUSES[Priority.ANSWER], [0.5, 1, 2, 4, 8, *[15] * 20]),
        (caller.PAUSES[Priority.REMINDER], [0.5, 1, 2, 4, 8, 16, 30, 30]),
        (reachability.PROBES, [0.5, 1, 2, 4, 5, 5]),
        (dispatcher.PAUSES, [0.5, 1, 2, 4, 4, 4]),
        (database.BUSY_PAUSES, [0.002, 0.004, 0.008, 0.016, 0.032, 0.05, 0.05]),
    ],
)
def test_the_waits_of_the_bot(backoff: Backoff, pauses: list[float]) -> None:
    assert list(islice(backoff, len(pauses) + 1))[: len(pauses)] == pytest.approx(pauses)
    assert len(list(islice(backoff, 100))) == (backoff.tries or 100)


@given(SECONDS, SECONDS, st.floats(1, 10), st.integers(0, 50))
def test_pauses_never_shrink_and_never_pass_the_longest(first: float, more: float, factor: float, tries: int) -> None:
    backoff = Backoff(first_s=first, longest_s=first + more, factor=factor, tries=tries)
    pauses = list(backoff)
    assert pauses == list(backoff)
    assert len(pauses) == tries
    assert pauses[:1] == [first][:tries]
    assert all(a <= b <= first + more for a, b in pairwise(pauses))


def test_pauses_without_an_end_stay_finite() -> None:
    assert next(islice(Backoff(first_s=1, longest_s=60), 100_000, None)) == 60


def test_a_first_pause_beyond_the_longest_is_cut() -> None:
    assert list(Backoff(first_s=9, longest_s=5, tries=2)) == [5, 5]
