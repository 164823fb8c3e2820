"""Readers with the phrases of the built-in knowledge base."""

from __future__ import annotations

import pytest

from bot.knowledge.loader import built_in, load
from bot.language.phrases import PhraseGroups


@pytest.fixture(scope="session")
def replies() -> PhraseGroups:
    """The phrases of replies.yaml."""
    return PhraseGroups(load(built_in()).replies)
