"""What both stores promise, and what only the one on disk can break."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.cards import block
from bot.conversation.codec import reply_from_json
from bot.conversation.ports import ChatKey, ConversationStore, Kept
from bot.conversation.reply import Card, Outcome, Reply
from bot.conversation.state import Birth, ChatState, Context, Exchange, Feedback, Profile, Stage
from bot.errors import StoreError
from bot.schedule.model import PutReminder, RecordWalk, Reminder, SetZone, Snooze
from bot.schedule.plan_model import Walk
from bot.settings.database_url import DatabaseUrl
from bot.store.chats import CHAT_TABLES, PERSON_TABLES, ChatStore
from bot.store.cipher import Cipher
from bot.store.database import Database, SQLiteDatabase
from bot.store.factory import open_database
from bot.store.memory import MemoryStore
from bot.store.schema import metadata
from bot.store.sealed_columns import CONTEXT as CONTEXT_BODY
from bot.store.sealed_columns import RATING, REPLY

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


@pytest.fixture(autouse=True)
def _server_first(request: pytest.FixtureRequest) -> None:
    """The server is started and migrated outside of the event loop that `store` is made in."""
    if "[postgresql" in request.node.name:
        request.getfixturevalue("postgres_url")


async def rows(store: ChatStore, sql: str) -> list[tuple[Any, ...]]:
    async with store._database.transaction(write=False) as tx:
        return await tx.fetch_all(sql)


async def rated(store: ChatStore | MemoryStore, key: ChatKey, feedback: Feedback) -> None:
    await store.save(key, await store.load(key), Kept(feedback=feedback))


async def ratings(store: ChatStore | MemoryStore, key: str) -> list[tuple[ChatKey, Feedback]]:
    """All ratings, in no order."""
    if isinstance(store, MemoryStore):
        return list(store.ratings)
    found = []
    for chat, user, topic, day, body in await rows(store, "SELECT chat_id, user_id, topic, day, body FROM feedback"):
        data = Cipher([key]).open(body, RATING.of(chat, user, topic, day))
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


async def test_a_second_rating_on_a_day_replaces_the_first(store: ChatStore | MemoryStore, key: str) -> None:
    def of(helpful: bool, at: datetime, topic: str = "relaxin") -> Feedback:
        return Feedback(topic=topic, helpful=helpful, at=at)

    ahead = timezone(timedelta(hours=13))
    await rated(store, HER, of(True, NOON))
    await rated(store, HER, of(False, (NOON + timedelta(hours=2)).astimezone(ahead)))
    assert await ratings(store, key) == [(HER, of(False, NOON + timedelta(hours=2)))]
    for other in (
        (HER, of(True, NOON + timedelta(days=1))),
        (HER, of(True, NOON, "walking-start")),
        (ChatKey(chat=2), of(True, NOON)),
    ):
        await rated(store, *other)
        assert other in await ratings(store, key)
    assert len(await ratings(store, key)) == 4
    await rated(store, ChatKey(chat=GROUP, user=1), of(True, NOON))
    assert len(await ratings(store, key)) == 4, "none are kept of a group"


async def test_forget_leaves_nothing_of_the_chat_and_all_of_the_others(
    store: ChatStore | MemoryStore, key: str
) -> None:
    other = ChatKey(chat=2)
    for whose in (HER, other):
        await store.save(whose, STATE)
        await rated(store, whose, Feedback(topic="relaxin", helpful=True, at=NOON))
    await store.forget(HER.chat)
    assert await store.load(HER) == ChatState()
    assert await store.load(other) == STATE
    assert [whose for whose, _ in await ratings(store, key)] == [other]
    await store.forget(HER.chat)
    await store.forget(other.chat)
    assert await store.load(other) == ChatState()
    assert await ratings(store, key) == []


async def test_a_person_forgets_and_sees_what_she_said_in_groups(store: ChatStore | MemoryStore) -> None:
    hers, others = ChatKey(chat=GROUP, user=HER.chat), ChatKey(chat=GROUP, user=2)
    for whose in (hers, others):
        await store.save(whose, STATE)
    assert len((await store.export(HER.chat))["last_talk"]) == 1
    await store.forget(HER.chat)
    assert not (await store.export(HER.chat))["last_talk"]
    assert await store.load(hers) == ChatState()
    assert await store.load(others) == ChatState(context=CONTEXT)
    await store.forget(GROUP)
    assert await store.load(others) == ChatState()


def test_every_table_that_knows_persons_is_known() -> None:
    assert {table.name for table in metadata.tables.values() if "user_id" in table.c} == set(PERSON_TABLES)
    assert all(
        any(index.columns.keys() == ["user_id"] for index in metadata.tables[name].indexes) for name in PERSON_TABLES
    )


def test_every_table_that_knows_chats_is_emptied_for_one() -> None:
    assert {table.name for table in metadata.tables.values() if "chat_id" in table.c} == set(CHAT_TABLES)


async def test_forget_empties_every_table_that_knows_the_chat(chat_store: ChatStore) -> None:
    reminder = PutReminder(Reminder(no=1, at=time(10)))
    walk = RecordWalk(1, Walk(at=1, day=date(2026, 9, 23), minutes=10))
    due = date(2026, 9, 23)
    walks = (SetZone("Europe/Oslo"), reminder, walk, Snooze(1, due, 1_790_000_600, 1_790_001_000))
    await chat_store.save(HER, STATE, Kept(walks=walks, feedback=Feedback(topic="relaxin", helpful=True, at=NOON)))
    await chat_store.save(ChatKey(chat=HER.chat, user=9), STATE)
    async with chat_store._database.transaction() as tx:
        for update, done in ((1, 1_790_000_000), (2, None)):
            await tx.execute(
                "INSERT INTO inbox (update_id, chat_id, received_at, done_at) VALUES (:update, :chat, 0, :done)",
                {"update": update, "chat": HER.chat, "done": done},
            )
        await tx.execute(
            "INSERT INTO unanswered (chat_id, day, outcome, body) VALUES (:chat, 1, 'fallback', :body)",
            {"chat": HER.chat, "body": b""},
        )
    for name in CHAT_TABLES:
        assert await rows(chat_store, f"SELECT count(*) FROM {name}") != [(0,)]
    await chat_store.forget(HER.chat)
    left = {name: (await rows(chat_store, f"SELECT count(*) FROM {name}"))[0][0] for name in CHAT_TABLES}
    assert left == {**dict.fromkeys(CHAT_TABLES, 0), "inbox": 1}
    # What she wrote since waits for its answer: an alarm may be in it.
    assert await rows(chat_store, "SELECT update_id FROM inbox") == [(2,)]


async def test_a_reply_is_noted_with_the_state(chat_store: ChatStore, key: str) -> None:
    async with chat_store._database.transaction() as tx:
        await tx.execute("INSERT INTO inbox (update_id, chat_id, received_at) VALUES (7, 1, 0)")
    reply = Reply(outcome=Outcome.ANSWER, cards=(Card(blocks=block("Walk a little.")),))
    await chat_store.save(HER, STATE, Kept(update=7, reply=reply))
    ((sealed,),) = await rows(chat_store, "SELECT reply FROM inbox")
    assert reply_from_json(Cipher([key]).open(sealed, REPLY.of(7))) == reply
    await chat_store.save(HER, STATE, Kept(update=8, reply=reply))  # not of the inbox


async def test_nothing_of_her_can_be_read_in_the_files(database_file: Path, key: str) -> None:
    chat_store = ChatStore(SQLiteDatabase(database_file), Cipher([key]), context_hours=24)
    await chat_store.save(HER, STATE)
    await rated(chat_store, HER, Feedback(topic="relaxin-myth", helpful=True, at=NOON))
    raw = b"".join(path.read_bytes() for path in database_file.parent.iterdir())
    for word in (b"relaxin", b"2026-09-30", b"saddle", b"fever", b"after-birth", b"caesarean", b"helpful", b"greeted"):
        assert word not in raw
    await chat_store.close()


async def test_the_same_topic_rated_in_two_chats_does_not_look_the_same(chat_store: ChatStore) -> None:
    for chat in (1, 2):
        await rated(chat_store, ChatKey(chat=chat), Feedback(topic="relaxin", helpful=True, at=NOON))
    (one,), (two,) = await rows(chat_store, "SELECT topic FROM feedback")
    assert one != two


async def test_times_of_a_chat_are_kept(chat_store: ChatStore, clock: Any) -> None:
    await chat_store.save(HER, STATE)
    clock.now += 100
    await chat_store.save(HER, ChatState())
    (row,) = await rows(chat_store, "SELECT language, country, state, created_at, seen_at, profile FROM chats")
    assert row == ("en", None, "active", 1_790_000_000, 1_790_000_100, None)


async def test_an_older_key_still_opens_and_without_it_the_rest_is_known(
    chat_store: ChatStore, database: Database, key: str, clock: Any
) -> None:
    await chat_store.save(HER, STATE)
    new_key = key.replace("M", "N")

    async def loaded(*keys: str) -> ChatState:
        return await ChatStore(database, Cipher(keys), context_hours=24, clock=clock).load(HER)

    assert await loaded(new_key, key) == STATE
    assert await loaded(new_key) == ChatState(profile=Profile(country=PROFILE.country))


async def test_a_value_of_nonsense_costs_that_value(chat_store: ChatStore, database: Database, key: str) -> None:
    await chat_store.save(HER, STATE)
    async with database.transaction() as tx:
        nonsense = Cipher([key]).seal({"exchanges": 5}, CONTEXT_BODY.of(HER.chat, 0))
        await tx.execute("UPDATE context SET body = :body", {"body": nonsense})
    assert await chat_store.load(HER) == ChatState(profile=PROFILE)


async def test_columns_of_nonsense_are_a_store_error(chat_store: ChatStore, database: Database) -> None:
    await chat_store.save(HER, STATE)
    async with database.transaction() as tx:
        await tx.execute("UPDATE chats SET quiet_start = 100000, quiet_end = 0")
    with pytest.raises(StoreError, match="cannot be read"):
        await chat_store.load(HER)


async def test_what_a_group_keeps_opens_under_its_new_number(store: ChatStore | MemoryStore) -> None:
    one, moved = ChatKey(chat=GROUP, user=1), ChatKey(chat=-1_000_000_000_007, user=1)
    await store.save(one, STATE)
    await store.migrated(one.chat, moved.chat)
    assert await store.load(moved) == ChatState(context=CONTEXT)
    assert await store.load(one) == ChatState()


async def test_many_writers_at_once_lose_nothing(database_url: str, key: str) -> None:
    stores = [
        ChatStore(open_database(DatabaseUrl.parse(database_url)), Cipher([key]), context_hours=24) for _ in range(4)
    ]
    keys = [ChatKey(chat=n) for n in range(40)]
    await asyncio.gather(*(stores[k.chat % 4].save(k, ChatState(context=Context(topic=f"t{k.chat}"))) for k in keys))
    for k in keys:
        assert (await stores[0].load(k)).context.topic == f"t{k.chat}"
    for store in stores:
        await store.close()
