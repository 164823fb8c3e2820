"""When a reminder is next due: pure arithmetic over a time zone, without the faults of cron triggers.

Instants are whole seconds since 1970 in UTC. An occurrence is the time she chose on one local date; it is unique by
that date. The rules at clock changes are those of RFC 5545 (3.3.5), with two stricter ones: a time that a gap would
push onto another local date is skipped, and a repeated time is met on its first pass only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import blake2b

EVERY_DAY = frozenset(range(7))
LATE_S = 45 * 60
"""Seconds. A nudge to walk at ten is still welcome at half past ten, and no longer at eleven."""
JITTER_MOST_S = 5 * 60
"""Seconds. 10,000 reminders for ten o'clock take 400 s at 25 messages a second: they may as well start spread."""
DAYS_AHEAD = 60
"""Days looked through for the next date: seven do, and a date or two may be missing from a zone's calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What she chose: a local time on some weekdays, in her zone.

    `at` is naive and canonical: it never changes by itself. `days` holds 0 (Monday) to 6. `since` is the first local
    date on which it may fire again, the end of a pause.
    """

    at: time
    days: frozenset[int]
    zone: tzinfo
    since: date | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where the time is aware or a weekday is none."""
        if self.at.tzinfo is not None:
            raise ValueError("the time of a rule is local and has no zone of its own")
        if not self.days <= EVERY_DAY:
            raise ValueError("weekdays are 0 (Monday) to 6")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a reminder is due: its local date, and the instant of the chosen time on it."""

    day: date
    instant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a tick finds: at most one to drop as late (the one it waited for), at most one to send, and what is next.

    `ahead` is what to wait for now, None for never.
    """

    late: Occurrence | None = None
    send: Occurrence | None = None
    ahead: Occurrence | None = None


def local_time(zone: tzinfo, instant: int) -> datetime:
    """What a clock there shows. Raises OverflowError or ValueError for an instant outside the years 1 to 9999."""
    return datetime.fromtimestamp(instant, UTC).astimezone(zone)


def instant_of(day: date, at: time, zone: tzinfo) -> int | None:
    """The instant of a local time on a local date.

    Returns:
        The first of two where the time is repeated; as much later as the clock jumps where it is left out; None where
        that would be on another date, or where the zone has no such date.
    """
    # fold=0 reads a time in a gap with the offset from before it, which moves it forward by the gap.
    moment = datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).date() != day:
        return None
    return int(moment.timestamp())


def next_occurrence(rule: Rule, after: int, *, last: date | None = None) -> Occurrence | None:
    """The first occurrence later than an instant.

    Args:
        rule: time, weekdays and zone.
        after: exclusive.
        last: local date of the last occurrence of this reminder, in whatever zone it then had. The next one is on a
            later date, so that no move to another zone or time gives two on one.

    Returns:
        None where there is none: no weekdays, or the calendar ends.
    """
    try:
        # A day back: where clocks go back over midnight, a date shows twice.
        first = local_time(rule.zone, after).date() - timedelta(days=1)
        if last:
            first = max(first, last + timedelta(days=1))
        if rule.since:
            first = max(first, rule.since)
        for ahead in range(DAYS_AHEAD):
            day = first + timedelta(days=ahead)
            if day.weekday() in rule.days:
                instant = instant_of(day, rule.at, rule.zone)
                if instant is not None and instant > after:
                    return Occurrence(day, instant)
    except (OverflowError, ValueError):
        return None
    return None


def upcoming(rule: Rule, after: int, *, last: date | None = None) -> Iterator[Occurrence]:
    """The occurrences later than an instant, in order, without end; take as many as are wanted."""
    while found := next_occurrence(rule, after, last=last):
        yield found
        after, last = found.instant, found.day


def is_late(occurrence: Occurrence, now: int) -> bool:
    """True where it is too late to send it."""
    return now - occurrence.instant > LATE_S


def advance(rule: Rule, due: Occurrence, now: int) -> Step:
    """What to do with the occurrence that a reminder waits for.

    Whatever fell into an outage is skipped, the one waited for as late, the others without a trace; one that is due
    for less than `LATE_S` is sent. How often this is asked, and by how many processes, makes no difference to what is
    sent as long as `due` is replaced by `ahead` in one compare-and-set.

    Args:
        rule: as it is now; after an edit or a change of zone derive `due` anew before.
        due: the occurrence waited for.
        now: the current instant.
    """
    if now < due.instant:
        return Step(ahead=due)
    if not is_late(due, now):
        return Step(send=due, ahead=next_occurrence(rule, max(now, due.instant), last=due.day))
    fresh = next_occurrence(rule, max(due.instant, now - LATE_S - 1), last=due.day)
    if fresh is None or fresh.instant > now:
        return Step(late=due, ahead=fresh)
    return Step(late=due, send=fresh, ahead=next_occurrence(rule, now, last=fresh.day))


def jitter(reminder_id: int | str) -> int:
    """Seconds, 0 to `JITTER_MOST_S`, always the same for a reminder: it moves the sending, never the occurrence."""
    digest = blake2b(str(reminder_id).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % (JITTER_MOST_S + 1)
