"""Beside an alarm no sentence speaks of treatment, position or exercise: that waits until she has been seen."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.conversation.reply import Card
from bot.knowledge.models import Topic
from bot.language.sentences import only

TREATMENT_GROUPS = frozenset({"relief", "everyday", "move"})
"""Groups whose answers are nothing else."""
TREATMENT = re.compile(
    r"\b(walk\w*|exercis\w*|train\w*|squeez\w*|stretch\w*|strength\w*|lift\w*|carry\w*|massag\w*|manual|manipulat\w*"
    r"|heat|cold|ice|warm\w*|baths?|pillows?|belts?|lie|lying|sit|sitting|roll\w*|bend\w*|lean\w*|sleep\w*|painkill\w*"
    r"|paracetamol|ibuprofen|tablets?|physio\w*|swim\w*|run|running|jump\w*|yoga|pilates|gym|brac\w*|poles?|driv\w*|mov\w+"
    r"|treatments?|positions?|postures?|rest|train|programme|activ\w+|tighten|breathe)\b",
    re.IGNORECASE,
)
"""Rather a sentence too many waits than one too few."""


def without_treatment(topic: Topic, card: Card) -> Card | None:
    """A plain answer without what has to wait; None where nothing is left.

    Args:
        topic: whose answer it is.
        card: its answer, title first, without tips.
    """
    if topic.group in TREATMENT_GROUPS or TREATMENT.search(topic.title):
        return None
    title, *others = card.blocks
    kept = [replace(b, text=only(b.text, lambda sentence: not TREATMENT.search(sentence))) for b in others]
    kept = [b for b in kept if b.text]
    return replace(card, blocks=(title, *kept)) if kept else None
