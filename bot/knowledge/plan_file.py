"""Reads plan.yaml: the numbers of the walk plan."""

from __future__ import annotations

from dataclasses import fields

from bot.knowledge.models import Review, WalkPlan
from bot.knowledge.yaml_source import Entry
from bot.schedule.plan_model import PlanNumbers

NUMBERS = tuple(f.name for f in fields(PlanNumbers))


def read_plan(entry: Entry, reviewed: Review) -> WalkPlan | None:
    """The walk plan; None where a number is missing or they contradict each other, which is noted as a problem."""
    entry.only(*NUMBERS, "tips", "reviewed")
    texts = {name: entry.text(name, required=True) for name in NUMBERS}
    numbers = {name: entry.parsed(name, int, "a whole number", 0) for name in NUMBERS}
    if not all(texts.values()):
        return None
    try:
        return WalkPlan(numbers=PlanNumbers(**numbers), tips=entry.texts("tips"), reviewed=reviewed)
    except ValueError as error:
        entry.problem(f"the numbers do not fit: {error}.", "Correct them.")
        return None
