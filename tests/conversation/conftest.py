"""The real conversation, built once."""

from __future__ import annotations

import pytest

from bot.assemble import build_conversation
from bot.conversation.conversation import Conversation
from tests.conversation.chats import Chat


@pytest.fixture(scope="session")
def conversation() -> Conversation:
    """The built-in knowledge base; its models come from the user's cache, as for the program."""
    return build_conversation()


@pytest.fixture
def chat(conversation: Conversation) -> Chat:
    """A private chat past the opening lines."""
    return Chat(conversation)


@pytest.fixture
def group(conversation: Conversation) -> Chat:
    """A group, past the opening lines."""
    return Chat(conversation, group=True)
