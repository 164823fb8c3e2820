"""What holds for every zone, year and rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule.occurrence import LATE_S, Occurrence, Rule, advance, instant_of, local_time, next_occurrence, upcoming
from tests.timezones.zone_samples import dates, moments, rules, times, zones

steady = settings(derandomize=True, deadline=None, max_examples=400, database=None)


def key_of(rule: Rule) -> str:
    assert isinstance(rule.zone, ZoneInfo)
    assert rule.zone.key
    return rule.zone.key


def expected(rule: Rule, day: date) -> int | None:
    """Found by looking at the clock every minute of a date, instead of by arithmetic."""
    start = int(datetime.combine(day, time(), tzinfo=UTC).timestamp()) - 15 * 3600
    previous = None
    for instant in range(start, start + 54 * 3600, 60):
        clock = local_time(rule.zone, instant).replace(tzinfo=None)
        if clock.date() == day and clock.time() == rule.at:
            return instant
        wanted = datetime.combine(day, rule.at)
        if previous is not None and previous < wanted < clock and clock - previous > timedelta(minutes=1):
            jump = clock - previous - timedelta(minutes=1)
            moved = wanted + jump
            return instant + int((moved - clock).total_seconds()) if moved.date() == day else None
        previous = clock
    return None


@steady
@given(st.data(), rules())
def test_strictly_increasing_and_one_a_local_date(data: st.DataObject, rule: Rule) -> None:
    start = data.draw(moments(key_of(rule)))
    found = list(islice(upcoming(rule, start), 12))
    assert len(found) == 12
    assert found[0].instant > start
    for earlier, later in pairwise(found):
        assert later.instant > earlier.instant
        assert later.day > earlier.day
    for occurrence in found:
        clock = local_time(rule.zone, occurrence.instant)
        assert clock.date() == occurrence.day
        assert clock.weekday() in rule.days
        assert clock.fold == 0
        in_gap = datetime.combine(occurrence.day, rule.at) != clock.replace(tzinfo=None)
        if in_gap:
            wanted = datetime.combine(occurrence.day, rule.at, tzinfo=rule.zone)
            assert wanted.astimezone(UTC).astimezone(rule.zone).replace(tzinfo=None) != wanted.replace(tzinfo=None)
            assert clock.time() > rule.at


@settings(steady, max_examples=200)
@given(st.data(), zones, times)
def test_the_instant_is_what_a_look_at_the_clock_finds(data: st.DataObject, zone: str, chosen: time) -> None:
    rule = Rule(at=chosen, days=frozenset(range(7)), zone=ZoneInfo(zone))
    day = local_time(rule.zone, data.draw(moments(zone))).date()
    assert instant_of(day, rule.at, rule.zone) == expected(rule, day)


@steady
@given(st.data(), rules())
def test_none_is_left_out_between_two(data: st.DataObject, rule: Rule) -> None:
    start = data.draw(moments(key_of(rule)))
    found = {o.day: o.instant for o in islice(upcoming(rule, start), 8)}
    last = max(found.values())
    for day in dates(start, last):
        instant = instant_of(day, rule.at, rule.zone)
        if instant is not None and start < instant <= last and day.weekday() in rule.days:
            assert found[day] == instant


@steady
@given(st.data(), rules())
def test_any_instant_before_gives_the_same_next_one(data: st.DataObject, rule: Rule) -> None:
    start = data.draw(moments(key_of(rule)))
    found = next_occurrence(rule, start)
    assert found
    later = data.draw(st.integers(start, found.instant - 1))
    assert next_occurrence(rule, later) == found


@steady
@given(st.data(), rules(), st.lists(st.integers(1, LATE_S), max_size=400), st.lists(st.booleans(), max_size=400))
def test_the_same_set_however_often_ticks_run_or_processes_restart(
    data: st.DataObject, rule: Rule, waits: list[int], restarts: list[bool]
) -> None:
    start = data.draw(moments(key_of(rule)))
    due = next_occurrence(rule, start)
    now, last, sent = start, None, list[Occurrence]()
    for n, wait in enumerate(waits):
        now += wait
        if n < len(restarts) and restarts[n] and due and due.instant > now:
            due = next_occurrence(rule, now, last=last)  # a new process derives it again
        assert due
        step = advance(rule, due, now)
        assert step.late is None
        if step.send:
            sent.append(step.send)
            last = step.send.day
        due = step.ahead
    assert sent == [o for o in islice(upcoming(rule, start), len(sent) + 1) if o.instant <= now]


@steady
@given(st.data(), rules(), st.lists(st.integers(1, 20 * 86400), min_size=1, max_size=20))
def test_after_outages_nothing_is_sent_late_or_twice(data: st.DataObject, rule: Rule, waits: list[int]) -> None:
    now = data.draw(moments(key_of(rule)))
    due = next_occurrence(rule, now)
    handled = list[Occurrence]()
    for wait in waits:
        now += wait
        assert due
        step = advance(rule, due, now)
        if step.send:
            assert 0 <= now - step.send.instant <= LATE_S
        if step.late:
            assert now - step.late.instant > LATE_S
        handled += [o for o in (step.late, step.send) if o]
        due = step.ahead
        assert due
        assert due.instant > now
    for earlier, later in pairwise(handled):
        assert later.day > earlier.day
        assert later.instant > earlier.instant


@steady
@given(st.data(), rules(), st.lists(st.tuples(rules(), st.integers(0, 3 * 86400)), min_size=1, max_size=8))
def test_moving_and_editing_never_gives_two_on_one_date(
    data: st.DataObject, rule: Rule, edits: list[tuple[Rule, int]]
) -> None:
    now = data.draw(moments(key_of(rule)))
    last: date | None = None
    sent = list[Occurrence]()
    for changed, wait in edits:
        due = next_occurrence(changed, now, last=last)
        now += wait
        while due and due.instant <= now:
            sent.append(due)
            last = due.day
            due = next_occurrence(changed, due.instant, last=last)
    assert len({o.day for o in sent}) == len(sent)
    for earlier, later in pairwise(sent):
        assert later.instant > earlier.instant
