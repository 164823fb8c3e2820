"""Which stored instants count. A clock may have been wrong when one was written, or be wrong now."""

from __future__ import annotations

from bot.store.database import Dialect

MICROSECONDS = 1_000_000
"""A second, as instants of leases, paces and halts are kept: they are short."""

HANDED_IN = "CAST(:now AS BIGINT)"
NOW: dict[Dialect, str] = {
    "sqlite": HANDED_IN,
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
}
"""Now, in statements: by PostgreSQL's own clock, so that machines whose clocks differ agree; a SQLite file is used by
one machine, whose clock is handed in."""


def is_believed(until: float, now: float, longest: float) -> bool:
    """Whether what was to hold until an instant holds now: `now < until <= now + longest`.

    What ends later than the longest that there is was written by a clock that was ahead.

    Args:
        until: when it ends.
        now: in the unit of `until`.
        longest: how long such a thing lasts at most.
    """
    return now < until <= now + longest


def believed(until: str, now: str, longest: str) -> str:
    """The same as a condition in SQL. The arguments are expressions."""
    return f"({until} > {now} AND {until} <= {now} + {longest})"
