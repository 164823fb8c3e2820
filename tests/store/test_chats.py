"""What both stores promise, and what only the one on disk can break."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.ports import ChatKey, ConversationStore
from bot.conversation.state import Birth, ChatState, Context, Exchange, Feedback, Profile, Stage
from bot.errors import StoreError
from bot.store.chats import CHAT_TABLES, ChatStore
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from bot.store.memory import MemoryStore

HER = ChatKey(chat=5_000_000_001)
GROUP = -1_001_234_567_890
PROFILE = Profile(
    stage=Stage.AFTER_BIRTH, born=date(2026, 9, 30), birth=Birth.CAESAREAN, cleared=False, country="GB", offered=True
)
CONTEXT = Context(
    greeted=True,
    topic="relaxin-myth",
    offered=("topic:relaxin", "topic:walking-start"),
    check="saddle-numbness",
    signs={"fever": 1_790_000_000.5},
    exchanges=(Exchange(asked=7, replies=(8, 9), safety=True),),
    at=1_790_000_000.5,
)
STATE = ChatState(profile=PROFILE, context=CONTEXT)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


async def ratings(store: ChatStore | MemoryStore, path: Path, key: str) -> list[tuple[ChatKey, Feedback]]:
    """All ratings, in no order."""
    if isinstance(store, MemoryStore):
        return list(store.ratings)
    found = []
    for chat, user, body in rows(path, "SELECT chat_id, user_id, body FROM feedback"):
        data = Cipher([key]).open(body)
        rating = Feedback(topic=data["topic"], helpful=data["helpful"], at=datetime.fromtimestamp(data["at"], UTC))
        found.append((ChatKey(chat=chat, user=user), rating))
    return found


def test_both_are_conversation_stores(chat_store: ChatStore) -> None:
    ports: list[ConversationStore] = [chat_store, MemoryStore()]
    assert len(ports) == 2


async def test_a_chat_nobody_knows_is_fresh(store: ChatStore | MemoryStore) -> None:
    assert await store.load(HER) == ChatState()


async def test_what_is_saved_is_loaded_and_the_last_save_counts(store: ChatStore | MemoryStore) -> None:
    await store.save(HER, STATE)
    assert await store.load(HER) == STATE
    changed = ChatState(profile=Profile(stage=Stage.LOSS), context=Context(greeted=True))
    await store.save(HER, changed)
    assert await store.load(HER) == changed
    await store.save(HER, ChatState())
    assert await store.load(HER) == ChatState()


async def test_a_loaded_state_is_her_own_copy(store: ChatStore | MemoryStore) -> None:
    await store.save(HER, STATE)
    (await store.load(HER)).context.signs["chills"] = 1.0
    assert await store.load(HER) == STATE


async def test_in_a_group_each_person_has_a_context_and_nobody_a_profile(store: ChatStore | MemoryStore) -> None:
    one, two = ChatKey(chat=GROUP, user=1), ChatKey(chat=GROUP, user=2)
    await store.save(one, STATE)
    assert await store.load(one) == ChatState(context=CONTEXT)
    assert await store.load(two) == ChatState()
    assert await store.load(ChatKey(chat=GROUP)) == ChatState()


async def test_context_has_its_time_and_the_profile_stays(store: ChatStore | MemoryStore, clock: Any) -> None:
    await store.save(HER, STATE)
    clock.now += 24 * 3600 - 1
    assert await store.load(HER) == STATE
    clock.now += 1
    assert await store.load(HER) == ChatState(profile=PROFILE)
    clock.now -= 2
    assert await store.load(HER) == STATE


async def test_purge_deletes_only_context_past_its_time(store: ChatStore | MemoryStore, clock: Any) -> None:
    await store.save(HER, STATE)
    clock.now += 3600
    late = ChatKey(chat=2)
    await store.save(late, STATE)
    assert await store.purge(clock.now + 23 * 3600) == 1
    assert await store.purge(clock.now + 23 * 3600) == 0
    assert await store.load(HER) == ChatState(profile=PROFILE)
    assert await store.load(late) == STATE


async def test_a_second_rating_on_a_day_replaces_the_first(
    store: ChatStore | MemoryStore, database_file: Path, key: str
) -> None:
    def rated(helpful: bool, at: datetime, topic: str = "relaxin") -> Feedback:
        return Feedback(topic=topic, helpful=helpful, at=at)

    ahead = timezone(timedelta(hours=13))
    await store.add_feedback(HER, rated(True, NOON))
    await store.add_feedback(HER, rated(False, (NOON + timedelta(hours=2)).astimezone(ahead)))
    assert await ratings(store, database_file, key) == [(HER, rated(False, NOON + timedelta(hours=2)))]
    for other in (
        (HER, rated(True, NOON + timedelta(days=1))),
        (HER, rated(True, NOON, "walking-start")),
        (ChatKey(chat=GROUP, user=1), rated(True, NOON)),
        (ChatKey(chat=GROUP, user=2), rated(True, NOON)),
    ):
        await store.add_feedback(*other)
        assert other in await ratings(store, database_file, key)
    assert len(await ratings(store, database_file, key)) == 5


async def test_forget_leaves_nothing_of_the_chat_and_all_of_the_others(
    store: ChatStore | MemoryStore, database_file: Path, key: str
) -> None:
    other = ChatKey(chat=GROUP, user=1)
    for whose in (HER, other):
        await store.save(whose, STATE)
        await store.add_feedback(whose, Feedback(topic="relaxin", helpful=True, at=NOON))
    await store.forget(HER.chat)
    assert await store.load(HER) == ChatState()
    assert await store.load(other) == ChatState(context=CONTEXT)
    assert [whose for whose, _ in await ratings(store, database_file, key)] == [other]
    await store.forget(HER.chat)
    await store.forget(GROUP)
    assert await store.load(other) == ChatState()
    assert await ratings(store, database_file, key) == []


async def test_forget_empties_every_table_that_knows_the_chat(chat_store: ChatStore, database_file: Path) -> None:
    names = [name for (name,) in rows(database_file, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    about_chats = {n for n in names if "chat_id" in {c[1] for c in rows(database_file, f"PRAGMA table_info({n})")}}
    assert about_chats == set(CHAT_TABLES)
    assert set(names) - about_chats == {"alembic_version"}
    await chat_store.save(HER, STATE)
    await chat_store.save(ChatKey(chat=HER.chat, user=9), STATE)
    await chat_store.add_feedback(HER, Feedback(topic="relaxin", helpful=True, at=NOON))
    counts = [f"SELECT count(*) FROM {name}" for name in CHAT_TABLES]
    assert all(rows(database_file, sql) != [(0,)] for sql in counts)
    await chat_store.forget(HER.chat)
    assert all(rows(database_file, sql) == [(0,)] for sql in counts)


async def test_nothing_of_her_can_be_read_in_the_files(chat_store: ChatStore, database_file: Path) -> None:
    await chat_store.save(HER, STATE)
    await chat_store.add_feedback(HER, Feedback(topic="relaxin-myth", helpful=True, at=NOON))
    raw = b"".join(path.read_bytes() for path in database_file.parent.iterdir())
    for word in (b"relaxin", b"2026-09-30", b"saddle", b"fever", b"after-birth", b"caesarean", b"helpful", b"greeted"):
        assert word not in raw


async def test_the_same_topic_rated_in_two_chats_does_not_look_the_same(
    chat_store: ChatStore, database_file: Path
) -> None:
    for chat in (1, 2):
        await chat_store.add_feedback(ChatKey(chat=chat), Feedback(topic="relaxin", helpful=True, at=NOON))
    (one,), (two,) = rows(database_file, "SELECT topic FROM feedback")
    assert one != two


async def test_times_of_a_chat_are_kept(chat_store: ChatStore, database_file: Path, clock: Any) -> None:
    await chat_store.save(HER, STATE)
    clock.now += 100
    await chat_store.save(HER, ChatState())
    (row,) = rows(database_file, "SELECT language, country, state, created_at, seen_at, profile FROM chats")
    assert row == ("en", None, "active", 1_790_000_000, 1_790_000_100, None)


async def test_another_key_gives_an_error_and_an_older_key_still_opens(
    chat_store: ChatStore, database_file: Path, key: str, clock: Any
) -> None:
    await chat_store.save(HER, STATE)
    new_key = key.replace("M", "N")

    async def loaded(*keys: str) -> ChatState:
        other = ChatStore(SQLiteDatabase(database_file), Cipher(keys), context_hours=24, clock=clock)
        try:
            await other.check_key()
            return await other.load(HER)
        finally:
            await other.close()

    with pytest.raises(StoreError, match="another data key"):
        await loaded(new_key)
    assert await loaded(new_key, key) == STATE


async def test_a_row_of_nonsense_is_a_store_error(chat_store: ChatStore, database_file: Path, key: str) -> None:
    await chat_store.save(HER, STATE)
    sealed = Cipher([key]).seal({"exchanges": 5})
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute("UPDATE context SET body = ?", (sealed,))
        connection.commit()
    with pytest.raises(StoreError, match="cannot be read"):
        await chat_store.load(HER)


async def test_many_writers_at_once_lose_nothing(database_file: Path, key: str) -> None:
    stores = [ChatStore(SQLiteDatabase(database_file), Cipher([key]), context_hours=24) for _ in range(4)]
    keys = [ChatKey(chat=n) for n in range(40)]
    await asyncio.gather(*(stores[k.chat % 4].save(k, ChatState(context=Context(topic=f"t{k.chat}"))) for k in keys))
    for k in keys:
        assert (await stores[0].load(k)).context.topic == f"t{k.chat}"
    for store in stores:
        await store.close()
