"""What a reminder may be."""

from __future__ import annotations

from datetime import time

import pytest

from bot.schedule.model import MOST_MINUTES, Reminder
from bot.store.columns import reminder_of


@pytest.mark.parametrize("minutes", [-1, 0, MOST_MINUTES + 1, 3_000_000_000, 10**20])
def test_a_walk_of_nonsense_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        Reminder(no=1, at=time(10), minutes=minutes)


@pytest.mark.parametrize("minutes", [None, 1, MOST_MINUTES])
def test_a_walk_may_be_so_long(minutes: int | None) -> None:
    assert Reminder(no=1, at=time(10), minutes=minutes).minutes == minutes


def test_one_that_an_earlier_version_kept_is_read() -> None:
    assert reminder_of((1, 600, 1, 3_000_000_000, 1, None, None, None)).minutes == MOST_MINUTES
