"""Reads a date that somebody typed: "12 March 2026", "12/3/26", "2026-03-12", "5 weeks ago", "in 3 months"."""

from __future__ import annotations

import re
from calendar import isleap
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from bot.language.number_words import ONE, numbers

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
_NUMBERS = ONE | numbers(1, 12)
_UNITS = {"day": 1.0, "week": 7.0, "wk": 7.0, "month": 30.44, "mth": 30.44, "year": 365.25, "yr": 365.25}
"""Days of each."""
_PLAIN = {
    "today": 0,
    "yesterday": -1,
    "tomorrow": 1,
    "last week": -7,
    "next week": 7,
    "last month": -30,
    "next month": 30,
}
_LEAD = re.compile(
    r"^(?:(?:it|she|he|they|i|we|the|my|baby|babies|birth|section|was|is|im|am|are|were|born|gave birth|due|date|on|for"
    r"|had|him|her|them|around|about|since|it's|i'm|in) )+(?=[a-z0-9])"
)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_NUMERIC = re.compile(r"^(\d{1,2})[./ -](\d{1,2})(?:[./ -](\d{2}|\d{4}))?$")
_NAMED = re.compile(
    r"^(?:(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]+)|([a-z]+)\s+(\d{1,2})(?:st|nd|rd|th)?)(?:,?\s+(\d{4}))?$"
)
_SPAN = re.compile(
    r"^(in )?(?:about |around |nearly |almost |over )?(\d{1,3}|[a-z]+) ?(day|week|wk|month|mth|year|yr)s?"
    r"(?: and a half)?( ago| old| ?post ?partum| pp| time| from now)?$"
)
MONTH_LIKENESS = 80
"""rapidfuzz's ratio, 0..100: "febuary" is 93; "mar" is known by its beginning."""
SHORTEST_MONTH = 3
"""Letters: "jan" is the shortest form in use."""


def read_date(text: str, today: date, *, future: bool, month_first: bool = False) -> date | None:
    """Read a date.

    Args:
        text: what was typed.
        today: the day it was typed.
        future: a date without a year is the next one (a due date), otherwise the last one (a birth).
        month_first: "3/4" is 4 March.

    Returns:
        None where it is no date ("feb 30" neither).
    """
    wanted = " ".join(text.lower().strip(" .!").split())
    try:
        for form in dict.fromkeys((wanted, _LEAD.sub("", wanted))):
            if found := _read(form, today, future=future, month_first=month_first):
                return found
    except (ValueError, OverflowError):
        return None
    return None


def _read(wanted: str, today: date, *, future: bool, month_first: bool) -> date | None:
    if wanted in _PLAIN:
        return today + timedelta(days=_PLAIN[wanted])
    if match := _ISO.match(wanted):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.match(wanted):
        day, month = int(match[1]), int(match[2])
        if month > len(_MONTHS) or (month_first and day <= len(_MONTHS)):
            day, month = month, day
        return _with_year(day, month, match[3], today, future=future)
    if (match := _NAMED.match(wanted)) and (named := _month(match[2] or match[3])):
        return _with_year(int(match[1] or match[4]), named, match[5], today, future=future)
    if match := _SPAN.match(wanted):
        return _from_span(match, today, future=future)
    return None


def _from_span(match: re.Match[str], today: date, *, future: bool) -> date | None:
    count = int(match[2]) if match[2].isdigit() else _NUMBERS.get(match[2])
    ahead = bool(match[1]) or (match[4] or "").strip() in ("time", "from now")
    if count is None or (future and not ahead):  # "5 weeks" is no due date: it may be how far along she is
        return None
    return today + (1 if ahead else -1) * timedelta(days=round(count * _UNITS[match[3]]))


def _month(text: str) -> int | None:
    for n, name in enumerate(_MONTHS, 1):
        if len(text) >= SHORTEST_MONTH and name.startswith(text):
            return n
    best = process.extractOne(text, _MONTHS, scorer=fuzz.ratio, score_cutoff=MONTH_LIKENESS)
    return best[2] + 1 if best else None


def _with_year(day: int, month: int, year: str | None, today: date, *, future: bool) -> date | None:
    if year:
        return date(int(year) + (2000 if int(year) < 100 else 0), month, day)
    step = 1 if future else -1
    for candidate in range(today.year, today.year + 9 * step, step):  # 29 February waits for a leap year
        if month == 2 and day == 29 and not isleap(candidate):
            continue
        found = date(candidate, month, day)
        if (found >= today) if future else (found <= today):
            return found
    return None
