"""The conversation in use: what a reload changes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bot.conversation.dialogue import Conversation
from bot.conversation.state import ChatState
from bot.schedule.model import Drop
from bot.store.memory import MemoryStore
from bot.telegram.conversation_service import TelegramConversationService
from tests.conversation.chats import NOON


async def test_reminders_are_written_from_the_knowledge_base_in_use(conversation: Conversation) -> None:
    asked: list[Any] = []

    def compose(*what: Any) -> Drop:
        asked.append(what)
        return Drop.LATE

    service, state = TelegramConversationService(conversation, MemoryStore()), ChatState()
    walk: Any = object()
    for composer, expected in ((SimpleNamespace(compose=compose), Drop.LATE), (None, Drop.HELD)):
        other: Any = SimpleNamespace(texts=conversation.texts, composer=composer)
        service.use(other)
        assert service.compose(state, walk, NOON) is expected
    assert asked == [(state, walk, NOON)]
