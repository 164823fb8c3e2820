"""What somebody may ask of the walk reminders, as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class Reason(StrEnum):
    """Why a text is refused; each has its own sentence elsewhere."""

    NOTHING = "nothing"
    """It says nothing that reminders could use."""
    TOO_LONG = "too-long"
    UNCLEAR = "unclear"
    """Part of it could be read in two ways: "walk 20", "don't stop"."""
    NO_SUCH_TIME = "no-such-time"
    TWO_TIMES = "two-times"
    """A reminder has one time; two times are two reminders."""
    NO_SUCH_DATE = "no-such-date"
    PAST_DATE = "past-date"
    TOO_FAR = "too-far"
    ONE_OFF = "one-off"
    """A single day ("tomorrow", "5 march"): reminders repeat every week."""
    WHICH_DAYS = "which-days"
    """How often a week, but not on which days; or on no day at all."""
    OTHER_RHYTHM = "other-rhythm"
    """Not by the week: every other day, monthly."""
    MINUTES = "minutes"
    """Out of range for a walk."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing is to be changed. `part` is what was refused ("" for all), lower case: escape it where it is shown."""

    reason: Reason
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """A reminder to set up or change; None is what was not said.

    `or_at` is the other reading of a time without half of the day ("half nine": 09:30 or 21:30). It is worth a question
    where `at` lies in quiet hours and `or_at` does not.
    """

    days: frozenset[int] | None = None
    at: time | None = None
    or_at: time | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Stop reminders: all, or those on these days or at this time."""

    days: frozenset[int] | None = None
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause all reminders. `until` is the first day on which they come again; None where it was not said."""

    until: date | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Start again what is paused or stopped."""


@dataclass(frozen=True, slots=True)
class Show:
    """List the reminders."""


Request = SetUp | Stop | Pause | Resume | Show | Refusal
