"""Single occurrences: changes of the clocks by name, zones, pauses, outages."""

from __future__ import annotations

from datetime import UTC, date, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from bot.schedule.occurrence import (
    EVERY_DAY,
    JITTER_MOST_S,
    LATE_S,
    Occurrence,
    Rule,
    Step,
    advance,
    instant_of,
    is_late,
    jitter,
    next_occurrence,
    upcoming,
)
from tests.timezones.zone_samples import at, shown, utc


def rule(zone: str, clock: str, days: frozenset[int] = EVERY_DAY, since: date | None = None) -> Rule:
    return Rule(at=time.fromisoformat(clock), days=days, zone=ZoneInfo(zone), since=since)


def shown_from(zone: str, clock: str, start: str, count: int) -> list[str]:
    found = islice(upcoming(rule(zone, clock), at(zone, start)), count)
    return [shown(zone, occurrence.instant) for occurrence in found]


class TestChangesOfTheClocks:
    """The cases in which cron triggers fire twice, skip a day or never come back."""

    def test_berlin_fires_a_repeated_time_once_on_its_first_pass(self) -> None:
        found = list(islice(upcoming(rule("Europe/Berlin", "02:30"), at("Europe/Berlin", "2026-10-24 12:00")), 2))
        assert [o.instant for o in found] == [utc("2026-10-25 00:30"), utc("2026-10-26 01:30")]

    def test_berlin_asked_between_the_passes_waits_for_the_next_day(self) -> None:
        between = utc("2026-10-25 01:10")  # 02:10 for the second time
        found = next_occurrence(rule("Europe/Berlin", "02:30"), between)
        assert found == Occurrence(date(2026, 10, 26), utc("2026-10-26 01:30"))

    def test_santiago_fires_a_repeated_evening_once(self) -> None:
        found = shown_from("America/Santiago", "23:30", "2026-04-03 12:00", 3)
        assert found == ["2026-04-03 23:30", "2026-04-04 23:30", "2026-04-05 23:30"]
        assert instant_of(date(2026, 4, 4), time(23, 30), ZoneInfo("America/Santiago")) == utc("2026-04-05 02:30")

    def test_berlin_moves_a_time_in_a_gap_forward_by_the_gap(self) -> None:
        found = shown_from("Europe/Berlin", "02:30", "2026-03-28 12:00", 2)
        assert found == ["2026-03-29 03:30", "2026-03-30 02:30"]

    def test_santiago_keeps_the_day_whose_first_hour_is_left_out(self) -> None:
        found = shown_from("America/Santiago", "00:15", "2026-09-05 12:00", 2)
        assert found == ["2026-09-06 01:15", "2026-09-07 00:15"]

    def test_cairo_keeps_the_day_whose_first_hour_is_left_out(self) -> None:
        found = shown_from("Africa/Cairo", "00:30", "2026-04-23 12:00", 2)
        assert found == ["2026-04-24 01:30", "2026-04-25 00:30"]

    def test_lord_howe_moves_by_its_half_hour(self) -> None:
        found = shown_from("Australia/Lord_Howe", "02:10", "2026-10-03 12:00", 2)
        assert found == ["2026-10-04 02:40", "2026-10-05 02:10"]

    def test_nuuk_skips_a_time_that_would_move_to_another_date(self) -> None:
        found = shown_from("America/Nuuk", "23:30", "2024-03-29 12:00", 2)
        assert found == ["2024-03-29 23:30", "2024-03-31 23:30"]

    def test_apia_has_no_30_december_2011(self) -> None:
        found = shown_from("Pacific/Apia", "10:00", "2011-12-29 09:00", 2)
        assert found == ["2011-12-29 10:00", "2011-12-31 10:00"]

    def test_apia_skips_the_week_whose_day_is_missing(self) -> None:
        friday = rule("Pacific/Apia", "10:00", frozenset((4,)))
        found = next_occurrence(friday, at("Pacific/Apia", "2011-12-24 00:00"))
        assert found
        assert found.day == date(2012, 1, 6)

    @pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe"])
    def test_nine_in_the_morning_is_right_all_year(self, zone: str) -> None:
        found = list(islice(upcoming(rule(zone, "09:00"), at(zone, "2026-01-01 00:00")), 365))
        assert [shown(zone, o.instant) for o in found] == [f"{o.day} 09:00" for o in found]
        assert [o.day.toordinal() for o in found] == list(
            range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
        )

    def test_the_repeated_hour_is_left_behind(self) -> None:
        assert len(shown_from("Europe/Berlin", "02:59", "2026-10-25 02:58", 10)) == 10


