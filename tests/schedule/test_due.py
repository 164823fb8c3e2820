"""Deriving what is due, and the whole protocol of ticks: planned once a local date, however ticks and restarts fall."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule.due import derive, derive_again, rule_of, tick, zone_of
from bot.schedule.model import FOREVER, Book, Care, Drop, Hold, Reminder
from bot.schedule.occurrence import JITTER_MOST_S, LATE_S, Occurrence, jitter, local_time, upcoming
from bot.schedule.quiet import QuietHours, is_quiet
from bot.timezones import tables
from bot.timezones.tables import zone_release
from tests.timezones.zone_samples import at, days, moments, times, zones

OSLO = ZoneInfo("Europe/Oslo")
TEN = Reminder(no=1, at=time(10), days=frozenset(range(7)))
NEVER_QUIET = QuietHours(time(0), time(0))
steady = settings(derandomize=True, deadline=None, max_examples=150, database=None)


@dataclass
class Row:
    """A delivery as the store would hold it."""

    day: date
    due: int
    send_at: int
    until: int
    drop: Drop | None
    sent: int | None = None


@dataclass
class Kept:
    """One reminder and its deliveries, changed by compare-and-set only; what a process read may be old."""

    reminder: Reminder
    zone: str
    quiet: QuietHours = NEVER_QUIET
    care: Care = field(default_factory=Care)
    due: Occurrence | None = None
    rows: list[Row] = field(default_factory=list)

    def derive(self, now: int) -> None:
        book = Book(zone=self.zone, quiet=self.quiet, care=self.care)
        self.due = derive(book, self.reminder, zone_of(self.zone), now)

    def tick(self, seen: Occurrence | None, now: int) -> None:
        """A process that saw the reminder waiting for `seen` acts on it now."""
        zone = zone_of(self.zone)
        if seen is None or zone is None or now < seen.instant:
            return
        step = tick(7, rule_of(self.reminder, zone), seen, self.quiet, now)
        if self.due != seen:  # the compare-and-set is lost
            return
        self.due = step.ahead
        for row in step.rows:
            assert all(row.occurrence.day != other.day for other in self.rows)  # unique in the table
            self.rows.append(Row(row.occurrence.day, row.occurrence.instant, row.send_at, row.until, row.drop))
            self.reminder = replace(self.reminder, last_day=row.occurrence.day)

    def send(self, now: int) -> None:
        for row in self.rows:
            if row.drop is None and row.sent is None and row.send_at <= now:
                if now > row.until:
                    row.drop = Drop.LATE
                else:
                    row.sent = now

    def holds(self) -> None:
        for earlier, later in pairwise(self.rows):
            assert later.day > earlier.day
            assert later.due > earlier.due
        for row in self.rows:
            if row.sent is not None:
                assert row.due <= row.send_at <= row.sent <= row.until <= row.due + LATE_S


reminders = st.builds(Reminder, no=st.just(1), at=times, days=days)


@steady
@given(
    data=st.data(),
    zone=zones,
    reminder=reminders,
    waits=st.lists(st.tuples(st.integers(1, 6 * 3600), st.integers(0, 3)), min_size=1, max_size=60),
)
def test_the_same_set_however_often_processes_tick_and_restart(
    data: st.DataObject, zone: str, reminder: Reminder, waits: list[tuple[int, int]]
) -> None:
    """Two processes read and act at any time; one of them may have slept since it read."""
    now = start = data.draw(moments(zone))
    kept = Kept(reminder, zone)
    kept.derive(now)
    stale = kept.due
    for wait, what in waits:
        left = wait
        while left > 0:  # a tick at least every 20 minutes: no outage
            now += min(left, 20 * 60)
            left -= 20 * 60
            kept.tick(kept.due, now)
            kept.send(now)
        if what == 1:
            kept.tick(stale, now)  # by what it read long ago
        elif what == 2:
            stale = kept.due
        elif what == 3:
            kept.derive(now)  # a restart that derives all anew
    kept.holds()
    expected = [o for o in islice(upcoming(rule_of(reminder, ZoneInfo(zone)), start), 80) if o.instant <= now]
    assert [(row.day, row.due) for row in kept.rows] == [(o.day, o.instant) for o in expected]
    assert all(row.drop is None for row in kept.rows)


edits = st.one_of(
    st.tuples(st.just("reminder"), reminders),
    st.tuples(st.just("zone"), zones),
    st.tuples(st.just("quiet"), st.builds(QuietHours, times, times)),
    st.tuples(st.just("hold"), st.sampled_from(Hold)),
    st.tuples(st.just("nothing"), st.none()),
)


@steady
@given(
    data=st.data(),
    zone=zones,
    reminder=reminders,
    steps=st.lists(st.tuples(st.integers(1, 3 * 86_400), edits), min_size=1, max_size=25),
)
def test_outages_edits_moves_and_holds_never_give_two_on_a_date(
    data: st.DataObject, zone: str, reminder: Reminder, steps: list[tuple[int, tuple[str, object]]]
) -> None:
    now = data.draw(moments(zone))
    kept = Kept(reminder, zone)
    kept.derive(now)
    for wait, (what, value) in steps:
        now += wait
        kept.tick(kept.due, now)
        kept.send(now + data.draw(st.integers(0, LATE_S + 60)))
        match what, value:
            case "reminder", Reminder() as changed:
                kept.reminder = replace(changed, last_day=kept.reminder.last_day)
            case "zone", str() as changed:
                kept.zone = changed
            case "quiet", QuietHours() as changed:
                kept.quiet = changed
            case "hold", Hold() as changed:
                kept.care = Care(hold=changed)
        if what != "quiet":
            kept.derive(now)
        if kept.care.hold:
            assert kept.due is None
    kept.holds()


@steady
@given(data=st.data(), zone=zones, reminder=reminders, quiet=st.builds(QuietHours, times, times))
def test_nothing_is_planned_into_quiet_hours(
    data: st.DataObject, zone: str, reminder: Reminder, quiet: QuietHours
) -> None:
    now = data.draw(moments(zone))
    kept = Kept(reminder, zone, quiet)
    kept.derive(now)
    for _ in range(5):
        assert kept.due
        now = kept.due.instant + data.draw(st.integers(0, LATE_S))
        kept.tick(kept.due, now)
    for row in kept.rows:
        if row.drop is None:
            for instant in (row.send_at, row.until):
                assert not is_quiet(quiet, ZoneInfo(zone), instant)


def test_jitter_moves_the_sending_and_never_the_occurrence() -> None:
    now = at("Europe/Oslo", "2026-11-24 10:00")
    due = Occurrence(date(2026, 11, 24), now)
    found = set()
    for reminder in range(200):
        (row,) = tick(reminder, rule_of(TEN, OSLO), due, QuietHours(), now).rows
        assert row.occurrence == due
        assert row.send_at - now == jitter(reminder)
        found.add(row.send_at - now)
    assert min(found) < 20
    assert JITTER_MOST_S - 20 < max(found) <= JITTER_MOST_S


@pytest.mark.parametrize(("minutes", "drop"), [(44, None), (45, None), (46, Drop.LATE), (600, Drop.LATE)])
def test_older_than_45_minutes_is_late(minutes: int, drop: Drop | None) -> None:
    due = Occurrence(date(2026, 11, 24), at("Europe/Oslo", "2026-11-24 10:00"))
    step = tick(1, rule_of(TEN, OSLO), due, QuietHours(), due.instant + minutes * 60)
    assert [row.drop for row in step.rows] == [drop]
    assert step.ahead == Occurrence(date(2026, 11, 25), due.instant + 86_400)


def test_an_outage_skips_to_the_next_future_one() -> None:
    due = Occurrence(date(2026, 11, 24), at("Europe/Oslo", "2026-11-24 10:00"))
    step = tick(1, rule_of(TEN, OSLO), due, QuietHours(), at("Europe/Oslo", "2026-11-28 10:20"))
    assert [(row.occurrence.day, row.drop) for row in step.rows] == [
        (date(2026, 11, 24), Drop.LATE),
        (date(2026, 11, 28), None),
    ]
    assert step.ahead
    assert step.ahead.day == date(2026, 11, 29)


def test_in_quiet_hours_it_is_dropped_and_where_its_window_closed_it_is_late() -> None:
    now = at("Europe/Oslo", "2026-11-24 10:00")
    due = Occurrence(date(2026, 11, 24), now)
    quiet = tick(1, rule_of(TEN, OSLO), due, QuietHours(time(9), time(12)), now).rows
    assert [row.drop for row in quiet] == [Drop.QUIET]
    late = tick(1, rule_of(TEN, OSLO), due, QuietHours(time(10, 15), time(12)), now + 20 * 60).rows
    assert [row.drop for row in late] == [Drop.LATE]


def test_what_stops_a_reminder() -> None:
    now = at("Europe/Oslo", "2026-11-24 09:00")
    day = date(2026, 11, 24)
    book = Book(zone="Europe/Oslo")
    assert derive(book, TEN, OSLO, now) == Occurrence(day, now + 3600)
    assert derive(book, TEN, None, now) is None
    assert derive(book, replace(TEN, enabled=False), OSLO, now) is None
    assert derive(book, replace(TEN, paused_until=FOREVER), OSLO, now) is None
    paused = derive(book, replace(TEN, paused_until=day + timedelta(3)), OSLO, now)
    assert paused == Occurrence(day + timedelta(3), now + 3600 + 3 * 86_400)
    assert derive(book, replace(TEN, last_day=day), OSLO, now) == Occurrence(day + timedelta(1), now + 3600 + 86_400)
    for hold in Hold:
        assert (derive(replace(book, care=Care(hold=hold)), TEN, OSLO, now) is None) == bool(hold)


def test_other_zone_data_keeps_what_has_come_due_meanwhile() -> None:
    ten = at("Europe/Oslo", "2026-11-24 10:00")
    book, waiting = Book(zone="Europe/Oslo"), replace(TEN, next_due=ten)
    assert derive_again(book, waiting, OSLO, ten + 60) == Occurrence(date(2026, 11, 24), ten)
    assert derive_again(book, waiting, OSLO, ten - 60) == Occurrence(date(2026, 11, 24), ten)
    earlier = replace(TEN, next_due=ten - 3600)  # by other data the clocks changed
    assert derive_again(book, earlier, OSLO, ten - 60) == Occurrence(date(2026, 11, 24), ten)
    later = replace(TEN, next_due=ten + 3600)
    assert derive_again(book, later, OSLO, ten + 60) == Occurrence(date(2026, 11, 25), ten + 86_400)


@pytest.mark.parametrize("key", [None, "", "Europe", "../../etc/passwd", "/etc/passwd", "No/Where", "UTC+99:00"])
def test_a_key_that_is_no_zone(key: str | None) -> None:
    assert zone_of(key) is None


def test_zones_of_keys() -> None:
    assert zone_of("Europe/Oslo") is OSLO
    fixed = zone_of("UTC+05:30")
    assert fixed
    assert local_time(fixed, 0).hour == 5


def test_the_release_of_the_zone_data(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    system, _, package = zone_release().partition("/")
    assert system
    assert package[:2] == "20"
    monkeypatch.setattr(tables.zoneinfo, "TZPATH", (str(tmp_path / "none"), str(tmp_path)))
    assert tables._system_release() == ""
    (tmp_path / "tzdata.zi").write_text("# version 2031c\nR a\n")
    assert tables._system_release() == "2031c"
