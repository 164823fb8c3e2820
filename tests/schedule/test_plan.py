"""The walk plan: starts calmly, grows slowly, listens to pain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule.plan import next_walk
from bot.schedule.plan_model import Plan, PlanNumbers, Walk, Walker, Why

NUMBERS = PlanNumbers(
    start=10, shortest=5, goal=20, most=30, step=5, walks_to_grow=2, pain_grows=3, pain_rise=2, pain_shortens=5,
    pain_check=7, pain_check_times=3, pause_days=7, before_clearance_most=10,
)  # fmt: skip
DAY0 = date(2026, 6, 1)


def walk(day: int, minutes: int = 10, pain: int | None = 1, *, done: bool = True) -> Walk:
    return Walk(at=day * 86400, day=DAY0 + timedelta(days=day), minutes=minutes, done=done, pain=pain)


def plan(*walks: Walk, day: int, walker: Walker | None = None, from_start: bool = False) -> Plan:
    walker = replace(walker or Walker(needs_clearance=False), from_start=from_start)
    return next_walk(replace(walker, walks=walks), NUMBERS, DAY0 + timedelta(days=day))


class TestGrowing:
    def test_it_starts_calmly(self) -> None:
        assert plan(day=0) == Plan(minutes=10, why=(Why.START,), ask_check=False, gentle=False)

    def test_after_two_good_walks_and_a_week_it_grows_by_five(self) -> None:
        assert plan(walk(0), walk(2), walk(4), day=7) == Plan(
            minutes=15, why=(Why.GREW,), ask_check=False, gentle=False
        )

    def test_not_before_a_week(self) -> None:
        found = plan(walk(0), walk(2), walk(4), day=6)
        assert (found.minutes, found.why) == (10, (Why.TOO_SOON,))

    def test_not_after_one_walk(self) -> None:
        found = plan(walk(0), day=7)
        assert (found.minutes, found.why) == (10, (Why.TOO_FEW_WALKS,))

    def test_walks_not_done_or_without_a_pain_do_not_count(self) -> None:
        found = plan(walk(0), walk(2, done=False), walk(4, pain=None), day=7)
        assert (found.minutes, found.why) == (10, (Why.TOO_FEW_WALKS,))

    def test_one_step_a_week(self) -> None:
        found = plan(walk(0), walk(2), walk(4), walk(7, 15), walk(9, 15), walk(11, 15), day=13)
        assert (found.minutes, found.why) == (15, (Why.TOO_SOON,))
        assert plan(walk(0), walk(2), walk(4), walk(7, 15), walk(9, 15), walk(11, 15), day=14).minutes == 20

    def test_it_ends_at_the_longest_walk(self) -> None:
        found = plan(walk(0, 30), walk(4, 30), walk(7, 30), day=9)
        assert (found.minutes, found.why) == (30, (Why.AT_MOST,))

    def test_the_order_of_the_walks_does_not_matter(self) -> None:
        assert plan(walk(4), walk(0), walk(2), day=7).minutes == 15

    def test_a_soon_alarm_holds_growth(self) -> None:
        held = Walker(needs_clearance=False, soon_alarm=True)
        found = plan(walk(0), walk(2), walk(4), day=7, walker=held)
        assert (found.minutes, found.why) == (10, (Why.SOON_ALARM,))
        assert plan(day=0, walker=held).why == (Why.START, Why.SOON_ALARM)


class TestPain:
    @pytest.mark.parametrize(
        ("pains", "minutes", "why"),
        [
            ((1, 1, 1), 20, Why.GREW),
            ((3, 3, 3), 20, Why.GREW),
            ((3, 2, 1), 20, Why.GREW),
            ((1, 1, 2), 15, Why.PAIN_RISING),
            ((4, 4, 4), 15, Why.PAIN_SOME),
            ((1, 4, 3), 15, Why.PAIN_SOME),
            ((1, 1, 4), 10, Why.PAIN_RISING),
            ((2, 3, 4), 10, Why.PAIN_RISING),
            ((1, 1, 5), 10, Why.PAIN_HIGH),
            ((6, 6, 5), 10, Why.PAIN_HIGH),
        ],
    )
    def test_pain_lets_grow_holds_or_shortens(self, pains: tuple[int, ...], minutes: int, why: Why) -> None:
        found = plan(*(walk(n * 3, 15, pain) for n, pain in enumerate(pains)), day=8)
        assert (found.minutes, found.why[0]) == (minutes, why)

    def test_one_bad_walk_shortens_once(self) -> None:
        assert plan(walk(0, 15, 6), day=2).minutes == 10
        assert plan(walk(0, 15, 6), walk(2, 10, None), day=4).minutes == 10
        assert plan(walk(0, 15, 6), walk(2, 10, 2), day=4).minutes == 10

    def test_it_is_never_shorter_than_the_shortest(self) -> None:
        assert plan(walk(0, 5, 6), day=2).minutes == 5
        assert plan(walk(0, 3, 6), day=2).minutes == 3  # her own, before

    @pytest.mark.parametrize(
        ("pains", "why"),
        [
            ((7,), (Why.CHECK_STRONG,)),
            ((10, 0), (Why.CHECK_STRONG,)),
            ((5, 1, 5), ()),
            ((5, 1, 6, 5), (Why.CHECK_OFTEN,)),
            ((7, 5, 5), (Why.CHECK_STRONG, Why.CHECK_OFTEN)),
            ((6, 4, 4), ()),
        ],
    )
    def test_the_safety_check(self, pains: tuple[int, ...], why: tuple[Why, ...]) -> None:
        found = plan(*(walk(n * 2, 10, pain) for n, pain in enumerate(pains)), day=8)
        assert found.ask_check is bool(why)
        assert tuple(w for w in found.why if w.name.startswith("CHECK")) == why

    def test_an_answered_check_is_not_asked_again(self) -> None:
        answered = Walker(needs_clearance=False, checked_at=2 * 86400 + 60)
        assert not plan(walk(0, pain=8), walk(2, pain=8), day=4, walker=answered).ask_check
        assert plan(walk(0, pain=8), walk(3, pain=8), day=4, walker=answered).ask_check

    @pytest.mark.parametrize("walker", [Walker(needs_clearance=False, own=25), Walker(), Walker(own=8)])
    def test_the_check_is_asked_whatever_the_minutes(self, walker: Walker) -> None:
        assert plan(walk(0, pain=7), day=2, walker=walker).ask_check


class TestPause:
    @pytest.mark.parametrize(("away", "minutes"), [(2, 20), (7, 20), (8, 15), (14, 15), (15, 10), (22, 5), (200, 5)])
    def test_it_steps_back(self, away: int, minutes: int) -> None:
        found = plan(walk(0, 20), day=away)
        assert (found.minutes, Why.PAUSE in found.why) == (minutes, away > 7)

    def test_walks_not_done_are_a_pause(self) -> None:
        assert plan(walk(0, 20), walk(5, 20, None, done=False), day=9).minutes == 15

    def test_after_a_pause_it_needs_two_walks_and_a_week_again(self) -> None:
        walks = [walk(0, 5), walk(2, 5), walk(30, 5), walk(32, 5)]
        assert plan(*walks, day=34).why == (Why.TOO_SOON,)
        assert plan(*walks, walk(35, 5), day=37).minutes == 10

    def test_pain_and_pause_add_up(self) -> None:
        found = plan(walk(0, 25, 6), day=9)
        assert (found.minutes, found.why) == (15, (Why.PAIN_HIGH, Why.PAUSE))


class TestClearance:
    uncleared = Walker()

    def test_unknown_counts_as_not_cleared(self) -> None:
        found = plan(day=0, walker=self.uncleared)
        assert found == Plan(minutes=10, why=(Why.BEFORE_CLEARANCE, Why.START), ask_check=False, gentle=True)

    def test_no_growth_before(self) -> None:
        found = plan(walk(0, 5), walk(3, 5), walk(6, 5), walk(9, 5), day=11, walker=self.uncleared)
        assert (found.minutes, found.why, found.gentle) == (5, (Why.BEFORE_CLEARANCE,), True)

    def test_pain_still_shortens(self) -> None:
        found = plan(walk(0, 10, 6), day=2, walker=self.uncleared)
        assert (found.minutes, found.why) == (5, (Why.BEFORE_CLEARANCE, Why.PAIN_HIGH))

    def test_at_most_ten_minutes_also_where_she_walked_more(self) -> None:
        assert plan(walk(0, 25), day=2, walker=self.uncleared).minutes == 10

    def test_the_growing_plan_starts_after_it(self) -> None:
        cleared = Walker(cleared_on=DAY0 + timedelta(days=9))
        before = [walk(0), walk(2), walk(4), walk(7)]
        assert plan(*before, day=8, walker=cleared).gentle
        on_the_day = plan(*before, day=9, walker=cleared)
        assert (on_the_day.minutes, on_the_day.gentle) == (10, False)
        assert plan(*before, walk(9), walk(12), day=16, walker=cleared).minutes == 15


class TestHerOwnMinutes:
    own = Walker(needs_clearance=False, own=30)

    def test_they_win(self) -> None:
        found = plan(walk(0, 10, 4), day=20, walker=Walker(needs_clearance=False, own=45))
        assert (found.minutes, found.why) == (45, (Why.OWN,))

    @pytest.mark.parametrize(
        ("pains", "minutes"),
        [
            ((5,), 25),
            ((4,), 30),
            ((1, 2), 30),
            ((1, 4), 25),
            ((2, 3, 4), 25),
            ((6, None), 25),
            ((6, 4), 25),
            ((6, 3), 30),
            ((6, 6), 20),
            ((6, 6, 2), 25),
            ((6, 6, 2, 3), 25),
            ((6, 6, 2, 2), 30),
        ],
    )
    def test_pain_shortens_them_until_it_goes_down(self, pains: tuple[int | None, ...], minutes: int) -> None:
        walks: list[Walk] = []
        for n, pain in enumerate(pains):
            walks.append(walk(n * 2, plan(*walks, day=n * 2, walker=self.own).minutes, pain))
        found = plan(*walks, day=9, walker=self.own)
        assert (found.minutes, found.why[0]) == (minutes, Why.OWN if minutes == 30 else Why.OWN_EASED)

    def test_she_can_choose_again(self) -> None:
        chosen = replace(self.own, own_since=86400)
        assert plan(walk(0, 30, 6), day=2, walker=chosen).minutes == 30
        assert plan(walk(0, 30, 6), walk(2, 30, 5), day=4, walker=chosen).minutes == 25

    def test_they_are_never_eased_below_the_shortest_or_above_what_she_chose(self) -> None:
        assert plan(walk(0, 7, 6), walk(2, 5, 6), day=4, walker=replace(self.own, own=7)).minutes == 5
        assert plan(walk(0, 3, 6), day=4, walker=replace(self.own, own=3)).minutes == 3

    def test_pain_shortens_them_before_the_clearance_too(self) -> None:
        found = plan(walk(0, 10, 6), day=2, walker=Walker(own=20))
        assert (found.minutes, found.why) == (5, (Why.BEFORE_CLEARANCE, Why.OWN_EASED))

    def test_but_not_over_the_clearance(self) -> None:
        assert plan(day=0, walker=Walker(own=20)).why == (Why.BEFORE_CLEARANCE, Why.OWN_SHORTENED)
        assert plan(day=0, walker=Walker(own=20)).minutes == 10
        assert plan(day=0, walker=Walker(own=7)).minutes == 7

    @pytest.mark.parametrize("minutes", [15, 30, 45])
    def test_longer_walks_of_her_own_do_not_make_the_plan_jump(self, minutes: int) -> None:
        walks = [walk(day, minutes) for day in (0, 2, 4)]
        assert plan(*walks, day=6, from_start=True).minutes == 10
        assert plan(*walks, day=7, from_start=True).minutes == 15
        assert plan(*walks, walk(7, minutes), walk(9, minutes), day=13, from_start=True).minutes == 15
        assert plan(*walks, walk(7, minutes), walk(9, minutes), day=14, from_start=True).minutes == 20

    def test_nor_do_those_before_the_clearance(self) -> None:
        cleared = Walker(cleared_on=DAY0 + timedelta(days=5))
        assert plan(walk(0, 30), walk(3, 30), day=6, walker=cleared, from_start=True).minutes == 10


walks_drawn = st.lists(
    st.tuples(st.integers(1, 12), st.one_of(st.none(), st.integers(0, 10)), st.booleans()), max_size=40
)


@settings(derandomize=True, deadline=None, max_examples=400, database=None)
@given(walks_drawn, st.booleans(), st.one_of(st.none(), st.integers(0, 120)), st.booleans())
def test_whatever_she_does(
    drawn: list[tuple[int, int | None, bool]], needs: bool, cleared_after: int | None, soon: bool
) -> None:
    cleared_on = None if cleared_after is None else DAY0 + timedelta(days=cleared_after)
    walker = Walker(needs_clearance=needs, cleared_on=cleared_on, soon_alarm=soon)
    walks: list[Walk] = []
    day = 0
    for gap, pain, done in drawn:
        day += gap
        today = DAY0 + timedelta(days=day)
        walker = replace(walker, walks=tuple(walks))
        found = next_walk(walker, NUMBERS, today)
        assert found == next_walk(walker, NUMBERS, today)
        assert NUMBERS.shortest <= found.minutes <= NUMBERS.most
        kept = [w for w in walks if w.done]
        if not walker.cleared_by(today):
            assert found.gentle
            assert found.minutes <= NUMBERS.before_clearance_most
        if kept:
            assert found.minutes <= kept[-1].minutes + NUMBERS.step
            if found.minutes > kept[-1].minutes:
                assert not soon
                assert walker.cleared_by(today)
                told = [w.pain for w in kept if w.pain is not None][-2:]
                assert len(told) == 2
                assert max(told) <= 3
                assert told[1] <= told[0]
            if (kept[-1].pain or 0) >= NUMBERS.pain_shortens:
                assert found.minutes < kept[-1].minutes or found.minutes == NUMBERS.shortest
        for earlier in kept:
            if (today - earlier.day).days < 7 and found.minutes > earlier.minutes:
                assert found.minutes <= earlier.minutes + NUMBERS.step
        walks.append(walk(day, found.minutes, pain if done else None, done=done))


@settings(derandomize=True, deadline=None, max_examples=200, database=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 90), st.integers(0, 4)), max_size=20))
def test_however_long_she_walks_the_plan_grows_by_one_step_a_week(drawn: list[tuple[int, int, int]]) -> None:
    walks: list[Walk] = []
    named = [(0, NUMBERS.start)]
    for gap, minutes, pain in drawn:
        day = named[-1][0] + gap
        found = plan(*walks, day=day, from_start=True).minutes
        named.append((day, found))
        walks.append(walk(day, minutes, pain))
    assert all(n <= NUMBERS.start + NUMBERS.step * (d // 7) for d, n in named)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"start": 0}, "start must be at least 1"),
        ({"start": 25}, "in this order"),
        ({"most": 15}, "in this order"),
        ({"pain_shortens": 3}, "must rise"),
        ({"pain_check": 11}, "must rise"),
        ({"before_clearance_most": 4}, "below shortest"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(change: dict[str, int], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(NUMBERS, **change)


@pytest.mark.parametrize("change", [{"minutes": 0}, {"pain": 11}, {"pain": -1}])
def test_a_walk_out_of_range_is_refused(change: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="a walk has"):
        replace(walk(0), **change)
