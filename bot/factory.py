"""Puts the parts together, from settings to a conversation."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from bot.authoring.check_phrases import check_phrases
from bot.conversation.config import Clinic, RetentionTimes
from bot.conversation.dialogue import Conversation
from bot.errors import KnowledgeError
from bot.knowledge.loader import built_in, load, read
from bot.knowledge.problems import BrokenKnowledgeError
from bot.knowledge.yaml_source import Source
from bot.matching.factory import build_matcher
from bot.settings.settings import APP_NAME, Settings
from bot.triage.factory import build_triage


def model_cache() -> Path:
    """Where trained models are kept: the user's cache folder."""
    return Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def build_conversation(
    knowledge_dir: Path | None = None,
    *,
    clinic: Clinic | None = None,
    country: str | None = None,
    timezone: str | None = None,
    cache: Path | None = None,
    keeping: RetentionTimes | None = None,
) -> Conversation:
    """Load a knowledge base and make the conversation over it.

    Args:
        knowledge_dir: None for the built-in one.
        clinic: who runs the bot.
        country: ISO code for chats that have not said where they are.
        timezone: offered to chats that have not said where they are; None: none is.
        cache: folder for trained models; None for the user's.
        keeping: how long what is kept, for the words on it.

    Raises:
        KnowledgeError: it cannot be used; all problems at once.
    """
    root = knowledge_dir or built_in()
    knowledge = load(root)
    kept = cache or model_cache()
    try:
        matcher = build_matcher(knowledge, kept)
        triage = build_triage(knowledge, matcher.repairer.words, kept)
        return Conversation(
            knowledge, triage, matcher, clinic=clinic, country=country, timezone=timezone, keeping=keeping
        )
    except KnowledgeError as error:
        raise _located(root) or error from error


def conversation_for(settings: Settings) -> Conversation:
    """The conversation that the settings ask for. Raises KnowledgeError, see `build_conversation`."""
    return build_conversation(
        settings.knowledge_dir,
        clinic=Clinic(name=settings.clinic_name, phone=settings.clinic_phone, privacy_contact=settings.privacy_contact),
        country=settings.country,
        timezone=settings.timezone if "TIMEZONE" in settings.given else None,
        keeping=RetentionTimes(
            context_hours=settings.context_hours,
            inbox_hours=settings.inbox_hours,
            chat_months=settings.chat_months,
        ),
    )


def _located(root: Path) -> BrokenKnowledgeError | None:
    """What compiling stumbled over, with file and line, and whatever else it would have stumbled over next."""
    source = Source(root)
    problems = list(check_phrases(source, read(source)))
    return BrokenKnowledgeError(problems) if problems else None
