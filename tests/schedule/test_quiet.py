"""Quiet hours: nothing is sent in them, and everything ends before they begin."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule.occurrence import JITTER_MOST_S, LATE_S, jitter, local_time
from bot.schedule.quiet import (
    LATER_MIN,
    SENDING_S,
    QuietHours,
    Window,
    is_quiet,
    later_options,
    quiet_from,
    send_window,
)
from bot.telegram.aiohttp_request import CONNECT_S, POOL_S, READ_S, WRITE_S
from tests.timezones.zone_samples import at, moments, times, zones

OSLO = ZoneInfo("Europe/Oslo")
USUAL = QuietHours()
steady = settings(derandomize=True, deadline=None, max_examples=300, database=None)
quiets = st.builds(QuietHours, times, times)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_from_nine_to_eight_over_midnight(clock: str, quiet: bool) -> None:
    assert USUAL.covers(time.fromisoformat(clock)) is quiet
    assert is_quiet(USUAL, OSLO, at("Europe/Oslo", f"2026-06-01 {clock}")) is quiet


def test_within_a_day_and_none_at_all() -> None:
    nap = QuietHours(time(13), time(15))
    assert [nap.covers(time(hour)) for hour in (12, 13, 14, 15)] == [False, True, True, False]
    assert not any(QuietHours(time(8), time(8)).covers(time(hour)) for hour in range(24))


@pytest.mark.parametrize(
    ("chosen", "narrowed"),
    [
        ("10:00", ("21:00", "08:00")),
        ("07:30", ("21:00", "07:30")),
        ("05:00", ("21:00", "05:00")),
        ("21:00", ("21:30", "08:00")),
        ("22:00", ("22:30", "08:00")),
        ("23:45", ("00:15", "08:00")),
    ],
)
def test_a_chosen_time_narrows_them(chosen: str, narrowed: tuple[str, str]) -> None:
    found = USUAL.narrowed(time.fromisoformat(chosen))
    assert (found.start.strftime("%H:%M"), found.end.strftime("%H:%M")) == narrowed


def test_short_quiet_hours_give_way_altogether() -> None:
    nap = QuietHours(time(13), time(13, 20))
    assert nap.narrowed(time(13, 10)) == QuietHours(time(13), time(13, 10))
    assert not nap.narrowed(time(13)).covers(time(13, 10))


@steady
@given(quiets, times)
def test_narrowed_ones_leave_the_time_free_and_cover_nothing_new(quiet: QuietHours, chosen: time) -> None:
    found = quiet.narrowed(chosen)
    assert not found.covers(chosen)
    for minutes in range(0, 1440, 7):
        clock = time(minutes // 60, minutes % 60)
        assert quiet.covers(clock) or not found.covers(clock)
    if not quiet.covers(chosen):
        assert found == quiet


@steady
@given(st.data(), quiets, zones, st.integers(0, 4 * 3600))
def test_the_beginning_is_what_a_look_at_the_clock_finds(
    data: st.DataObject, quiet: QuietHours, zone: str, within: int
) -> None:
    tz = ZoneInfo(zone)
    start = data.draw(moments(zone)) // 60 * 60
    looked = next((t for t in range(start, start + within + 1, 60) if is_quiet(quiet, tz, t)), None)
    assert quiet_from(quiet, tz, start, within) == looked


def test_the_beginning_is_found_where_the_clocks_jump_over_it() -> None:
    early = QuietHours(time(2, 30), time(5))
    found = quiet_from(early, ZoneInfo("Europe/Berlin"), at("Europe/Berlin", "2026-03-29 01:30"), 3 * 3600)
    assert found == at("Europe/Berlin", "2026-03-29 03:00")


def test_a_window_opens_after_the_jitter_and_closes_when_it_is_late() -> None:
    due = at("Europe/Oslo", "2026-06-01 10:00")
    assert send_window(due, 7, USUAL, OSLO) == Window(due + jitter(7), due + LATE_S)


def test_a_window_ends_before_quiet_hours_and_its_jitter_shrinks() -> None:
    due = at("Europe/Oslo", "2026-06-01 20:59")
    for reminder in range(300):
        window = send_window(due, reminder, USUAL, OSLO)
        assert window
        assert due <= window.opens <= due + 25
        assert window.closes == due + 60 - SENDING_S


def test_no_window_in_quiet_hours() -> None:
    assert send_window(at("Europe/Oslo", "2026-06-01 21:00"), 7, USUAL, OSLO) is None
    moved_by_the_gap = at("Europe/Berlin", "2026-03-29 03:30")
    assert send_window(moved_by_the_gap, 7, QuietHours(time(3), time(8)), ZoneInfo("Europe/Berlin")) is None


@steady
@given(st.data(), quiets, zones, st.integers(1, 10**9))
def test_nothing_is_sent_in_quiet_hours(data: st.DataObject, quiet: QuietHours, zone: str, reminder: int) -> None:
    tz = ZoneInfo(zone)
    due = data.draw(moments(zone)) // 60 * 60
    window = send_window(due, reminder, quiet, tz)
    if window is None:
        assert quiet_from(quiet, tz, due, SENDING_S) is not None
        return
    assert due <= window.opens <= window.closes <= due + LATE_S
    assert window.opens <= due + JITTER_MOST_S
    assert not any(is_quiet(quiet, tz, t) for t in range(due, window.closes + SENDING_S, 30))


@pytest.mark.parametrize(
    ("clock", "offered"),
    [
        ("10:00", (30, 60, 120)),
        ("18:54", (30, 60, 120)),
        ("18:55", (30, 60)),
        ("19:54", (30, 60)),
        ("19:56", (30,)),
        ("20:24", (30,)),
        ("20:25", ()),
        ("21:30", ()),
        ("07:50", ()),
    ],
)
def test_later_offers_what_ends_before_quiet_hours(clock: str, offered: tuple[int, ...]) -> None:
    now = at("Europe/Oslo", f"2026-06-01 {clock}")
    assert later_options(USUAL, OSLO, now, date(2026, 6, 1)) == offered


def test_later_stays_on_the_day_of_the_reminder() -> None:
    awake = QuietHours(time(8), time(8))
    late = at("Europe/Oslo", "2026-06-01 23:00")
    assert later_options(awake, OSLO, late, date(2026, 6, 1)) == (30,)
    assert later_options(awake, OSLO, late + 3 * 3600, date(2026, 6, 1)) == ()


@steady
@given(st.data(), quiets, zones)
def test_later_never_reaches_quiet_hours(data: st.DataObject, quiet: QuietHours, zone: str) -> None:
    tz = ZoneInfo(zone)
    now = data.draw(moments(zone))
    day = local_time(tz, now).date()
    offered = later_options(quiet, tz, now, day)
    assert set(offered) <= set(LATER_MIN)
    for minutes in offered:
        end = now + minutes * 60 + JITTER_MOST_S + SENDING_S
        assert not any(is_quiet(quiet, tz, t) for t in range(now, end + 1, 60))
        assert local_time(tz, end).date() == day
        assert send_window(now + minutes * 60, 1, quiet, tz)


def test_a_sending_may_take_all_of_its_time_outs() -> None:
    assert SENDING_S >= POOL_S + CONNECT_S + WRITE_S + READ_S
