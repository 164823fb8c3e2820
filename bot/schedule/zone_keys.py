"""Keys of fixed offsets from UTC, as they are kept: "UTC+05:30"."""

from __future__ import annotations

import re
from datetime import timedelta, timezone

LEAST_H, MOST_H = -12, 14
"""Hours: no place on Earth has another."""
_KEY = re.compile(r"^UTC([+-])(\d{2}):(\d{2})$")


def offset_key(hours: int, minutes: int, *, west: bool) -> str | None:
    """The key of an offset, or None where no place has it."""
    total = (-1 if west else 1) * (hours * 60 + minutes)
    if not LEAST_H * 60 <= total <= MOST_H * 60:
        return None
    return f"UTC{'-' if total < 0 else '+'}{hours:02d}:{minutes:02d}"


def offset_zone(key: str) -> timezone | None:
    """The zone of a key, or None where it is no key of an offset."""
    match = _KEY.match(key)
    if not match or match[3] not in ("00", "15", "30", "45"):
        return None
    hours, minutes = int(match[2]), int(match[3])
    if offset_key(hours, minutes, west=match[1] == "-") != key:
        return None
    return timezone((-1 if match[1] == "-" else 1) * timedelta(hours=hours, minutes=minutes), key)
