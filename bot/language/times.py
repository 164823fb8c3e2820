"""Reads a time of day and a number of minutes as people type them: "7:30", "10am", "half nine", "20 min"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.language.number_words import MINUTES_IN_WORDS, UP_TO_TWELVE
from bot.language.reminder_request import Reason, Refusal
from bot.schedule.model import MOST_MINUTES

_COUNTS = MINUTES_IN_WORDS | {"a quarter": 15, "quarter": 15, "half": 30}
_WORD = "|".join(sorted(_COUNTS, key=len, reverse=True))
_HOUR = rf"(?P<hour>\d{{1,2}}|{'|'.join(UP_TO_TWELVE)})"
_HALF = (
    r"(?:\s*(?:o'?clock\s*)?(?P<half>am|pm|a\.m\.?|p\.m\.?|(?:in\s+the\s+)?(?:morning|afternoon|evening)s?|at\s+night)"
    r"(?![a-z]))?"
)
_AT = r"\b(?:at|around|about|by|circa|from|to|@)\s+"
_NOON = re.compile(r"\b(?:at\s+)?(noon|midday|mid-day|midnight)\b")
_PAST = re.compile(
    rf"(?<!from )(?<!between )\b(?:at\s+)?(?P<count>\d{{1,2}}|{_WORD})(?:\s*min(?:ute)?s?)?"
    rf"\s+(?P<side>past|to|after)\s+{_HOUR}\b{_HALF}"
)
_HALF_HOUR = re.compile(rf"\b(?:at\s+)?half(?P<count>)(?P<side>)[\s-]+{_HOUR}\b{_HALF}")
_DIGITS = re.compile(rf"(?<![\d.:/-])(?P<hour>\d{{1,2}})(?:\s*[:h]\s*|\.)(?P<minute>\d{{2}})(?![\d:/]|\.\d)h?{_HALF}")
_PLAIN = re.compile(rf"(?<![\d.:/-]){_HOUR}(?:\s*o'?clock\b|(?=\s*[ap]\.?m\b)|h\b(?!\s*\d)){_HALF}")
_AFTER_AT = re.compile(
    rf"{_AT}{_HOUR}(?:(?P<minute>[0-5]\d)(?!\d)|[\s-]+(?P<spoken>{_WORD})(?!\s*min))?"
    rf"(?![\d:/]|\.\d|\s*(?:min|days?\b|weeks?\b)){_HALF}"
)
_WITH_HALF = re.compile(rf"(?<![\d.:/-])\b{_HOUR}\s+(?:in\s+the\s+(?:morning|afternoon|evening)|at\s+night)\b")
_ALONE = re.compile(rf"^\s*(?:~\s*)?{_HOUR}(?:(?P<minute>[0-5]\d)|\s+(?P<spoken>{_WORD}))?{_HALF}\s*$")
_MINUTES = re.compile(
    rf"\b(?:for\s+)?(?:(?P<hours>half\s+an\s+hour|an\s+hour\s+and\s+a\s+half|an\s+hour|1\s*hour)"
    rf"|(?P<count>\d{{1,4}}|{_WORD})[\s-]*(?:min(?:ute)?s?|mns?)(?![a-z]))(?!\s*(?:past|to|after)\s)"
)
_HOURS_LONG = {"half": 30, "an hour and": 90}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that was read. `other` is twelve hours later where no half of the day was said."""

    at: time
    other: time | None = None


def take_minutes(text: str) -> tuple[int | Refusal | None, str]:
    """The minutes of a walk, and the text without them. Words as `words.plain` leaves them."""
    match = _MINUTES.search(text)
    if not match:
        return None, text
    if match["hours"]:
        count = next((n for lead, n in _HOURS_LONG.items() if match["hours"].startswith(lead)), 60)
    else:
        count = int(match["count"]) if match["count"].isdigit() else _COUNTS[match["count"]]
    rest = _without(text, match)
    if not 1 <= count <= MOST_MINUTES:
        return Refusal(Reason.MINUTES, match[0].strip()), rest
    return count, rest


def take_times(text: str) -> tuple[list[Clock | Refusal], str]:
    """The times of day, and the text without them."""
    found: list[Clock | Refusal] = []
    for pattern in (_NOON, _PAST, _HALF_HOUR, _DIGITS, _PLAIN, _WITH_HALF, _AFTER_AT):
        while match := pattern.search(text):
            found.append(_clock(match))
            text = _without(text, match)
    return found, text


def lone_time(text: str) -> Clock | Refusal | None:
    """A time where the text is nothing else, such as "10", "1030" or "ten thirty"."""
    match = _ALONE.match(text)
    return _clock(match) if match else None


def _clock(match: re.Match[str]) -> Clock | Refusal:
    refused = Refusal(Reason.NO_SUCH_TIME, match[0].strip())
    parts = match.groupdict()
    if match.re is _NOON:
        return Clock(time(0) if match[1] == "midnight" else time(12))
    hour = _number(parts["hour"])
    minute = _number(parts.get("minute") or parts.get("spoken") or "0")
    if parts.get("count") is not None:
        count = 30 if not parts["side"] else _number(parts["count"])
        minute = -count if parts["side"] == "to" else count
    half = (parts.get("half") or _tail(match[0])).replace(".", "")
    padded = parts["hour"].startswith("0")
    placed = _placed(hour, half)
    if placed is None or not -60 < minute < 60:
        return refused
    total = (placed * 60 + minute) % (24 * 60)
    at = time(total // 60, total % 60)
    if half or padded or not 1 <= hour <= 11:
        return Clock(at)
    total = (total + 12 * 60) % (24 * 60)
    return Clock(at, time(total // 60, total % 60))


def _placed(hour: int, half: str) -> int | None:
    """The hour of the day, 0 to 23, or None where there is no such hour."""
    if hour > 23:
        return None
    night = half.endswith("night")
    if half == "am" or "morning" in half or (night and (hour < 5 or hour == 12)):
        return None if hour > 12 else hour % 12
    if half:  # after noon; "18:00 pm" is a common way to be sure
        return hour if hour >= 12 else (hour + 12 if hour else None)
    return hour


def _tail(text: str) -> str:
    return next((half for half in ("morning", "afternoon", "evening", "night") if text.endswith(half)), "")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _COUNTS[text]


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"
