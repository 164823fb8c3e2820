"""The store of conversations in memory, for the terminal and for tests. Forgets all when the process ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

from bot.conversation.ports import ChatKey
from bot.conversation.state import ChatState, Context, Feedback, Profile
from bot.store.chats import SECONDS_AN_HOUR


class MemoryStore:
    """The twin of `bot.store.chats.ChatStore`: the same promises, nothing written."""

    def __init__(self, *, context_hours: float = 24.0, clock: Callable[[], float] = time.time) -> None:
        """Arguments: context_hours, how long context lives; clock, epoch seconds."""
        self._context_seconds = context_hours * SECONDS_AN_HOUR
        self._clock = clock
        self._profiles: dict[int, Profile] = {}
        self._contexts: dict[ChatKey, tuple[Context, int]] = {}
        self._ratings: dict[tuple[ChatKey, str, str], Feedback] = {}

    @property
    def ratings(self) -> tuple[tuple[ChatKey, Feedback], ...]:
        """All ratings, in the order in which topics were first rated."""
        return tuple((key, feedback) for (key, _, _), feedback in self._ratings.items())

    async def load(self, key: ChatKey) -> ChatState:
        """From `ConversationStore`; context past its time is left out. In a group there is no profile."""
        profile = self._profiles.get(key.chat, Profile()) if key.user == 0 else Profile()
        context, updated_at = self._contexts.get(key, (Context(), 0))
        if updated_at <= self._clock() - self._context_seconds:
            context = Context()
        return ChatState(profile=profile, context=replace(context, signs=dict(context.signs)))

    async def save(self, key: ChatKey, state: ChatState) -> None:
        """From `ConversationStore`."""
        if key.user == 0:
            self._profiles[key.chat] = state.profile
        self._contexts[key] = (replace(state.context, signs=dict(state.context.signs)), int(self._clock()))

    async def add_feedback(self, key: ChatKey, feedback: Feedback) -> None:
        """From `ConversationStore`; a day is one of UTC."""
        day = feedback.at.astimezone(UTC).date().isoformat()
        self._ratings[key, feedback.topic, day] = feedback

    async def forget(self, chat: int) -> None:
        """From `ConversationStore`."""
        self._profiles.pop(chat, None)
        self._contexts = {key: kept for key, kept in self._contexts.items() if key.chat != chat}
        self._ratings = {slot: rating for slot, rating in self._ratings.items() if slot[0].chat != chat}

    async def purge(self, now: float) -> int:
        """Delete context past its time; how many conversations had some. Arguments: now, epoch seconds."""
        old = [key for key, (_, updated_at) in self._contexts.items() if updated_at <= now - self._context_seconds]
        for key in old:
            del self._contexts[key]
        return len(old)

    async def close(self) -> None:
        """Nothing to let go of."""
