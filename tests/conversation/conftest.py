"""Chats with the real conversation."""

from __future__ import annotations

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.loss import LossFilter
from bot.language.phrases import PhraseGroups
from tests.conversation.chats import Chat


@pytest.fixture
def chat(conversation: Conversation) -> Chat:
    """A private chat past the opening lines."""
    return Chat(conversation)


@pytest.fixture
def group(conversation: Conversation) -> Chat:
    """A group, past the opening lines."""
    return Chat(conversation, group=True)


@pytest.fixture(scope="session")
def loss(conversation: Conversation) -> LossFilter:
    """Tells what would hurt after a loss."""
    withheld = conversation.knowledge.withheld
    return LossFilter(withheld, PhraseGroups(withheld.phrases))
