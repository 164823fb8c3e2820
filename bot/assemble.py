"""Puts the parts together, from settings to a conversation."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from bot.conversation.conversation import Clinic, Conversation
from bot.knowledge.loader import built_in, load
from bot.knowledge.models import Knowledge
from bot.matching.build import build_matcher
from bot.triage.build import build_triage

APP = "after-birth-back-bot"


def model_cache() -> Path:
    """Where trained models are kept: the user's cache folder."""
    return Path(platformdirs.user_cache_dir(APP, appauthor=False))


def build_conversation(
    knowledge_dir: Path | None = None,
    *,
    clinic: Clinic | None = None,
    country: str | None = None,
    cache: Path | None = None,
) -> Conversation:
    """Load a knowledge base and make the conversation over it.

    Args:
        knowledge_dir: None for the built-in one.
        clinic: who runs the bot.
        country: ISO code for chats that have not said where they are.
        cache: folder for trained models; None for the user's.

    Raises:
        KnowledgeError: it cannot be used; all problems at once.
    """
    knowledge: Knowledge = load(knowledge_dir or built_in())
    return Conversation(
        knowledge,
        build_triage(knowledge),
        build_matcher(knowledge, cache or model_cache()),
        clinic=clinic,
        country=country,
    )
