"""Puts the parts together, from settings to a conversation."""

from __future__ import annotations

import logging
from pathlib import Path

import platformdirs

from bot.authoring.check_phrases import check_phrases
from bot.conversation.dialogue import Conversation
from bot.errors import KnowledgeError
from bot.knowledge.loader import built_in, load, read
from bot.knowledge.models import Knowledge
from bot.knowledge.problems import BrokenKnowledgeError
from bot.knowledge.yaml_source import Source
from bot.matching.factory import build_matcher, topics_file
from bot.settings.parts import APP_NAME, Clinic, RetentionTimes
from bot.settings.settings import Settings
from bot.triage.factory import build_triage, triage_file

_log = logging.getLogger(__name__)


def model_cache() -> Path:
    """Where trained models are kept: the user's cache folder."""
    return Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def missing_models(knowledge: Knowledge, cache: Path) -> tuple[Path, ...]:
    """The trained models of a knowledge base that a cache lacks."""
    wanted = [topics_file(knowledge, cache)]
    if any(flag.examples for flag in knowledge.flags.values()):  # without examples triage has rules alone
        wanted.append(triage_file(knowledge, cache))
    return tuple(file for file in wanted if not file.exists())


def announce_training(knowledge: Knowledge, cache: Path) -> bool:
    """Log that models are trained first, where the cache lacks one of this knowledge base; whether it does."""
    if not missing_models(knowledge, cache):
        return False
    _log.info("The models are trained first; this takes about half a minute", extra={"action": "training"})
    return True


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
    announce_training(knowledge, kept)
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
    wanted = settings.conversation
    return build_conversation(
        wanted.knowledge_dir,
        clinic=settings.clinic,
        country=wanted.country,
        timezone=wanted.timezone if "TIMEZONE" in settings.given else None,
        keeping=settings.retention,
    )


def _located(root: Path) -> BrokenKnowledgeError | None:
    """What compiling stumbled over, with file and line, and whatever else it would have stumbled over next."""
    source = Source(root)
    problems = list(check_phrases(source, read(source)))
    return BrokenKnowledgeError(problems) if problems else None
