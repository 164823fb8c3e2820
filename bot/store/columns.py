"""How dates, weekdays and reminders stand in columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from bot.schedule.model import MOST_MINUTES, Reminder

_EPOCH = date(1970, 1, 1)

REMINDER = "no, at_minute, days, minutes, enabled, paused_until, last_day, next_due"
"""The columns that `reminder_of` reads, in order."""


def day_number(day: date) -> int:
    """Days since 1970-01-01, negative before."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The date of `day_number`."""
    return _EPOCH + timedelta(days=number)


def minute_of(at: time) -> int:
    """Minutes after midnight."""
    return at.hour * 60 + at.minute


def time_of(minute: int) -> time:
    """The time of `minute_of`."""
    return time(*divmod(minute, 60))


def bits(days: Iterable[int]) -> int:
    """Weekdays as bits 0 (Monday) to 6."""
    return sum(1 << day for day in days)


def days_of(value: int) -> frozenset[int]:
    """The weekdays of `bits`."""
    return frozenset(day for day in range(7) if value >> day & 1)


def reminder_of(row: tuple[Any, ...]) -> Reminder:
    """The reminder of the columns `REMINDER`. Raises ValueError or TypeError for columns of nonsense."""
    no, at_minute, days, minutes, enabled, paused_until, last_day, next_due = row
    return Reminder(
        no=no,
        at=time_of(at_minute),
        days=days_of(days),
        minutes=None if minutes is None else min(minutes, MOST_MINUTES),  # made-up buttons were believed once
        enabled=bool(enabled),
        paused_until=None if paused_until is None else day_of(paused_until),
        last_day=None if last_day is None else day_of(last_day),
        next_due=next_due,
    )


def optional_day(day: date | None) -> int | None:
    """As `day_number`, None for None."""
    return None if day is None else day_number(day)
