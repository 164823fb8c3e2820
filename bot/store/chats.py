"""The store of conversations in a database. Implements `bot.conversation.ports.ConversationStore`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC
from typing import Any

from bot.conversation.codec import reply_to_json
from bot.conversation.ports import NOTHING_KEPT, ChatKey, Kept
from bot.conversation.state import ChatState, Context, Feedback, Profile
from bot.errors import StoreError
from bot.schedule.model import Book
from bot.store import chat_status as away
from bot.store import missed_questions as unanswered
from bot.store.changes import apply_changes
from bot.store.cipher import Cipher
from bot.store.data_export import export
from bot.store.database import Database, Row, Transaction
from bot.store.reminders import load_book, open_care, quiet_of
from bot.store.sealed_columns import CONTEXT, PROFILE, RATING, REPLY
from bot.store.unreadable import read_or

CHAT_TABLES = ("deliveries", "walks", "unanswered", "feedback", "context", "reminders", "inbox", "chats")
"""Every table with rows of a chat, in the order in which they can be emptied. A test holds this to the schema."""

SECONDS_AN_HOUR = 3600
PERSON_TABLES = ("context", "feedback")
"""Those of them that hold rows of a person in a group, by `user_id`. A test holds this to the schema."""

_SECONDS_A_DAY = 86_400
_MOST_TOLD = 10_000
"""Chats are remembered as told; more would be a lost key, of which one line says enough."""

_log = logging.getLogger(__name__)

_LOAD = """
SELECT chats.country, chats.profile, chats.timezone, chats.quiet_start, chats.quiet_end, chats.care,
    EXISTS (SELECT 1 FROM reminders WHERE reminders.chat_id = chats.chat_id)
        OR EXISTS (SELECT 1 FROM walks WHERE walks.chat_id = chats.chat_id),
    chats.improve, context.body, context.updated_at
FROM chats LEFT JOIN context ON context.chat_id = chats.chat_id AND context.user_id = :user
WHERE chats.chat_id = :chat
"""

_SEE = """
INSERT INTO chats (chat_id, created_at, seen_at) VALUES (:chat, :now, :now)
ON CONFLICT (chat_id) DO UPDATE SET seen_at = excluded.seen_at,
    state = CASE WHEN chats.state IN ('blocked', 'left') THEN 'active' ELSE chats.state END
