"""Days, times and dates as she reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta

from bot.conversation.texts import Texts
from bot.schedule.occurrence import EVERY_DAY
from bot.schedule.quiet import QuietHours

WEEKDAYS = frozenset(range(5))
"""Monday to Friday."""
_MONDAY = date(2024, 1, 1)


def day_name(day: int) -> str:
    """A weekday, 0 for Monday: "Mon"."""
    return f"{_MONDAY + timedelta(days=day):%a}"


def days_said(texts: Texts, days: Iterable[int]) -> str:
    """Weekdays: "Mon, Wed, Fri", "Mon to Fri", or that it is every day."""
    chosen = frozenset(days)
    if chosen == EVERY_DAY:
        return texts("walk-every-day")
    return texts("walk-weekdays") if chosen == WEEKDAYS else ", ".join(day_name(d) for d in sorted(chosen))


def date_said(day: date) -> str:
    """A date: "Mon 23 Nov"."""
    return f"{day:%a %-d %b}"


def time_said(at: time) -> str:
    """A time: "10:00"."""
    return f"{at:%H:%M}"


def span_said(quiet: QuietHours) -> str:
    """Hours: "21:00-08:00"."""
    return f"{time_said(quiet.start)}-{time_said(quiet.end)}"


def read_clock(text: str) -> time:
    """The time that a button or a draft holds, as 1000 or 10:00. Raises ValueError for anything else."""
    digits = text.replace(":", "")
    if len(digits) != 4 or not digits.isascii() or not digits.isdigit():
        raise ValueError(text)
    return time(int(digits[:2]), int(digits[2:]))
