"""The minutes of the next walk, from what she did and how it felt. Pure: the same walks give the same plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.schedule.plan_model import Plan, PlanNumbers, Walk, Walker, Why

WEEK = 7
"""Days that she walks one length before it grows: so it grows by one step a week at most."""


def next_walk(walker: Walker, numbers: PlanNumbers, today: date) -> Plan:
    """Plan the next walk.

    It is derived from the walks alone and keeps no state of its own, so asking twice changes nothing.

    Args:
        walker: what is known of her, with her walks.
        numbers: the limits, as a clinician confirmed them.
        today: her local date.

    Returns:
        Minutes, the reasons (the deciding one first), and whether the safety check is to be asked. It is asked for
        whatever the minutes are, also where they are her own.
    """
    done = sorted((walk for walk in walker.walks if walk.done and walk.day <= today), key=lambda walk: walk.at)
    checks = _checks(done, walker, numbers)
    cleared = walker.cleared_by(today)
    if walker.own is not None:
        minutes, why = _own(walker.own, done, walker, numbers, cleared=cleared)
    else:
        minutes, why = _planned(_counted(done, walker, numbers), walker, numbers, today)
    return Plan(minutes=minutes, why=(*why, *checks), ask_check=bool(checks), gentle=not cleared)


def _planned(done: Sequence[Walk], walker: Walker, numbers: PlanNumbers, today: date) -> tuple[int, tuple[Why, ...]]:
    if walker.cleared_by(today):
        return _cleared(done, walker, numbers, today)
    return _before_clearance(done, numbers, today)


def _counted(done: Sequence[Walk], walker: Walker, numbers: PlanNumbers) -> list[Walk]:
    """The walks with the minutes that count for the plan: no more than the walk before, or than it had grown to then.

    Otherwise one long walk of her own would make the plan jump, or those before the clearance would do so after it.
    """
    counted: list[Walk] = []
    then = replace(walker, soon_alarm=False)  # whether one was open on that day is not known; it held growth, no more
    for walk in done:
        most = numbers.most
        if counted or walker.from_start:
            most = max([_planned(counted, then, numbers, walk.day)[0], *(w.minutes for w in counted[-1:])])
        counted.append(replace(walk, minutes=min(walk.minutes, most)))
    return counted


def _own(
    own: int, done: Sequence[Walk], walker: Walker, numbers: PlanNumbers, *, cleared: bool
) -> tuple[int, tuple[Why, ...]]:
    """Her own minutes win over the plan, but neither over pain after them nor over the clearance to come."""
    most = own if cleared else min(own, numbers.before_clearance_most)
    eased = _own_eased(most, done, walker, numbers)
    if eased < most:
        return eased, (Why.OWN_EASED,) if cleared else (Why.BEFORE_CLEARANCE, Why.OWN_EASED)
    if most < own:
        return most, (Why.BEFORE_CLEARANCE, Why.OWN_SHORTENED)
    return own, (Why.OWN,) if cleared else (Why.OWN, Why.BEFORE_CLEARANCE)


def _own_eased(own: int, done: Sequence[Walk], walker: Walker, numbers: PlanNumbers) -> int:
    """Her own minutes after the pains told since she chose them: a step less for each, a step more as it goes down."""
    pains: list[int] = []
    most = own
    for walk in done:
        if walk.pain is None or (walker.own_since is not None and walk.at <= walker.own_since):
            continue
        pains.append(walk.pain)
        if walk.pain >= numbers.pain_shortens or _rises_much(pains, numbers):
            most = min(most, max(min(walk.minutes, most) - numbers.step, numbers.shortest))
        elif walk.pain <= numbers.pain_grows and walk.pain <= min(pains[-2:]):
            most = min(own, most + numbers.step)
    return most


def _before_clearance(done: Sequence[Walk], numbers: PlanNumbers, today: date) -> tuple[int, tuple[Why, ...]]:
    most = numbers.before_clearance_most
    if not done:
        return min(numbers.start, most), (Why.BEFORE_CLEARANCE, Why.START)
    level = min(done[-1].minutes, most)
    eased = _eased(done, numbers, level, today)
    return (eased[0], (Why.BEFORE_CLEARANCE, *eased[1])) if eased else (level, (Why.BEFORE_CLEARANCE,))


def _cleared(done: Sequence[Walk], walker: Walker, numbers: PlanNumbers, today: date) -> tuple[int, tuple[Why, ...]]:
    if not done:
        return numbers.start, (Why.START, Why.SOON_ALARM) if walker.soon_alarm else (Why.START,)
    level = min(done[-1].minutes, numbers.most)
    if eased := _eased(done, numbers, level, today):
        return eased
    holds = _holds(done, walker, numbers, today)
    if holds:
        return level, holds
    return min(level + numbers.step, numbers.most), (Why.GREW,)


def _eased(done: Sequence[Walk], numbers: PlanNumbers, level: int, today: date) -> tuple[int, tuple[Why, ...]] | None:
    """A shorter walk after pain or a pause, or None."""
    why: list[Why] = []
    steps = 0
    pains = _pains(done)
    if done[-1].pain is not None:
        if done[-1].pain >= numbers.pain_shortens:
            why.append(Why.PAIN_HIGH)
        elif _rises_much(pains, numbers):
            why.append(Why.PAIN_RISING)
        steps += bool(why)
    weeks_away = ((today - done[-1].day).days - 1) // numbers.pause_days
    if weeks_away > 0:
        why.append(Why.PAUSE)
        steps += weeks_away
    if not why:
        return None
    return min(level, max(level - steps * numbers.step, numbers.shortest)), tuple(why)


def _holds(done: Sequence[Walk], walker: Walker, numbers: PlanNumbers, today: date) -> tuple[Why, ...]:
    """Why the next walk is no longer than the last; empty where it may grow."""
    level = min(done[-1].minutes, numbers.most)
    run = _run(done, walker, numbers)
    pains = _pains(run)
    recent = pains[-numbers.walks_to_grow :]
    tests = {
        Why.SOON_ALARM: walker.soon_alarm,
        Why.PAIN_RISING: len(pains) > 1 and pains[-1] > pains[-2],
        Why.PAIN_SOME: bool(recent) and max(recent) > numbers.pain_grows,
        Why.AT_MOST: level >= numbers.most,
        Why.TOO_FEW_WALKS: len(recent) < numbers.walks_to_grow,
        Why.TOO_SOON: not run or run[0].day > today - timedelta(days=WEEK),
    }
    return tuple(why for why, holds in tests.items() if holds)


def _run(done: Sequence[Walk], walker: Walker, numbers: PlanNumbers) -> list[Walk]:
    """The latest walks of one length, since the clearance and the last pause: what the next step is judged by."""
    run: list[Walk] = []
    for walk in reversed(done):
        if walk.minutes != done[-1].minutes or (walker.cleared_on and walk.day < walker.cleared_on):
            break
        if run and (run[-1].day - walk.day).days > numbers.pause_days:
            break
        run.append(walk)
    return run[::-1]


def _pains(walks: Sequence[Walk]) -> list[int]:
    return [walk.pain for walk in walks if walk.pain is not None]


def _rises_much(pains: Sequence[int], numbers: PlanNumbers) -> bool:
    """Rising beyond what may be chance, to more than a growing plan allows."""
    if len(pains) < 2 or pains[-1] <= numbers.pain_grows:
        return False
    twice = len(pains) > 2 and pains[-1] > pains[-2] > pains[-3]
    return twice or pains[-1] - pains[-2] >= numbers.pain_rise


def _checks(done: Sequence[Walk], walker: Walker, numbers: PlanNumbers) -> tuple[Why, ...]:
    """Why the safety check is to be asked, from the pains told since it was last answered."""
    pains = _pains([walk for walk in done if walker.checked_at is None or walk.at > walker.checked_at])
    found = []
    if any(pain >= numbers.pain_check for pain in pains):
        found.append(Why.CHECK_STRONG)
    if sum(pain >= numbers.pain_shortens for pain in pains) >= numbers.pain_check_times:
        found.append(Why.CHECK_OFTEN)
    return tuple(found)
