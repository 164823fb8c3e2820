"""Reads the end of a pause: "for 2 weeks", "until 5 march", "till monday"; and knows a date when it sees one."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.language.dates import read_date
from bot.language.number_words import ONE, numbers
from bot.language.reminder_request import Reason, Refusal
from bot.language.weekdays import weekday

LONGEST_PAUSE = 366
"""Days. Who wants to hear nothing for longer stops the reminders."""
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_NUMBERED = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:{_NUMBERED}\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+(?:the\s+)?{_NUMBERED}(?![\d:.]|\s*[ap]m\b))"
    r"(?:,?\s+\d{4}(?!\d))?\b"
    r"|\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})\b|\b\d{1,2}/\d{1,2}\b"
)
_MONTHS_IN_FULL = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
_COUNTS = ONE | numbers(1, 12) | {"the": 1, "a couple of": 2}
_SPAN = re.compile(
    rf"\b(\d{{1,4}}|{'|'.join(_COUNTS)}|a few)\s*"
    r"(days?|d|weeks?|wks?|w|months?|mths?|mth|m|weekend|fortnight|years?)\b"
)
_DAYS = {"d": 1, "w": 7, "m": 30, "f": 14, "y": 365}
"""By the first letter of the unit."""
_UNTIL = re.compile(r"\b(?:until|till|til|to|back on|again on)\s+(.+)$")
_NEXT_DAYS = {"tomorrow": 1, "day after tomorrow": 2, "the day after tomorrow": 2}


def has_date(text: str) -> Refusal | None:
    """The refusal of a date where weekdays are wanted: it does not exist, or it is a single day. None without one."""
    for match in _DATE.finditer(text):
        if not re.search(_MONTH, match[0]) or _MONTHS_IN_FULL.search(match[0]):
            # 2000 is a leap year: 29 February exists
            exists = read_date(match[0], date(2000, 1, 1), future=True) is not None
            return Refusal(Reason.ONE_OFF if exists else Reason.NO_SUCH_DATE, match[0])
    return None


def read_pause_end(text: str, today: date) -> date | Refusal | None:
    """The first day after a pause.

    Args:
        text: as `words.plain` leaves it.
        today: her local date.

    Returns:
        None where no end is named.
    """
    until = _UNTIL.search(text)
    if until:
        end = _until(until[1].removeprefix("the "), today)
    elif match := _DATE.search(text):
        end = _until(match[0], today)
    elif match := _SPAN.search(text):
        end = _after(match, today)
    elif "today" in text.split():
        end = today + timedelta(days=1)
    elif re.search(r"\d", text):
        end = Refusal(Reason.UNCLEAR, text)
    else:
        return None
    if isinstance(end, Refusal):
        return end
    if end <= today:
        return Refusal(Reason.PAST_DATE, end.isoformat())
    if (end - today).days > LONGEST_PAUSE:
        return Refusal(Reason.TOO_FAR, end.isoformat())
    return end


def _after(match: re.Match[str], today: date) -> date | Refusal:
    if match[2] == "weekend":
        return today + timedelta(days=7 - today.weekday())
    count = _COUNTS.get(match[1]) or (int(match[1]) if match[1].isdigit() else 0)
    if not count:
        return Refusal(Reason.UNCLEAR, match[0])
    days = count * _DAYS[match[2][0]]
    return today + timedelta(days=days) if days <= LONGEST_PAUSE else Refusal(Reason.TOO_FAR, match[0])


def _until(wanted: str, today: date) -> date | Refusal:
    if wanted in _NEXT_DAYS:
        return today + timedelta(days=_NEXT_DAYS[wanted])
    named = weekday(wanted.removeprefix("next ").removeprefix("this "))
    if wanted == "next week":
        named = 0
    if named is not None:
        return today + timedelta(days=(named - today.weekday() - 1) % 7 + 1)
    if wanted in ("today", "now", "yesterday"):
        return Refusal(Reason.PAST_DATE, wanted)
    match = _DATE.search(wanted)
    if match and match[0] == wanted:
        found = read_date(wanted, today, future=True)
        return found or Refusal(Reason.NO_SUCH_DATE, wanted)
    month = _MONTHS_IN_FULL.fullmatch(wanted)
    if month and (found := read_date(f"1 {wanted}", today, future=True)):
        return found
    return Refusal(Reason.UNCLEAR, wanted)
