"""Fixed offsets from UTC, the last resort where no city is found: "+2", "utc+5:30", "GMT-3"."""

from __future__ import annotations

import re
from datetime import timedelta, timezone

from bot.language.text import clean

LEAST_H, MOST_H = -12, 14
"""Hours: no place on Earth has another."""
_MINUTES = {"": 0, "0": 0, "00": 0, "15": 15, "25": 15, "30": 30, "5": 30, "50": 30, "45": 45, "75": 45}
"""What follows the hours: as minutes or as a part of an hour ("5.5")."""
_TYPED = re.compile(r"^(?:utc|gmt|z)? ?([+-]) ?(\d{1,2}?)(?:[:.,]?(\d{2})|[.,](\d))?(?: ?(?:hours?|hrs?|h|utc|gmt))?$")
_KEY = re.compile(r"^UTC([+-])(\d{2}):(\d{2})$")
_MINUS = str.maketrans(dict.fromkeys("−–—‐‑", "-"))  # noqa: RUF001 - they look alike, hence this table


def offset_key(hours: int, minutes: int, *, west: bool) -> str | None:
    """The key of an offset, or None where no place has it."""
    total = (-1 if west else 1) * (hours * 60 + minutes)
    if not LEAST_H * 60 <= total <= MOST_H * 60:
        return None
    return f"UTC{'-' if total < 0 else '+'}{hours:02d}:{minutes:02d}"


def read_offset(typed: str) -> str | None:
    """The key of an offset that somebody typed, as "UTC+05:30".

    Returns:
        None where it is no offset. A number without a sign is none: it may be the number of a choice.
    """
    text = " ".join(clean(typed.translate(_MINUS)).split())
    if text in ("utc", "z", "zulu"):
        return "UTC+00:00"
    match = _TYPED.match(text)
    if not match:
        return None
    minutes = _MINUTES.get(match[3] or match[4] or "")
    return None if minutes is None else offset_key(int(match[2]), minutes, west=match[1] == "-")


def offset_zone(key: str) -> timezone | None:
    """The zone of a key, or None where it is no key of an offset."""
    match = _KEY.match(key)
    if not match or match[3] not in ("00", "15", "30", "45"):
        return None
    hours, minutes = int(match[2]), int(match[3])
    if offset_key(hours, minutes, west=match[1] == "-") != key:
        return None
    return timezone((-1 if match[1] == "-" else 1) * timedelta(hours=hours, minutes=minutes), key)