class TestMovingAndPausing:
    def test_a_move_west_gives_no_second_one_on_the_same_date(self) -> None:
        sent = next_occurrence(rule("Asia/Tokyo", "10:00"), at("Asia/Tokyo", "2026-06-11 09:00"))
        assert sent
        moved = rule("America/Los_Angeles", "10:00")
        found = next_occurrence(moved, sent.instant, last=sent.day)
        assert found
        assert shown("America/Los_Angeles", found.instant) == "2026-06-12 10:00"

    def test_a_move_east_goes_on_with_the_next_date(self) -> None:
        moved = rule("Asia/Tokyo", "10:00")
        found = next_occurrence(moved, at("America/Los_Angeles", "2026-06-11 10:00"), last=date(2026, 6, 11))
        assert found
        assert shown("Asia/Tokyo", found.instant) == "2026-06-12 10:00"

    def test_a_later_time_on_the_same_day_waits_for_the_next_date(self) -> None:
        found = next_occurrence(
            rule("Europe/Oslo", "14:00"), at("Europe/Oslo", "2026-06-11 10:00"), last=date(2026, 6, 11)
        )
        assert found
        assert found.day == date(2026, 6, 12)

    def test_a_pause_ends_on_its_date(self) -> None:
        paused = rule("Europe/Oslo", "10:00", since=date(2026, 7, 1))
        found = next_occurrence(paused, at("Europe/Oslo", "2026-06-11 10:00"))
        assert found == Occurrence(date(2026, 7, 1), at("Europe/Oslo", "2026-07-01 10:00"))

    def test_only_on_the_chosen_weekdays(self) -> None:
        chosen = rule("Europe/Oslo", "10:00", frozenset((0, 2, 4)))
        found = islice(upcoming(chosen, at("Europe/Oslo", "2026-11-22 12:00")), 4)
        assert [o.day.isoformat() for o in found] == ["2026-11-23", "2026-11-25", "2026-11-27", "2026-11-30"]

    def test_no_weekday_no_occurrence(self) -> None:
        assert next_occurrence(rule("Europe/Oslo", "10:00", frozenset()), 0) is None

    @pytest.mark.parametrize("after", [10**12, -(10**12), 10**30])
    def test_beyond_the_calendar_there_is_none(self, after: int) -> None:
        assert next_occurrence(rule("Europe/Oslo", "10:00"), after) is None

    def test_the_last_day_of_the_calendar_ends_it(self) -> None:
        assert next_occurrence(rule("Europe/Oslo", "10:00"), utc("9999-12-31 20:00")) is None

    def test_a_rule_refuses_what_is_no_local_time_or_weekday(self) -> None:
        with pytest.raises(ValueError, match="weekdays"):
            Rule(at=time(10), days=frozenset((7,)), zone=UTC)
        with pytest.raises(ValueError, match="zone of its own"):
            Rule(at=time(10, tzinfo=UTC), days=EVERY_DAY, zone=UTC)


class TestTicks:
    daily = Rule(at=time(10), days=EVERY_DAY, zone=UTC)
    due = Occurrence(date(2026, 6, 8), utc("2026-06-08 10:00"))
    tomorrow = Occurrence(date(2026, 6, 9), utc("2026-06-09 10:00"))

    def test_nothing_before_its_time(self) -> None:
        assert advance(self.daily, self.due, self.due.instant - 1) == Step(ahead=self.due)

    @pytest.mark.parametrize("waited", [0, 1, LATE_S])
    def test_up_to_45_minutes_it_is_sent(self, waited: int) -> None:
        assert advance(self.daily, self.due, self.due.instant + waited) == Step(send=self.due, ahead=self.tomorrow)

    def test_after_45_minutes_it_is_dropped_as_late(self) -> None:
        assert is_late(self.due, self.due.instant + LATE_S + 1)
        assert advance(self.daily, self.due, self.due.instant + LATE_S + 1) == Step(late=self.due, ahead=self.tomorrow)

    def test_an_outage_skips_to_the_next_future_one(self) -> None:
        step = advance(self.daily, self.due, utc("2026-06-11 12:00"))
        assert step == Step(late=self.due, ahead=Occurrence(date(2026, 6, 12), utc("2026-06-12 10:00")))

    def test_an_outage_that_ends_in_time_for_the_last_one_sends_it(self) -> None:
        step = advance(self.daily, self.due, utc("2026-06-11 10:20"))
        assert step.late == self.due
        assert step.send == Occurrence(date(2026, 6, 11), utc("2026-06-11 10:00"))
        assert step.ahead == Occurrence(date(2026, 6, 12), utc("2026-06-12 10:00"))

    def test_an_outage_of_years_costs_no_more(self) -> None:
        step = advance(self.daily, self.due, utc("2036-06-11 10:20"))
        assert step.send
        assert step.send.day == date(2036, 6, 11)

    def test_a_time_moved_to_later_the_same_day_does_not_come_twice(self) -> None:
        moved = Rule(at=time(14), days=EVERY_DAY, zone=UTC)
        step = advance(moved, self.due, self.due.instant)
        assert step.ahead == Occurrence(date(2026, 6, 9), utc("2026-06-09 14:00"))

    def test_a_reminder_without_days_ends(self) -> None:
        never = Rule(at=time(10), days=frozenset(), zone=UTC)
        assert advance(never, self.due, self.due.instant) == Step(send=self.due)


def test_jitter_is_steady_within_five_minutes_and_spread() -> None:
    found = [jitter(n) for n in range(10_000)]
    assert found == [jitter(n) for n in range(10_000)]
    assert min(found) == 0
    assert max(found) == JITTER_MOST_S
    assert max(found.count(second) for second in range(JITTER_MOST_S + 1)) < 75  # 33 on average
    assert jitter("7") == jitter(7) == 73
