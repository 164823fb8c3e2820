"""Chats with the real conversation."""

from __future__ import annotations

import pytest

from bot.conversation.dialogue import Conversation
from tests.conversation.chats import Chat


@pytest.fixture
def chat(conversation: Conversation) -> Chat:
    """A private chat past the opening lines."""
    return Chat(conversation)


@pytest.fixture
def group(conversation: Conversation) -> Chat:
    """A group, past the opening lines."""
    return Chat(conversation, group=True)
