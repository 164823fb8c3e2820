"""A new data key: everything is sealed anew, while the bot may go on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import LargeBinary

from bot.conversation.ports import ChatKey, Kept
from bot.conversation.state import ChatState, Context, Feedback, Profile, Stage
from bot.errors import SealError, StoreError
from bot.store import sealed_columns as places
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.data_keys import check_keys
from bot.store.database import Database, Params, Transaction
from bot.store.rotate import rotate
from bot.store.schema import metadata
from bot.store.sealed_columns import SEALED, batches

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
BEFORE, BETWEEN, AFTER = Cipher([OLD]), Cipher([NEW, OLD]), Cipher([NEW])

ROWS: tuple[tuple[str, dict[str, Callable[[int], str]]], ...] = (
    (
        "INSERT INTO chats (chat_id, created_at, seen_at, profile, care) VALUES (:n, 1, 1, :profile, :care)",
        {"profile": places.PROFILE.of, "care": places.CARE.of},
    ),
    ("INSERT INTO chats (chat_id, created_at, seen_at) VALUES (:other, 1, 1)", {}),
    (
        "INSERT INTO context (chat_id, user_id, body, updated_at) VALUES (:other, :n, :body, 1)",
        {"body": lambda n: places.CONTEXT.of(-n, n)},
    ),
    ("INSERT INTO reminders (id, chat_id, no, at_minute, days, created_at) VALUES (:n, :n, 1, 600, 21, 1)", {}),
    (
        "INSERT INTO deliveries (id, reminder_id, chat_id, day, kind, due, send_at, until, state, changed_at, body) "
        "VALUES (:n, :n, :n, 1, 'walk', 1, 1, 1, 'sent', 1, :body)",
        {"body": places.NUDGE.of},
    ),
    (
        "INSERT INTO walks (chat_id, reminder_no, day, body) VALUES (:n, 1, 1, :body)",
        {"body": lambda n: places.WALK.of(n, 1, 1)},
    ),
    (
        "INSERT INTO inbox (update_id, received_at, payload, reply) VALUES (:n, 1, :payload, :reply)",
        {"payload": places.PAYLOAD.of, "reply": places.REPLY.of},
    ),
    ("INSERT INTO inbox (update_id, received_at) VALUES (1000 + :n, 1)", {}),
    (
        "INSERT INTO unanswered (chat_id, day, outcome, body) VALUES (:n, 1, 'fallback', :body)",
        {"body": lambda n: places.QUESTION.of(n, 1, "fallback")},
    ),
)
VALUES_A_CHAT = 8


async def fill(tx: Transaction, chats: int, cipher: Cipher = BEFORE) -> None:
    """Values in every sealed column but the ratings, of which `ChatStore` knows more."""
    for n in range(1, chats + 1):
        for sql, sealed in ROWS:
            values = {
                "n": n,
                "other": -n,
                **{name: cipher.seal({"a": n, "in": name}, of(n)) for name, of in sealed.items()},
            }
            await tx.execute(sql, {name: value for name, value in values.items() if f":{name}" in sql})


async def values(database: Database) -> list[tuple[str, bytes]]:
    """Every sealed value after that for which it is sealed."""
    return [(c.of_row(row), row[c.column]) for c in SEALED async for rows in batches(database, c) for row in rows]


def opened(cipher: Cipher, sealed: list[tuple[str, bytes]]) -> list[str]:
    return sorted(str(cipher.open(value, purpose)) for purpose, value in sealed)


def test_every_sealed_column_is_known() -> None:
    binary = {(t.name, c.name) for t in metadata.sorted_tables for c in t.c if isinstance(c.type, LargeBinary)}
    assert {(c.table, c.column) for c in SEALED} == binary - {("feedback", "topic")}
    assert all(c.key == tuple(k.name for k in metadata.tables[c.table].primary_key) for c in SEALED)


async def test_afterwards_the_old_key_is_not_needed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "BATCH", 3)
    async with database.transaction() as tx:
        await fill(tx, 7)
    before = opened(BEFORE, await values(database))
    with pytest.raises(StoreError):
        await check_keys(database, AFTER, "DATA_KEY")
    assert await rotate(database, BETWEEN) == 7 * VALUES_A_CHAT
    await check_keys(database, AFTER, "DATA_KEY")
    assert opened(AFTER, await values(database)) == before
    assert await rotate(database, BETWEEN) == 0
    assert await rotate(database, AFTER) == 0


async def test_an_early_end_loses_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "BATCH", 2)
    async with database.transaction() as tx:
        await fill(tx, 5)
    calls = 0

    class Failing(Cipher):
        def resealed(self, sealed: bytes, purpose: str) -> bytes | None:
            nonlocal calls
            calls += 1
            if calls == 16:
                raise KeyboardInterrupt
            return super().resealed(sealed, purpose)

    with pytest.raises(KeyboardInterrupt):
        await rotate(database, Failing([NEW, OLD]))
    assert opened(BETWEEN, await values(database))
    assert 0 < await rotate(database, BETWEEN) < 5 * VALUES_A_CHAT
    assert opened(AFTER, await values(database))


class Interrupted:
    """Statements of a rotation; before the first that writes, the bot writes to the same row, with the old key."""

    done = False

    def __init__(self, tx: Transaction) -> None:
        self.fetch_all, self.fetch_one, self._tx = tx.fetch_all, tx.fetch_one, tx

    async def execute(self, sql: str, params: Params = {}) -> int:  # noqa: B006
        if not Interrupted.done and "chats SET profile" in sql:
            Interrupted.done = True
            await self._tx.execute(
                "UPDATE chats SET profile = :new WHERE chat_id = 1",
                {"new": BEFORE.seal({"a": "newer"}, places.PROFILE.of(1))},
            )
        return await self._tx.execute(sql, params)


class InterruptedDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def transaction(self, *, write: bool = True, durable: bool = False) -> AsyncIterator[Interrupted]:
        async with self._database.transaction(write=write) as tx:
            yield Interrupted(tx)


async def test_what_a_bot_writes_meanwhile_is_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Interrupted, "done", False)
    async with database.transaction() as tx:
        await fill(tx, 1)
    await rotate(InterruptedDatabase(database), BETWEEN)  # type: ignore[arg-type]
    async with database.transaction(write=False) as tx:
        row = await tx.fetch_one("SELECT profile FROM chats WHERE chat_id = 1")
    assert row is not None
    assert AFTER.open(row[0], places.PROFILE.of(1)) == {"a": "newer"}


async def test_what_does_not_open_is_told_at_the_end(database: Database) -> None:
    async with database.transaction() as tx:
        await fill(tx, 2)
        await tx.execute("UPDATE walks SET body = :b WHERE chat_id = 1", {"b": b"damaged"})
    with pytest.raises(StoreError, match="1 values open with none"):
        await rotate(database, BETWEEN)
    others = [(purpose, value) for purpose, value in await values(database) if value != b"damaged"]
    assert len(others) == 2 * VALUES_A_CHAT - 1
    assert opened(AFTER, others)


HER = ChatKey(chat=7)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def rate(database: Database, cipher: Cipher, *topics: str, helpful: bool) -> None:
    store = ChatStore(database, cipher, context_hours=24)
    state = ChatState(profile=Profile(stage=Stage.PREGNANT), context=Context(topic="relaxin"))
    for topic in topics:
        await store.save(HER, state, Kept(feedback=Feedback(topic=topic, helpful=helpful, at=AT)))


async def ratings(database: Database, cipher: Cipher) -> list[tuple[str, bool]]:
    bodies = [
        cipher.open(value, purpose) for purpose, value in await values(database) if purpose.startswith("feedback")
    ]
    return sorted((body["topic"], body["helpful"]) for body in bodies)


async def test_a_rating_of_the_same_day_is_still_one(database: Database) -> None:
    await rate(database, BEFORE, "relaxin", "stretching", helpful=True)
    await rate(database, BETWEEN, "relaxin", helpful=False)
    assert await rotate(database, BETWEEN) > 0
    assert await ratings(database, AFTER) == [("relaxin", False), ("stretching", True)]
    await rate(database, AFTER, "relaxin", "stretching", helpful=True)
    assert await ratings(database, AFTER) == [("relaxin", True), ("stretching", True)]


async def test_what_is_not_bound_to_its_row_yet_is_bound_with_the_same_key(database: Database) -> None:
    async with database.transaction() as tx:
        await fill(tx, 2)
        await tx.execute("UPDATE walks SET body = :old", {"old": Fernet(OLD).encrypt(b'{"minutes":10}')})
    assert await rotate(database, BEFORE) == 2
    assert await rotate(database, BEFORE) == 0
    (_, one), (there, _) = [(p, v) for p, v in await values(database) if p.startswith("walks")]
    with pytest.raises(SealError, match="another place"):
        BEFORE.open(one, there)
