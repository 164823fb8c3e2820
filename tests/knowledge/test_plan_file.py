"""plan.yaml: the numbers of the walk plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.authoring.checker import check
from bot.knowledge.loader import built_in, load
from tests.small_knowledge import Write

PLAN = (Path(built_in()) / "plan.yaml").read_text(encoding="utf-8")
TODAY = date(2026, 11, 22)


def test_the_built_in_one_is_that_of_the_evidence() -> None:
    plan = load(built_in()).plan
    assert plan
    numbers = plan.numbers
    assert 5 <= numbers.shortest <= numbers.start <= 10
    assert (numbers.goal, numbers.most, numbers.step, numbers.before_clearance_most) == (20, 30, 5, 10)
    assert not plan.reviewed.by, "to be confirmed by a clinician"


def test_without_one_there_is_no_plan(write: Write) -> None:
    assert load(write()).plan is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("start: 10", "start: ten", "'start' cannot be 'ten'"),
        ("start: 10", "# start", "'start' is missing"),
        ("goal: 20", "goal: 40", "must be in this order"),
        ("pain_check: 7", "pain_check: 4", "must rise"),
        ("tips: [", "tips: [nonsense, ", "no topic 'nonsense'"),
        ("next: 2027-11-22", "next: 2026-01-01", "the review was due"),
    ],
)
def test_what_does_not_fit_is_named(write: Write, old: str, new: str, message: str) -> None:
    problems = check(write({"plan.yaml": PLAN.replace(old, new)}), TODAY)
    found = [p for p in problems if message in p.message]
    assert [p.file for p in found] == ["plan.yaml"]
