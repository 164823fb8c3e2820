"""The tip of a reminder: which fit her, and whose turn it is."""

from __future__ import annotations

from datetime import date

from bot.conversation.loss import LossFilter
from bot.conversation.reminders.plan_inputs import is_cleared
from bot.conversation.reminders.turn_builder import Resources
from bot.conversation.stage import stage_of, variant_for
from bot.conversation.state import ChatState, Stage
from bot.language.phrases import PhraseGroups
from bot.language.text import split


class Tips:
    """The tips of the topics that the plan names."""

    def __init__(self, resources: Resources, phrases: PhraseGroups, loss: LossFilter) -> None:
        """Make one.

        Args:
            phrases: of withheld.yaml, compiled.
            loss: says what would hurt.
        """
        self._topics = resources.knowledge.topics
        self._named = resources.plan.tips
        self._phrases = phrases
        self._loss = loss

    def fitting(self, state: ChatState, today: date) -> tuple[str, ...]:
        """Every tip that fits her now, in the order of the topics."""
        stage = stage_of(state.profile, today)
        cleared = is_cleared(state, today)
        is_loss = state.profile.stage is Stage.LOSS
        found: dict[str, None] = {}
        for topic in (self._topics[t] for t in self._named if t in self._topics):
            for tip in topic.for_stage(variant_for(topic, stage)).tips or ():
                if self._fits(tip, cleared=cleared) and not (is_loss and self._loss.hurts(tip)):
                    found[tip] = None
        return tuple(found)

    def of(self, state: ChatState, day: date) -> str:
        """The tip of a date; "" where none fits."""
        tips = self.fitting(state, day)
        return tips[day.toordinal() % len(tips)] if tips else ""

    def _fits(self, tip: str, *, cleared: bool) -> bool:
        words = split(tip).words
        if self._phrases.has("tip-decided", words):
            return False
        is_asking = self._phrases.begin("tip-asks-first", words)
        return not is_asking if cleared else is_asking or not self._phrases.has("tip-growing", words)
