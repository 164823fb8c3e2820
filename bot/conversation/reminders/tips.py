"""The tip of a walk reminder: one a day, in turn, from the topics that the plan names."""

from __future__ import annotations

import re
from datetime import date

from bot.conversation.loss import hurts
from bot.conversation.reminders.plan_inputs import is_cleared
from bot.conversation.stage import stage_of, variant_for
from bot.conversation.state import ChatState, Stage
from bot.knowledge.models import Knowledge, WalkPlan

_DECIDED = re.compile(r"\b(?:minutes?|sessions?|plan|reminders?|moves?|swap|halve|one move|days)\b", re.IGNORECASE)
"""What the message itself says, or what is about other exercise than walking."""
_GROWING = re.compile(r"\b(?:poles?|longer|faster|add|brisk\w*|hills?|do more)\b", re.IGNORECASE)
"""Not before the clearance, unless it says to ask first."""
_ASKING = re.compile(r"^ask (?:your|a) (?:doctor|midwife)", re.IGNORECASE)


def tips_for(state: ChatState, knowledge: Knowledge, plan: WalkPlan, today: date) -> tuple[str, ...]:
    """Every tip that fits her now, in the order of the topics."""
    stage = stage_of(state.profile, today)
    cleared = is_cleared(state, today)
    is_loss = state.profile.stage is Stage.LOSS
    found: dict[str, None] = {}
    for topic in (knowledge.topics[t] for t in plan.tips if t in knowledge.topics):
        for tip in topic.for_stage(variant_for(topic, stage)).tips or ():
            is_asking = bool(_ASKING.match(tip))
            if _DECIDED.search(tip) or (is_loss and hurts(tip)):
                continue
            if is_asking if cleared else (_GROWING.search(tip) and not is_asking):
                continue
            found[tip] = None
    return tuple(found)


def tip_of(state: ChatState, knowledge: Knowledge, plan: WalkPlan, day: date) -> str:
    """The tip of a date; "" where none fits."""
    tips = tips_for(state, knowledge, plan, day)
    return tips[day.toordinal() % len(tips)] if tips else ""
