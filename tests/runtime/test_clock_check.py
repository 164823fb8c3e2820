"""When a clock is doubted, and when it is believed nevertheless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.clock_check import LONGEST_QUIET_DAYS, doubt, is_confirmed, is_done, is_waiting
from bot.store.retention import SECONDS_A_DAY

TODAY = 20_000
NOW = TODAY * SECONDS_A_DAY + 5_000


@pytest.mark.parametrize(
    ("last_run", "newest", "doubted"),
    [
        (0, None, False),
        (TODAY - 1, None, False),
        (TODAY - LONGEST_QUIET_DAYS, None, False),
        (TODAY - LONGEST_QUIET_DAYS - 1, None, True),
        (TODAY - 60, NOW - 2 * SECONDS_A_DAY, False),
        (0, NOW - 60 * SECONDS_A_DAY, True),
        (TODAY + 2, NOW - 2 * SECONDS_A_DAY, True),
    ],
)
def test_doubts(last_run: int, newest: int | None, doubted: bool) -> None:
    assert bool(doubt(NOW, last_run, newest)) == doubted


@given(now=st.integers(0, 2**34), at=st.integers(0, 2**34))
def test_a_doubt_is_waited_for_or_confirmed_and_never_both(now: int, at: int) -> None:
    assert not (is_waiting(now, at) and is_confirmed(now, at))
    if is_confirmed(now, at):
        assert now - at >= SECONDS_A_DAY


@given(today=st.integers(0, 40_000), last_run=st.integers(0, 40_000))
def test_a_job_that_is_not_done_is_due_or_its_clock_is_doubted(today: int, last_run: int) -> None:
    if last_run > today + 1:
        assert not is_done(today, last_run)
        assert doubt(today * SECONDS_A_DAY, last_run, None)
