"""Which release of the zone data this machine has: when it changes, what is due is derived anew."""

from __future__ import annotations

import zoneinfo
from functools import cache
from importlib import metadata
from pathlib import Path

_LONGEST = 64
"""Characters of the first line of a table that are looked at."""


@cache
def zone_release() -> str:
    """Names the release, as "2026a/2026.1": the system's tables, which come first, and the package `tzdata`."""
    return f"{_system() or 'none'}/{_package() or 'none'}"


def _system() -> str:
    """From the line "# version 2026a"; empty where the system has no tables, or does not tell."""
    for folder in zoneinfo.TZPATH:
        try:
            with (Path(folder) / "tzdata.zi").open(encoding="ascii", errors="replace") as table:
                first = table.readline(_LONGEST)
        except OSError:
            continue
        return first.rpartition(" ")[2].strip()
    return ""


def _package() -> str:
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return ""
