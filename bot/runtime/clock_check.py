"""Whether the clock may be trusted with deleting: what is gone by a wrong one does not come back."""

from __future__ import annotations

from bot.store.retention import SECONDS_A_DAY

LONGEST_QUIET_DAYS = 30
"""A bot without a run, a message or a press for so long did not run; or its clock is ahead."""
CONFIRMED_FROM_S, CONFIRMED_UNTIL_S = SECONDS_A_DAY, LONGEST_QUIET_DAYS * SECONDS_A_DAY
"""A clock that is still the same a day after it was doubted is taken at its word: the machine really was off for two
months. One that was wrong at the start (no battery, NTP not reached yet) is set right long before."""


def is_done(today: int, last_run: int) -> bool:
    """Whether the job of the day needs no run; both are days since 1970.

    Where the clocks of two machines lie on both sides of midnight, the last run may be tomorrow's. Later than that it
    was written by a clock that was ahead, and does not keep the job from being done for as long.
    """
    return today <= last_run <= today + 1


def doubt(now: float, last_run: int, newest: int | None) -> str:
    """Why a clock is not to be trusted; empty where nothing speaks against it.

    Args:
        now: by that clock, epoch seconds.
        last_run: day, since 1970, of the last run; 0 where there was none.
        newest: the last contact with anybody at least a day ago, epoch seconds. What came within the last day says
            nothing: a message that comes after a start with a wrong clock has the wrong time too.
    """
    today = int(now) // SECONDS_A_DAY
    if last_run > today:
        return f"the last run was {last_run - today} days later than now"
    known = max(last_run, 0 if newest is None else newest // SECONDS_A_DAY)
    if known and today - known > LONGEST_QUIET_DAYS:
        return f"nothing was seen for {today - known} days"
    return ""


def is_confirmed(now: float, doubted_at: int) -> bool:
    """Whether a clock that was doubted has gone on since for a day. Both in epoch seconds."""
    return CONFIRMED_FROM_S <= now - doubted_at <= CONFIRMED_UNTIL_S


def is_waiting(now: float, doubted_at: int) -> bool:
    """Whether the clock was doubted within the last day: it is asked again when that is over."""
    return 0 <= now - doubted_at < CONFIRMED_FROM_S