"""
"""Whoever writes can be written to; her walks stay held, see `bot.store.chat_status`."""

_SAVE_PROFILE = "UPDATE chats SET country = :country, profile = :profile WHERE chat_id = :chat"

_SAVE_CONTEXT = """
INSERT INTO context (chat_id, user_id, body, updated_at) VALUES (:chat, :user, :body, :now)
ON CONFLICT (chat_id, user_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at
"""

_DROP_CONTEXT = "DELETE FROM context WHERE chat_id = :chat AND user_id = :user"

_ADD_FEEDBACK = """
INSERT INTO feedback (chat_id, user_id, topic, day, body) VALUES (:chat, :user, :topic, :day, :body)
ON CONFLICT (chat_id, user_id, topic, day) DO UPDATE SET body = excluded.body
"""

_NOTE_REPLY = "UPDATE inbox SET reply = :reply, urgent = :urgent WHERE update_id = :update AND done_at IS NULL"

_LOCK = "UPDATE chats SET state = state WHERE chat_id = :chat"
"""First the chat, then the rest: the order of every transaction that takes more than one row of a chat."""

_ONLY = {"inbox": " AND done_at IS NOT NULL"}
"""What waits in the inbox stays until it is answered: an alarm may be in it."""


async def delete_chat(tx: Transaction, chat: int) -> None:
    """Delete every row of a chat; what of hers waits unanswered in the inbox stays."""
    await tx.execute(_LOCK, {"chat": chat})
    for table in CHAT_TABLES:
        sql = f"DELETE FROM {table} WHERE chat_id = :chat{_ONLY.get(table, '')}"  # noqa: S608 (names of our own)
        await tx.execute(sql, {"chat": chat})


async def delete_person(tx: Transaction, person: int) -> None:
    """Delete every row of a private chat, and what its person left in groups; for the rest see `delete_chat`."""
    await delete_chat(tx, person)
    if person > 0:  # the number of a private chat is that of its person; those of groups are negative
        for table in PERSON_TABLES:
            await tx.execute(f"DELETE FROM {table} WHERE user_id = :person", {"person": person})  # noqa: S608


class ChatStore:
    """Chats in a database: the profile until it is forgotten, the context for some hours, both sealed."""

    def __init__(
        self, database: Database, cipher: Cipher, *, context_hours: float, clock: Callable[[], float] = time.time
    ) -> None:
        """Make one.

        Args:
            context_hours: how long context lives.
            clock: epoch seconds.
        """
        self._database = database
        self._cipher = cipher
        self._context_seconds = context_hours * SECONDS_AN_HOUR
        self._clock = clock
        self._told: set[int] = set()
        """Chats of which something could not be read, and that was logged."""

    async def load(self, key: ChatKey) -> ChatState:
        """From `ConversationStore`; context past its time is left out. In a group there is no profile and no book.

        Left out is also what is sealed and cannot be read: her profile is unknown then, and her walks are held.
        """
        async with self._database.transaction(write=False) as tx:
            row = await tx.fetch_one(_LOAD, {"chat": key.chat, "user": key.user})
            if row is None:
                return ChatState()
            try:
                return await self._state(tx, key, row)
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                raise StoreError("What is stored of a chat cannot be read.") from error

    async def _state(self, tx: Transaction, key: ChatKey, row: Row) -> ChatState:
        country, sealed_profile, zone, quiet_start, quiet_end, sealed_care, walks, *others = row
        improve, sealed_context, updated_at = others
        profile, context, book, lost = Profile(), Context(), Book(), set[str]()
        if key.user == 0:
            unknown = Profile(country=country)

            def read(known: dict[str, Any]) -> Profile:
                return Profile.from_json({**known, "country": country})

            profile = read_or(
                self._cipher, sealed_profile, PROFILE.of(key.chat), read, unset=unknown, instead=unknown, lost=lost
            )
            care = open_care(self._cipher, key.chat, sealed_care, lost)
            book = Book(zone=zone, quiet=quiet_of(quiet_start, quiet_end), care=care)
            if walks:
                book = await load_book(tx, self._cipher, key.chat, book, self._clock(), lost=lost)
        if sealed_context is not None and updated_at > self._clock() - self._context_seconds:
            context = read_or(
                self._cipher,
                sealed_context,
                CONTEXT.of(key.chat, key.user),
                Context.from_json,
                unset=context,
                instead=context,
                lost=lost,
            )
        self._tell(key.chat, lost)
        return ChatState(profile=profile, context=context, book=book, improve=key.user == 0 and bool(improve))

    def _tell(self, chat: int, lost: set[str]) -> None:
        """Log what of a chat cannot be read, once."""
        if not lost or chat in self._told:
            return
        if len(self._told) >= _MOST_TOLD:
            self._told.clear()
        self._told.add(chat)
        _log.error(
            "What is kept of a chat cannot be read, and is left out: %s",
            ", ".join(sorted(lost)),
            extra={"action": "value-unreadable"},
        )

    async def save(self, key: ChatKey, state: ChatState, kept: Kept = NOTHING_KEPT) -> None:
        """From `ConversationStore`."""
        chat = {"chat": key.chat, "user": key.user, "now": int(self._clock())}
        profile, context = state.profile.to_json(), state.context.to_json()
        country = profile.pop("country", None)
        is_alarm = kept.reply is not None and kept.reply.is_safety
        async with self._database.transaction(durable=is_alarm) as tx:
            await tx.execute(_SEE, {"chat": key.chat, "now": chat["now"]})
            if key.user == 0:
                sealed = self._cipher.seal(profile, PROFILE.of(key.chat)) if profile else None
                await tx.execute(_SAVE_PROFILE, {"chat": key.chat, "country": country, "profile": sealed})
                if kept.walks:
                    await apply_changes(tx, self._cipher, key.chat, kept.walks, chat["now"])
                if kept.improve is not None:
                    await unanswered.agree(tx, key.chat, improve=kept.improve)
                if kept.unanswered is not None:
                    await unanswered.note(tx, self._cipher, key.chat, kept.unanswered)
            if context:
                body = self._cipher.seal(context, CONTEXT.of(key.chat, key.user))
                await tx.execute(_SAVE_CONTEXT, {**chat, "body": body})
            else:
                await tx.execute(_DROP_CONTEXT, {"chat": key.chat, "user": key.user})
            if kept.feedback and key.user == 0:
                await tx.execute(_ADD_FEEDBACK, self._rating(key, kept.feedback))
            if kept.update is not None and kept.reply is not None:
                noted = {"reply": self._cipher.seal(reply_to_json(kept.reply), REPLY.of(kept.update))}
                await tx.execute(_NOTE_REPLY, {"update": kept.update, **noted, "urgent": int(is_alarm)})

    def _rating(self, key: ChatKey, feedback: Feedback) -> dict[str, Any]:
        """Columns of a rating; a day is one of UTC."""
        at = int(feedback.at.astimezone(UTC).timestamp())
        day = at // _SECONDS_A_DAY
        topic = self._cipher.digest(key.chat, key.user, feedback.topic, day)
        rating = {"topic": feedback.topic, "helpful": feedback.helpful, "at": at}
        body = self._cipher.seal(rating, RATING.of(key.chat, key.user, topic, day))
        return {"chat": key.chat, "user": key.user, "topic": topic, "day": day, "body": body}

    async def forget(self, chat: int) -> None:
        """From `ConversationStore`. What of hers waits unanswered in the inbox stays until it is answered."""
        async with self._database.transaction(durable=True) as tx:
            await delete_person(tx, chat)
        self._database.clear_traces()

    async def export(self, chat: int) -> dict[str, Any]:
        """From `ConversationStore`; see `bot.store.data_export`."""
        async with self._database.transaction(write=False) as tx:
            return await export(tx, self._cipher, chat)

    async def mark_away(self, chat: int, now: float) -> None:
        """See `bot.store.chat_status.mark_away`.

        Args:
            now: epoch seconds.
        """
        async with self._database.transaction() as tx:
            await away.mark_away(tx, self._cipher, chat, int(now))

    async def mark_back(self, chat: int) -> None:
        """See `bot.store.chat_status.mark_back`."""
        async with self._database.transaction() as tx:
            await away.mark_back(tx, chat)

    async def migrated(self, old_chat: int, new_chat: int) -> None:
        """See `bot.store.chat_status.migrated`."""
        async with self._database.transaction() as tx:
            await away.migrated(tx, self._cipher, old_chat, new_chat)

    async def purge(self, now: float) -> int:
        """Delete context past its time; how many conversations had some.

        Args:
            now: epoch seconds.
        """
        async with self._database.transaction() as tx:
            limit = int(now - self._context_seconds)
            return await tx.execute("DELETE FROM context WHERE updated_at <= :limit", {"limit": limit})

    async def close(self) -> None:
        """Let go of the database."""
        await self._database.close()
