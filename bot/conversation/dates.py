"""Reads a date that somebody typed: "12 March 2026", "12/3/26", "2026-03-12", "5 weeks ago", "in 3 months", "yesterday"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rapidfuzz import fuzz, process

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_DAYS = {"day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_NUMERIC = re.compile(r"^(\d{1,2})[./ -](\d{1,2})(?:[./ -](\d{2}|\d{4}))?$")
_NAMED = re.compile(
    r"^(?:(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]+)|([a-z]+)\s+(\d{1,2})(?:st|nd|rd|th)?)(?:,?\s+(\d{4}))?$"
)
_AGO = re.compile(
    r"^(?:about |around |nearly |almost |over )?(\d{1,3}|[a-z]+) (day|week|month|year)s?(?: and a half)? ?(?:ago|old|post ?partum|pp)?$"
)
_AHEAD = re.compile(r"^(?:in )(?:about |around )?(\d{1,3}|[a-z]+) (day|week|month)s?(?: time)?$")
MONTH_LIKENESS = 80
"""rapidfuzz's ratio, 0..100: "febuary" is 93, "mar" is matched by its beginning."""


def read_date(text: str, today: date, *, future: bool) -> date | None:
    """Read a date.

    Args:
        text: what was typed.
        today: the day it was typed.
        future: a date without a year is the next one (a due date), otherwise the last one (a birth).

    Returns:
        None where it is no date ("feb 30" neither).
    """
    wanted = " ".join(text.lower().strip(" .!").split())
    if wanted in ("today", "yesterday", "tomorrow"):
        return today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[wanted])
    try:
        if match := _ISO.match(wanted):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _NUMERIC.match(wanted):
            return _with_year(int(match[1]), int(match[2]), match[3], today, future=future)
        if (match := _NAMED.match(wanted)) and (month := _month(match[2] or match[3])):
            return _with_year(int(match[1] or match[4]), month, match[5], today, future=future)
    except ValueError:
        return None
    if (match := _AHEAD.match(wanted)) and (count := _count(match[1])) is not None:
        return today + timedelta(days=round(count * _DAYS[match[2]]))
    if not future and (match := _AGO.match(wanted)) and (count := _count(match[1])) is not None:
        return today - timedelta(days=round(count * _DAYS[match[2]]))
    return None


def _count(text: str) -> int | None:
    return int(text) if text.isdigit() else _NUMBERS.get(text)


def _month(text: str) -> int | None:
    for n, name in enumerate(_MONTHS, 1):
        if len(text) >= 3 and name.startswith(text):  # noqa: PLR2004 - "jan" is the shortest form in use
            return n
    best = process.extractOne(text, _MONTHS, scorer=fuzz.ratio, score_cutoff=MONTH_LIKENESS)
    return best[2] + 1 if best else None


def _with_year(day: int, month: int, year: str | None, today: date, *, future: bool) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004 - "26"
    step = 1 if future else -1
    for candidate in range(today.year, today.year + 5 * step, step):  # 29 February waits for a leap year
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if (found >= today) if future else (found <= today):
            return found
    raise ValueError(month, day)
