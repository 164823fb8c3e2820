"""Quiet hours: nothing is sent in them, and whatever is on its way has ended before they begin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from bot.schedule.occurrence import JITTER_MOST_S, LATE_S, jitter, local_time

SENDING_S = 16
"""Seconds that one sending may take, with all of its time-outs (`bot/telegram/aiohttp_request.py`): a free connection
1, connecting 5, writing 5, reading 5. It ends by then or is given up."""
ROOM_MIN = 30
"""Minutes left between a late chosen time and the quiet hours that make way for it: for jitter and a queue."""
LATER_MIN = (30, 60, 120)
"""Minutes: the delays that Later knows."""
_DAY_S = 24 * 3600
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` (included) to `end` (not included), local times; over midnight where end is earlier.

    None at all where both are the same.
    """

    start: time = time(21)
    end: time = time(8)

    def covers(self, at: time) -> bool:
        """True where a local time lies in them."""
        at = at.replace(tzinfo=None, fold=0)
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def narrowed(self, at: time) -> QuietHours:
        """The quiet hours that leave a chosen time free: the nearer end gives way.

        To be used only after she has confirmed that she wants to hear of it at that time.

        Returns:
            Themselves where the time is free already. A time near their start moves the start behind it by `ROOM_MIN`.
        """
        if not self.covers(at):
            return self
        whole = _seconds(self.end, self.start)
        since_start = _seconds(at, self.start)
        moved = since_start + ROOM_MIN * _MINUTE_S
        if moved < whole and (since_start <= whole - since_start):
            return replace(self, start=_plus(self.start, moved))
        if since_start:
            return replace(self, end=at.replace(tzinfo=None, fold=0))
        return QuietHours(self.end, self.end)


@dataclass(frozen=True, slots=True)
class Window:
    """When a message may be sent: not before `opens`, begun at the latest at `closes`. Instants."""

    opens: int
    closes: int


def is_quiet(quiet: QuietHours, zone: tzinfo, instant: int) -> bool:
    """True where the local clock stands in quiet hours."""
    return quiet.covers(local_time(zone, instant).time())


def quiet_from(quiet: QuietHours, zone: tzinfo, instant: int, within: int) -> int | None:
    """The first quiet instant from one instant on.

    Args:
        quiet: quiet hours.
        zone: of the chat.
        instant: included.
        within: seconds looked ahead, a few hours.

    Returns:
        None where it is not quiet before `instant + within`, that included.
    """
    if quiet.start == quiet.end:
        return None
    here = local_time(zone, instant)
    if quiet.covers(here.time()):
        return instant
    if here.utcoffset() == local_time(zone, instant + within).utcoffset():
        ahead = _seconds(quiet.start, here.time())
        return instant + ahead if ahead <= within else None
    # The clocks change in between: by the minute, for they may jump over the start or into the quiet hours.
    first = instant - instant % _MINUTE_S + _MINUTE_S
    for later in range(first, instant + within + 1, _MINUTE_S):
        if is_quiet(quiet, zone, later):
            return later
    return None


def send_window(instant: int, reminder_id: int | str, quiet: QuietHours, zone: tzinfo) -> Window | None:
    """When an occurrence, or a Later, may be sent.

    Args:
        instant: of the occurrence.
        reminder_id: gives its jitter; it shrinks where quiet hours are near.
        quiet: quiet hours.
        zone: of the chat.

    Returns:
        None where it falls in quiet hours (by a jump of the clocks, or after she changed them): it is to be dropped.
    """
    begin = quiet_from(quiet, zone, instant, LATE_S + SENDING_S)
    closes = instant + LATE_S if begin is None else min(instant + LATE_S, begin - SENDING_S)
    if closes < instant:
        return None
    room = min((closes - instant) // 2, JITTER_MOST_S)
    return Window(instant + jitter(reminder_id) * room // JITTER_MOST_S, closes)


def later_options(
    quiet: QuietHours, zone: tzinfo, now: int, day: date, delays: Iterable[int] = LATER_MIN
) -> tuple[int, ...]:
    """The delays that Later may offer.

    Args:
        quiet: quiet hours.
        zone: of the chat.
        now: when it is offered, and again when one is tapped.
        day: local date of the occurrence; nothing is put off to another one.
        delays: minutes.

    Returns:
        Those that are sent, jitter included, before quiet hours begin and on the same date. Empty in quiet hours.
    """
    fitting = []
    for minutes in delays:
        done_by = minutes * _MINUTE_S + JITTER_MOST_S + SENDING_S
        if quiet_from(quiet, zone, now, done_by) is None and local_time(zone, now + done_by).date() == day:
            fitting.append(minutes)
    return tuple(fitting)


def _seconds(to: time, start: time) -> int:
    """Seconds by the clock from one time to the next such other one, 0 to a day."""
    span = datetime.combine(date.min, to) - datetime.combine(date.min, start.replace(microsecond=0, fold=0))
    return int(span.total_seconds()) % _DAY_S


def _plus(at: time, seconds: int) -> time:
    return (datetime.combine(date(2000, 1, 1), at) + timedelta(seconds=seconds)).time()
