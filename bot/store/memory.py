"""The store of conversations in memory, for the terminal and for tests. Forgets all when the process ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from bot.conversation.ports import NOTHING_KEPT, ChatKey, Kept
from bot.conversation.reply import Reply
from bot.conversation.state import ChatState, Context, Feedback, MissedQuestion, Profile
from bot.schedule.changes import apply
from bot.schedule.holds import gone_away
from bot.schedule.model import NUDGES_S, Book, Nudge, WalkChange
from bot.store.chats import SECONDS_AN_HOUR
from bot.store.data_export import readable


class MemoryStore:
    """The twin of `bot.store.chats.ChatStore`: the same promises, nothing written and no reminders sent."""

    def __init__(self, *, context_hours: float = 24.0, clock: Callable[[], float] = time.time) -> None:
        """Make one.

        Args:
            context_hours: how long context lives.
            clock: epoch seconds.
        """
        self._context_seconds = context_hours * SECONDS_AN_HOUR
        self._clock = clock
        self._profiles: dict[int, Profile] = {}
        self._contexts: dict[ChatKey, tuple[Context, int]] = {}
        self._ratings: dict[tuple[ChatKey, str, str], Feedback] = {}
        self._books: dict[int, Book] = {}
        self._agreed: set[int] = set()
        self.unanswered: dict[int, list[MissedQuestion]] = {}
        """The redacted questions of chats that agreed to it."""
        self.replies: dict[int, Reply] = {}
        """What was noted for updates, by their ids."""

    @property
    def ratings(self) -> tuple[tuple[ChatKey, Feedback], ...]:
        """All ratings, in the order in which topics were first rated."""
        return tuple((key, feedback) for (key, _, _), feedback in self._ratings.items())

    async def load(self, key: ChatKey) -> ChatState:
        """From `ConversationStore`; context past its time is left out. In a group there is no profile and no book."""
        profile, book = Profile(), Book()
        if key.user == 0:
            profile, book = self._profiles.get(key.chat, profile), self._books.get(key.chat, book)
        since = int(self._clock()) - NUDGES_S
        book = replace(book, nudges=tuple(nudge for nudge in book.nudges if nudge.due >= since))
        context, updated_at = self._contexts.get(key, (Context(), 0))
        if updated_at <= self._clock() - self._context_seconds:
            context = Context()
        context = replace(context, signs=dict(context.signs))
        improve = key.user == 0 and key.chat in self._agreed
        return ChatState(profile=profile, context=context, book=book, improve=improve)

    async def save(self, key: ChatKey, state: ChatState, kept: Kept = NOTHING_KEPT) -> None:
        """From `ConversationStore`; a day of a rating is one of UTC."""
        if key.user == 0:
            self._profiles[key.chat] = state.profile
            self._change(key.chat, kept.walks)
            self._improve(key.chat, kept)
        self._contexts[key] = (replace(state.context, signs=dict(state.context.signs)), int(self._clock()))
        if kept.feedback and key.user == 0:
            day = kept.feedback.at.astimezone(UTC).date().isoformat()
            self._ratings[key, kept.feedback.topic, day] = kept.feedback
        if kept.update is not None and kept.reply is not None:
            self.replies[kept.update] = kept.reply

    def nudge(self, chat: int, nudge: Nudge) -> None:
        """As if a reminder had been sent."""
        book = self._books.get(chat, Book())
        self._books[chat] = replace(book, nudges=(*book.nudges, nudge), unanswered=book.unanswered + 1)

    async def forget(self, chat: int) -> None:
        """From `ConversationStore`."""
        self._profiles.pop(chat, None)
        self._books.pop(chat, None)
        self._agreed.discard(chat)
        self.unanswered.pop(chat, None)
        self._contexts = {key: kept for key, kept in self._contexts.items() if not _is_of(key, chat)}
        self._ratings = {slot: rating for slot, rating in self._ratings.items() if slot[0].chat != chat}

    async def export(self, chat: int) -> dict[str, Any]:
        """From `ConversationStore`."""
        state = await self.load(ChatKey(chat=chat))
        told = {"told_about_you": state.profile.to_json(), "helps_to_improve_the_bot": state.improve}
        contexts = [context for key, (context, _) in self._contexts.items() if _is_of(key, chat)]
        return {
            "chat": [told] if chat in self._profiles else [],
            "last_talk": [readable(context.to_json()) for context in contexts],
            "ratings": [
                {"topic": rating.topic, "helpful": rating.helpful} for key, rating in self.ratings if key.chat == chat
            ],
            "walk_reminders": [{"number": one.no, "time": f"{one.at:%H:%M}"} for one in state.book.reminders],
            "walk_reminders_sent": [{"day": nudge.day.isoformat()} for nudge in state.book.nudges],
            "walks": [{"day": walk.day.isoformat(), "minutes": walk.minutes} for walk in state.book.walks],
            "latest_messages": [],
            "questions_kept_to_improve_the_bot": [one.question for one in self.unanswered.get(chat, ())],
        }

    async def mark_away(self, chat: int, now: float) -> None:
        """See `bot.store.chat_status.mark_away`.

        Args:
            now: epoch seconds.
        """
        self._change(chat, gone_away(self._books.get(chat, Book()), int(now)))

    async def mark_back(self, chat: int) -> None:
        """See `bot.store.chat_status.mark_back`: nothing to note here."""

    async def migrated(self, old_chat: int, new_chat: int) -> None:
        """See `bot.store.chat_status.migrated`; here the new chat's own profile and book stay where it has some."""
        if old_chat == new_chat:
            return
        if old_chat in self._profiles:
            self._profiles.setdefault(new_chat, self._profiles.pop(old_chat))
        if old_chat in self._books:
            self._books.setdefault(new_chat, self._books.pop(old_chat))
        for key in [key for key in self._contexts if key.chat == old_chat]:
            self._contexts.setdefault(replace(key, chat=new_chat), self._contexts.pop(key))
        for slot in [slot for slot in self._ratings if slot[0].chat == old_chat]:
            self._ratings.setdefault((replace(slot[0], chat=new_chat), *slot[1:]), self._ratings.pop(slot))

    async def purge(self, now: float) -> int:
        """Delete context past its time; how many conversations had some.

        Args:
            now: epoch seconds.
        """
        old = [key for key, (_, updated_at) in self._contexts.items() if updated_at <= now - self._context_seconds]
        for key in old:
            del self._contexts[key]
        return len(old)

    async def close(self) -> None:
        """Nothing to let go of."""

    def _improve(self, chat: int, kept: Kept) -> None:
        if kept.improve:
            self._agreed.add(chat)
        elif kept.improve is not None:
            self._agreed.discard(chat)
            self.unanswered.pop(chat, None)
        if kept.unanswered is not None and chat in self._agreed:
            self.unanswered.setdefault(chat, []).append(kept.unanswered)

    def _change(self, chat: int, changes: Sequence[WalkChange]) -> None:
        """As `bot.store.changes.apply_changes`; nothing is planned here that could be dropped."""
        if changes:
            self._books[chat], _ = apply(self._books.get(chat, Book()), changes, int(self._clock()))


def _is_of(key: ChatKey, chat: int) -> bool:
    """Whether a conversation is of a chat, or of the person of a private chat in a group."""
    return key.chat == chat or (chat > 0 and key.user == chat)
