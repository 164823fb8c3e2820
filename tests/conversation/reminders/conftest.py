"""Chats with walks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.state import Profile
from bot.schedule.model import Care, Reminder
from tests.conversation.reminders.chats import CLEARED, WalkChat

NO = 7


@pytest.fixture
def chat(conversation: Conversation) -> WalkChat:
    """A private chat without reminders, past the opening lines."""
    return WalkChat(conversation)


@pytest.fixture
def walking(conversation: Conversation) -> WalkChat:
    """Cleared, in Oslo, Monday, Wednesday and Friday at ten; it is Monday, ten."""
    return WalkChat(conversation).with_reminder(Reminder(no=NO, at=time(10)))


Walking = Callable[..., WalkChat]


@pytest.fixture
def walking_as(conversation: Conversation) -> Walking:
    """As `walking`, with another profile or care."""

    def make(profile: Profile | None = None, care: Care = CLEARED, **reminder: object) -> WalkChat:
        chat = WalkChat(conversation, profile=profile)
        return chat.with_reminder(Reminder(no=NO, at=time(10), **reminder), care=care)  # type: ignore[arg-type]

    return make
