"""Finds the time zone of a city or country that somebody typed, over the names that the zone data itself has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.schedule.zone_keys import offset_zone
from bot.timezones.names import city_name, country_names, known_places, words_of
from bot.timezones.offsets import read_offset
from bot.timezones.tables import Tables

AREAS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
"""Names outside them are traps: "EST" has no summer time, "Etc/GMT+2" is two hours *behind* UTC."""
LONGEST = 80
"""Characters; a longer text names no place."""
MOST_WORDS = 8
MOST_STRAY = 1
"""Words that may stand beside the place: "brooklyn new york". With more it is rather about something else."""
SHORTEST_REPAIRED = 4
"""Letters. At just that many the first letter must be right: "bali" is not "mali"."""
LONG_NAME = 10
"""From this length on two slips are repaired, below it one (or a swapped pair): "atlantis" is not atlanta."""
_ALIKE_DAYS = range(0, 400, 7)
"""Days ahead at which two zones of a country are compared: those that agree for a year need not be told apart."""
_AROUND = frozenset(
    (
        "i",
        "im",
        "am",
        "we",
        "are",
        "live",
        "living",
        "in",
        "near",
        "from",
        "at",
        "the",
        "its",
        "it",
        "is",
        "my",
        "city",
        "country",
        "town",
        "place",
        "time",
        "zone",
    )
)
_PATH = re.compile(r"\.\.|\\|~|\x00|%2|^\s*/|//")
_NOT_NAMES = frozenset(("north", "south", "west", "act", "lhi", "center", "general"))
"""Last parts of zone names that nobody would type for the place."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone to choose: `key` is kept, `place` and `note` are shown. A fixed one does not follow summer time."""

    key: str
    place: str
    note: str = ""
    fixed: bool = False


class Zones:
    """All zones, by name, city and country."""

    def __init__(self, tables: Tables) -> None:
        """Make one.

        Args:
            tables: as read by `load_tables`.
        """
        self._keys = frozenset(k for k in tables.names if k.partition("/")[0] in AREAS and "/" in k)
        self._by_lower = {key.lower(): key for key in self._keys}
        self._rows = tables.zones
        self._notes = {row.key: row.note for rows in tables.zones.values() for row in rows}
        self._names: dict[str, tuple[str, ...]] = {}
        for key in sorted(self._keys, key=lambda k: (k not in self._notes, k)):
            self._add(city_name(key), key)
        for code, country in tables.countries.items():
            for name in country_names(country):
                self._add(name, f"@{code}")
        for name, targets in known_places().items():
            self._names[name] = tuple(t for t in targets if t in self._keys or t[1:] in self._rows or offset_zone(t))
        ranked = dict.fromkeys(target for targets in known_places().values() for target in targets)
        self._rank = {target: n for n, target in enumerate(ranked)}

    def zone(self, key: str) -> tzinfo | None:
        """The zone of a key that was kept, or None where there is no such zone (any more). Never opens a path."""
        if key in self._keys:
            return ZoneInfo(key)
        return offset_zone(key)

    def find(self, typed: str, now: int) -> tuple[Zone, ...]:
        """The zones that a typed place may mean.

        Args:
            typed: a city, a country, both, the name of a zone, or an offset; also misspelt.
            now: the current instant: zones of a country that agree from now on count as one.

        Returns:
            Empty where it is not known; one where it is clear; several to ask back with, the most likely one first.
        """
        if len(typed) > LONGEST or _PATH.search(typed):
            return ()
        exact = self._by_lower.get("_".join(typed.lower().split()))
        offset = None if exact else read_offset(typed)
        if exact or offset:
            return (self._shown(exact or offset or ""),)
        words = words_of(typed)
        if not words or len(words) > MOST_WORDS:
            return ()
        targets = self._whole(words) or self._parts(words)
        return tuple(self._shown(key) for key in self._distinct(self._expanded(targets), now))

    def of_country(self, code: str, now: int) -> tuple[Zone, ...]:
        """The zones of a country by its ISO code ("NO"), as `find` gives them."""
        return tuple(self._shown(key) for key in self._distinct(self._expanded([f"@{code.upper()}"]), now))

    def _add(self, name: str, target: str) -> None:
        if name and name not in _NOT_NAMES:
            self._names[name] = (*self._names.get(name, ()), target)

    def _whole(self, words: Sequence[str]) -> tuple[str, ...]:
        bare = [w for w in words if w not in _AROUND]
        for name in dict.fromkeys((" ".join(words), " ".join(bare))):
            if name in self._names:
                return self._names[name]
        return self._nearest(" ".join(bare))

    def _nearest(self, name: str) -> tuple[str, ...]:
        if len(name) < SHORTEST_REPAIRED:
            return ()
        slips = 2 if len(name) >= LONG_NAME else 1
        near = process.extract(name, list(self._names), scorer=OSA.distance, score_cutoff=slips, limit=None)
        if len(name) == SHORTEST_REPAIRED:
            near = [n for n in near if n[0][0] == name[0]]
        least = min((n[1] for n in near), default=0)
        return tuple(target for found, distance, _ in near if distance == least for target in self._names[found])

    def _parts(self, words: Sequence[str]) -> tuple[str, ...]:
        """Places inside a text, the longest first; a city is looked for in the country named beside it."""
        left, found = list(words), list[tuple[str, ...]]()
        for size in range(len(words) - 1, 0, -1):
            for at in range(len(words) - size + 1):
                span = left[at : at + size]
                name = " ".join(span)
                if all(span) and (size > 1 or name not in _AROUND):
                    targets = self._names.get(name) or (self._nearest(name) if len(name) >= LONG_NAME else ())
                    if targets:
                        found.append(targets)
                        left[at : at + size] = [""] * size
        if not found or sum(w not in _AROUND for w in left if w) > MOST_STRAY:
            return ()
        sets = [self._expanded(targets) for targets in found]
        common = [key for key in sets[0] if all(key in others for others in sets[1:])]
        return tuple(common or (key for keys in sets for key in keys))

    def _expanded(self, targets: Iterable[str]) -> list[str]:
        """Zones in place of countries, those of large cities first: Sydney before Lord Howe."""
        keys: list[str] = []
        for target in targets:
            if target.startswith("@"):
                keys += sorted((row.key for row in self._rows.get(target[1:], ())), key=self._place_in_list)
            else:
                keys.append(target)
        return list(dict.fromkeys(keys))

    def _place_in_list(self, key: str) -> int:
        return self._rank.get(key, len(self._rank))

    def _distinct(self, keys: list[str], now: int) -> list[str]:
        """One for each set of zones whose clocks agree for the coming year, the first one."""
        if len(keys) < 2:
            return keys
        start = datetime.fromtimestamp(now, UTC)
        moments = [start + timedelta(days=n) for n in _ALIKE_DAYS]
        seen: dict[tuple[timedelta | None, ...], str] = {}
        for key in keys:
            zone = self.zone(key)
            seen.setdefault(tuple(m.astimezone(zone).utcoffset() for m in moments), key)
        return list(seen.values())

    def _shown(self, key: str) -> Zone:
        if offset_zone(key):
            return Zone(key, key, fixed=True)
        return Zone(key, key.rpartition("/")[2].replace("_", " "), self._notes.get(key, ""))
