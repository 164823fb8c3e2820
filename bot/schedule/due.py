"""When a reminder of a chat is due next, and what a tick makes of one that is. Pure; the one place for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from bot.schedule.model import FOREVER, Book, Drop, Hold, Reminder
from bot.schedule.occurrence import LATE_S, Occurrence, Rule, advance, next_occurrence
from bot.schedule.quiet import QuietHours, send_window
from bot.schedule.zone_keys import offset_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One delivery to write: an occurrence with its window, or (`drop`) why it is not sent. Instants."""

    occurrence: Occurrence
    send_at: int
    until: int
    drop: Drop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What a tick does with a reminder that is due: rows to write, and what to wait for then (None: nothing)."""

    rows: tuple[Planned, ...]
    ahead: Occurrence | None


def zone_of(key: str | None) -> tzinfo | None:
    """The zone of a key that was kept.

    Returns:
        None where none was, or where this machine's zone data does not know it (any more).
    """
    if not key:
        return None
    try:
        return offset_zone(key) or ZoneInfo(key)
    except (KeyError, ValueError, OSError):  # not found; a path; a folder of zones
        return None


def rule_of(reminder: Reminder, zone: tzinfo) -> Rule:
    """The rule of a reminder in a zone."""
    return Rule(at=reminder.at, days=reminder.days, zone=zone, since=reminder.paused_until)


def derive(book: Book, reminder: Reminder, zone: tzinfo | None, now: int) -> Occurrence | None:
    """What a reminder waits for, from now on.

    Args:
        book: of the chat; its care may hold all walks.
        reminder: one of the chat's.
        zone: of `book.zone`, None where she has none.
        now: the current instant; only what is later counts.

    Returns:
        None where nothing is to come: the reminder is off or paused for good, walks are held, there is no zone.
    """
    if zone is None or book.care.hold is not Hold.NONE:
        return None
    if not reminder.enabled or reminder.paused_until == FOREVER:
        return None
    return next_occurrence(rule_of(reminder, zone), now, last=reminder.last_day)


def derive_again(book: Book, reminder: Reminder, zone: tzinfo | None, now: int) -> Occurrence | None:
    """As `derive`, for a change of the zone data alone: what has come due meanwhile and may still be sent is kept."""
    came_due = reminder.next_due is not None and reminder.next_due <= now
    return derive(book, reminder, zone, now - LATE_S - 1 if came_due else now)


def tick(reminder_id: int, rule: Rule, due: Occurrence, quiet: QuietHours, now: int) -> Tick:
    """What to do with the occurrence that a reminder waits for, see `bot.schedule.occurrence.advance`.

    Args:
        reminder_id: gives its jitter.
        rule: as it is now.
        due: the occurrence waited for.
        quiet: quiet hours of the chat.
        now: the current instant.

    Returns:
        No rows where it is not due yet.
    """
    step = advance(rule, due, now)
    rows = []
    if step.late:
        rows.append(_dropped(step.late, Drop.LATE))
    if step.send:
        window = send_window(step.send.instant, reminder_id, quiet, rule.zone)
        if window is None:
            rows.append(_dropped(step.send, Drop.QUIET))
        elif window.closes < now:
            rows.append(_dropped(step.send, Drop.LATE))
        else:
            rows.append(Planned(occurrence=step.send, send_at=window.opens, until=window.closes))
    return Tick(rows=tuple(rows), ahead=step.ahead)


def _dropped(occurrence: Occurrence, why: Drop) -> Planned:
    return Planned(occurrence=occurrence, send_at=occurrence.instant, until=occurrence.instant, drop=why)
