"""Fixed offsets from UTC, the last resort where no city is found: "+2", "utc+5:30", "GMT-3"."""

from __future__ import annotations

import re

from bot.language.text import clean
from bot.schedule.zone_keys import offset_key

_MINUTES = {"": 0, "0": 0, "00": 0, "15": 15, "25": 15, "30": 30, "5": 30, "50": 30, "45": 45, "75": 45}
"""What follows the hours: as minutes or as a part of an hour ("5.5")."""
_TYPED = re.compile(r"^(?:utc|gmt|z)? ?([+-]) ?(\d{1,2}?)(?:[:.,]?(\d{2})|[.,](\d))?(?: ?(?:hours?|hrs?|h|utc|gmt))?$")
_MINUS = str.maketrans(dict.fromkeys("−–—‐‑", "-"))  # noqa: RUF001 - they look alike, hence this table


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
