"""Makes the triage of a knowledge base."""

from __future__ import annotations

from bot.knowledge.models import Knowledge
from bot.triage.engine import FlagRules, Triage


def build_triage(knowledge: Knowledge) -> Triage:
    """Compile the flags of a knowledge base.

    Raises:
        KnowledgeError: a pattern or a phrase cannot be read.
    """
    rules = [
        FlagRules(id=f.id, level=f.level, patterns=f.patterns, check=f.check, escalate=f.escalate, past_counts=f.past_counts)
        for f in knowledge.flags.values()
    ]
    words = knowledge.words
    return Triage(rules, words.signs, words.things, words.cues, words.half_signs)
