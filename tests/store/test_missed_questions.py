"""Redacted questions are kept of those who agreed, only as long as they do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.conversation.ports import ChatKey, Kept
from bot.conversation.state import ChatState, Miss, MissedQuestion
from bot.store import missed_questions as module
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.memory import MemoryStore
from bot.store.missed_questions import Missed, read

KEY = ChatKey(chat=4711)
QUESTION = MissedQuestion(
    why=Miss.NOT_HELPFUL, question="may i lift", topic="lifting", at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
)


async def all_of(database: Database, key: str) -> list[Missed]:
    return [one async for one in read(database, Cipher([key]))]


async def test_kept_where_she_agreed(chat_store: ChatStore, database: Database, key: str) -> None:
    await chat_store.save(KEY, ChatState(), Kept(unanswered=QUESTION))
    assert not await all_of(database, key)
    await chat_store.save(KEY, ChatState(), Kept(improve=True))
    await chat_store.save(KEY, ChatState(), Kept(unanswered=QUESTION))
    assert await all_of(database, key) == [
        Missed(question="may i lift", why=Miss.NOT_HELPFUL, topic="lifting", day=date(2026, 11, 22))
    ]


async def test_sealed(chat_store: ChatStore, database: Database) -> None:
    await chat_store.save(KEY, ChatState(), Kept(improve=True, unanswered=QUESTION))
    async with database.transaction(write=False) as tx:
        ((*others, body),) = await tx.fetch_all("SELECT outcome, topic, body FROM unanswered")
    assert others == ["not-helpful", None], "not even what it was about can be read"
    assert b"lift" not in body


async def test_withdrawing_deletes(chat_store: ChatStore, database: Database, key: str) -> None:
    await chat_store.save(KEY, ChatState(), Kept(improve=True, unanswered=QUESTION))
    await chat_store.save(KEY, ChatState(), Kept(improve=False, unanswered=QUESTION))
    assert not await all_of(database, key)
    assert not (await chat_store.load(KEY)).improve


async def test_agreement_is_loaded(store: ChatStore | MemoryStore) -> None:
    assert not (await store.load(KEY)).improve
    await store.save(KEY, ChatState(), Kept(improve=True))
    await store.save(KEY, await store.load(KEY))
    assert (await store.load(KEY)).improve
    assert not (await store.load(replace(KEY, user=5))).improve
    await store.forget(KEY.chat)
    assert not (await store.load(KEY)).improve


async def test_nothing_of_groups(chat_store: ChatStore, database: Database, key: str) -> None:
    await chat_store.save(ChatKey(chat=-5, user=7), ChatState(), Kept(improve=True, unanswered=QUESTION))
    assert not await all_of(database, key)


async def test_the_oldest_make_room(
    chat_store: ChatStore, database: Database, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_A_CHAT", 3)
    monkeypatch.setattr(module, "_PAGE", 2)
    await chat_store.save(KEY, ChatState(), Kept(improve=True))
    for number in range(5):
        await chat_store.save(KEY, ChatState(), Kept(unanswered=replace(QUESTION, question=f"question {number}")))
    assert [one.question for one in await all_of(database, key)] == ["question 2", "question 3", "question 4"]
