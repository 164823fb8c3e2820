"""Reads the tables that come with the zone data: which zones there are, and which country uses which."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

COUNTRIES = "iso3166.tab"
ZONES = ("zone.tab", "zone1970.tab")
"""The first one found is read. zone1970.tab gives Norway's as Europe/Berlin, for they agree since 1970; zone.tab names
a city of the country itself, which she knows again, and which stays hers should the two part."""


@dataclass(frozen=True, slots=True)
class Row:
    """A zone of a country. `note` tells where in the country, where it has several: "Eastern (most areas)"."""

    key: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """All zone names, the countries' names by their code, and the zones of each country, the usual one first."""

    names: frozenset[str]
    countries: Mapping[str, str]
    zones: Mapping[str, tuple[Row, ...]]


def load_tables() -> Tables:
    """Read the system's tables, or those of the package `tzdata`; about 0.1 s, so do it once.

    Returns:
        Empty countries where neither is there: cities are found even so.
    """
    names = frozenset(zoneinfo.available_timezones())
    rows: dict[str, list[Row]] = {}
    for codes, key, note in next(filter(None, map(_zones, ZONES)), []):
        for code in codes if key in names else ():
            rows.setdefault(code, []).append(Row(key, note))
    return Tables(names, dict(_pairs(_read(COUNTRIES))), {code: tuple(found) for code, found in rows.items()})


def _zones(name: str) -> list[tuple[list[str], str, str]]:
    found = []
    for line in _lines(_read(name)):
        codes, _, key, note, *_ = (*line.split("\t"), "", "", "")
        found.append((codes.split(","), key, note))
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in _lines(text):
        code, _, name = line.partition("\t")
        yield code, name


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _read(name: str) -> str:
    for folder in _folders():
        table = folder.joinpath(name)
        if table.is_file():
            return table.read_text(encoding="utf-8")
    return ""


def _folders() -> Iterator[Traversable]:
    """In the order in which zoneinfo itself looks."""
    for path in zoneinfo.TZPATH:
        yield Path(path)
    try:
        yield files("tzdata.zoneinfo")
    except ModuleNotFoundError:
        return


_LONGEST = 64
"""Characters of the first line of a table that are looked at."""


@cache
def zone_release() -> str:
    """Names the release, as "2026a/2026.1": the system's tables, which come first, and the package `tzdata`."""
    return f"{_system_release() or 'none'}/{_package_release() or 'none'}"


def _system_release() -> str:
    """From the line "# version 2026a"; empty where the system has no tables, or does not tell."""
    for folder in zoneinfo.TZPATH:
        try:
            with (Path(folder) / "tzdata.zi").open(encoding="ascii", errors="replace") as table:
                first = table.readline(_LONGEST)
        except OSError:
            continue
        return first.rpartition(" ")[2].strip()
    return ""


def _package_release() -> str:
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return ""
