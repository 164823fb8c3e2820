"""Beside an alarm no sentence speaks of treatment, position or exercise: that waits until she has been seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.conversation.reply import Card
from bot.knowledge.models import Group, Topic
from bot.language.phrases import PhraseGroups
from bot.language.sentences import only
from bot.language.text import split


class TreatmentFilter:
    """Leaves out what speaks of treatment."""

    def __init__(self, groups: Iterable[Group], phrases: PhraseGroups) -> None:
        """Make one.

        Args:
            groups: of the topics.
            phrases: of withheld.yaml, compiled.
        """
        self._shown = frozenset(group.id for group in groups if group.beside_alarm)
        self._phrases = phrases

    def __call__(self, topic: Topic, card: Card) -> Card | None:
        """A plain answer without what has to wait; None where nothing is left.

        Args:
            topic: whose answer it is.
            card: its answer, title first, without tips.
        """
        if topic.group not in self._shown or self._speaks(topic.title):
            return None
        title, *others = card.blocks
        kept = [replace(b, text=only(b.text, lambda sentence: not self._speaks(sentence))) for b in others]
        kept = [b for b in kept if b.text]
        return replace(card, blocks=(title, *kept)) if kept else None

    def _speaks(self, text: str) -> bool:
        return self._phrases.has("treatment", split(text).words)
