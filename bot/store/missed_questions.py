"""Questions that were answered badly, redacted and sealed, of chats that agreed to it and only as long as they do."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date

from bot.conversation.state import Miss, MissedQuestion
from bot.errors import SealError
from bot.store.cipher import Cipher
from bot.store.columns import day_number, day_of
from bot.store.database import Database, Transaction
from bot.store.sealed_columns import QUESTION

_log = logging.getLogger(__name__)

_PAGE = 500
MOST_A_CHAT = 200
"""The oldest of a chat make room: one who tries the bot out must not drown the others."""

# The column `topic` stays empty: what she asked about is sealed with the question.
_NOTE = """
INSERT INTO unanswered (chat_id, day, outcome, body)
SELECT chat_id, :day, :outcome, :body FROM chats WHERE chat_id = :chat AND improve = 1
"""
_ROOM = """
DELETE FROM unanswered WHERE chat_id = :chat AND id NOT IN (
    SELECT id FROM unanswered WHERE chat_id = :chat ORDER BY id DESC LIMIT :most)
"""
_AGREE = "UPDATE chats SET improve = :improve WHERE chat_id = :chat"
_WITHDRAW = "DELETE FROM unanswered WHERE chat_id = :chat"
_READ = "SELECT id, chat_id, day, outcome, body FROM unanswered WHERE id > :last ORDER BY id LIMIT :most"


@dataclass(frozen=True, kw_only=True)
class Missed:
    """One of the questions that are kept, without whose it was."""

    question: str
    why: Miss
    topic: str | None
    day: date


async def note(tx: Transaction, cipher: Cipher, chat: int, unanswered: MissedQuestion) -> None:
    """Keep a question; nothing is kept where she has not agreed."""
    day, outcome = day_number(unanswered.at.astimezone(UTC).date()), unanswered.why.value
    question = {"question": unanswered.question, "topic": unanswered.topic}
    body = cipher.seal(question, QUESTION.of(chat, day, outcome))
    values = {"chat": chat, "day": day, "outcome": outcome, "body": body}
    await tx.execute(_NOTE, values)
    await tx.execute(_ROOM, {"chat": chat, "most": MOST_A_CHAT})


async def agree(tx: Transaction, chat: int, *, improve: bool) -> None:
    """She agrees, or takes it back: what was kept is deleted then."""
    await tx.execute(_AGREE, {"chat": chat, "improve": int(improve)})
    if not improve:
        await tx.execute(_WITHDRAW, {"chat": chat})


async def read(database: Database, cipher: Cipher) -> AsyncIterator[Missed]:
    """Every question that is kept, the oldest first; one that does not open is left out.

    Raises:
        StoreError: the database does not do its part.
    """
    last = 0
    while True:
        async with database.transaction(write=False) as tx:
            rows = await tx.fetch_all(_READ, {"last": last, "most": _PAGE})
        for number, chat, day, outcome, body in rows:
            last = number
            try:
                kept = cipher.open(body, QUESTION.of(chat, day, outcome))
            except SealError as error:
                _log.warning("A question is left out: %s", error, extra={"action": "question-unreadable"})
                continue
            yield Missed(
                question=str(kept.get("question", "")), why=Miss(outcome), topic=kept.get("topic"), day=day_of(day)
            )
        if len(rows) < _PAGE:
            return
