"""The store of conversations in a database. Implements `bot.conversation.ports.ConversationStore`."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC

from bot.conversation.ports import ChatKey
from bot.conversation.state import ChatState, Context, Feedback, Profile
from bot.errors import StoreError
from bot.store.cipher import Cipher
from bot.store.database import Database, Transaction

CHAT_TABLES = ("feedback", "context", "chats")
"""Every table with rows of a chat, in the order in which they can be emptied. A test holds this to the schema."""

SECONDS_AN_HOUR = 3600
_SECONDS_A_DAY = 86_400

_SEALED = (
    "SELECT profile FROM chats WHERE profile IS NOT NULL LIMIT 1",
    "SELECT body FROM context LIMIT 1",
    "SELECT body FROM feedback LIMIT 1",
)

_LOAD = """
SELECT chats.country, chats.profile, context.body, context.updated_at
FROM chats LEFT JOIN context ON context.chat_id = chats.chat_id AND context.user_id = :user
WHERE chats.chat_id = :chat
"""

_SEE = """
INSERT INTO chats (chat_id, created_at, seen_at) VALUES (:chat, :now, :now)
ON CONFLICT (chat_id) DO UPDATE SET seen_at = excluded.seen_at
"""

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


class ChatStore:
    """Chats in a database: the profile until it is forgotten, the context for some hours, both sealed."""

    def __init__(
        self, database: Database, cipher: Cipher, *, context_hours: float, clock: Callable[[], float] = time.time
    ) -> None:
        """Arguments: context_hours, how long context lives; clock, epoch seconds."""
        self._database = database
        self._cipher = cipher
        self._context_seconds = context_hours * SECONDS_AN_HOUR
        self._clock = clock

    async def load(self, key: ChatKey) -> ChatState:
        """From `ConversationStore`; context past its time is left out. In a group there is no profile."""
        async with self._database.transaction(write=False) as tx:
            row = await tx.fetch_one(_LOAD, {"chat": key.chat, "user": key.user})
        if row is None:
            return ChatState()
        country, sealed_profile, sealed_context, updated_at = row
        try:
            profile, context = Profile(), Context()
            if key.user == 0:
                known = self._cipher.open(sealed_profile) if sealed_profile is not None else {}
                profile = Profile.from_json({**known, "country": country})
            if sealed_context is not None and updated_at > self._clock() - self._context_seconds:
                context = Context.from_json(self._cipher.open(sealed_context))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise StoreError("What is stored of a chat cannot be read.") from error
        return ChatState(profile=profile, context=context)

    async def save(self, key: ChatKey, state: ChatState) -> None:
        """From `ConversationStore`."""
        chat = {"chat": key.chat, "user": key.user, "now": int(self._clock())}
        profile, context = state.profile.to_json(), state.context.to_json()
        country = profile.pop("country", None)
        async with self._database.transaction() as tx:
            await tx.execute(_SEE, chat)
            if key.user == 0:
                sealed = self._cipher.seal(profile) if profile else None
                await tx.execute(_SAVE_PROFILE, {"chat": key.chat, "country": country, "profile": sealed})
            if context:
                await tx.execute(_SAVE_CONTEXT, {**chat, "body": self._cipher.seal(context)})
            else:
                await tx.execute(_DROP_CONTEXT, chat)

    async def add_feedback(self, key: ChatKey, feedback: Feedback) -> None:
        """From `ConversationStore`; a day is one of UTC."""
        at = int(feedback.at.astimezone(UTC).timestamp())
        day = at // _SECONDS_A_DAY
        rating = {
            "chat": key.chat,
            "user": key.user,
            "topic": self._cipher.digest(key.chat, key.user, feedback.topic, day),
            "day": day,
            "body": self._cipher.seal({"topic": feedback.topic, "helpful": feedback.helpful, "at": at}),
        }
        async with self._database.transaction() as tx:
            await tx.execute(_SEE, {"chat": key.chat, "now": int(self._clock())})
            await tx.execute(_ADD_FEEDBACK, rating)

    async def forget(self, chat: int) -> None:
        """From `ConversationStore`."""
        async with self._database.transaction() as tx:
            for table in CHAT_TABLES:
                await tx.execute(f"DELETE FROM {table} WHERE chat_id = :chat", {"chat": chat})  # noqa: S608

    async def purge(self, now: float) -> int:
        """Delete context past its time; how many conversations had some. Arguments: now, epoch seconds."""
        async with self._database.transaction() as tx:
            return await tx.execute(
                "DELETE FROM context WHERE updated_at <= :limit", {"limit": now - self._context_seconds}
            )

    async def check_key(self) -> None:
        """Raise `StoreError` when the chats that are kept were sealed with a key that is not at hand."""
        async with self._database.transaction(write=False) as tx:
            rows = [row for sql in _SEALED if (row := await self._first(tx, sql))]
        for (sealed,) in rows:
            self._cipher.open(sealed)

    async def close(self) -> None:
        """Let go of the database."""
        await self._database.close()

    @staticmethod
    async def _first(tx: Transaction, sql: str) -> tuple[bytes] | None:
        row = await tx.fetch_one(sql)
        return (row[0],) if row else None
