"""Zones, years and rules to try, the awkward ones more often."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.schedule.occurrence import Rule

AWKWARD = (
    "Europe/Berlin", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo",
    "America/Nuuk", "Pacific/Apia",
)  # fmt: skip
YEARS = (2006, 2040)
"""From Lord Howe's present rules on, past the end of the tables at 2037."""


def at(zone: str, text: str, *, fold: int = 0) -> int:
    """The instant of a local time, written "2026-10-25 02:30"."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp())


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def shown(zone: str, instant: int) -> str:
    """What the clock shows there."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@cache
def all_zones() -> tuple[str, ...]:
    return tuple(sorted(name for name in available_timezones() if "/" in name))


@cache
def changes(zone: str, year: int) -> tuple[int, ...]:
    """The instants in a year, to the quarter of an hour, at which the offset of a zone changes."""
    tz = ZoneInfo(zone)
    start, end = utc(f"{year}-01-01"), utc(f"{year + 1}-01-01")

    def offset(t: int) -> object:
        return datetime.fromtimestamp(t, tz).utcoffset()

    found = []
    for day in range(start, end, 86400):
        if offset(day) != offset(day + 86400):
            low, high = day, day + 86400
            while high - low > 900:
                middle = (low + high) // 2 // 900 * 900
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            found.append(high)
    return tuple(found)


zones = st.one_of(st.sampled_from(AWKWARD), st.deferred(lambda: st.sampled_from(all_zones())))
days = st.one_of(st.just(frozenset(range(7))), st.frozensets(st.integers(0, 6), min_size=1))
times = st.one_of(
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.builds(time, st.sampled_from([0, 1, 2, 3, 22, 23]), st.sampled_from([0, 15, 30, 45, 59])),
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    return Rule(at=draw(times), days=draw(days), zone=ZoneInfo(draw(zones)))


@st.composite
def moments(draw: st.DrawFn, zone: str) -> int:
    """Instants, half of them within three days of a change of the clocks."""
    year = draw(st.integers(*YEARS))
    near = changes(zone, year)
    if near and draw(st.booleans()):
        return draw(st.sampled_from(near)) + draw(st.integers(-3 * 86400, 3 * 86400))
    return utc(f"{year}-01-01") + draw(st.integers(0, 365 * 86400))


def dates(first: int, last: int) -> list[date]:
    """All dates in UTC around a span of instants, with a margin of two days."""
    start = datetime.fromtimestamp(first, UTC).date().toordinal() - 2
    return [date.fromordinal(n) for n in range(start, datetime.fromtimestamp(last, UTC).date().toordinal() + 3)]
