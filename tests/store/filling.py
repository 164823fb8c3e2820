"""One row of a chat in every table that has rows of chats."""

from __future__ import annotations

from typing import Any

from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.schema import metadata
from bot.store.sealed_columns import CARE, CONTEXT, NUDGE, PROFILE, QUESTION, RATING, WALK

TABLES = tuple(table.name for table in metadata.sorted_tables if "chat_id" in table.c)
AT = 1_790_000_000
DAY = AT // 86_400


async def fill(database: Database, cipher: Cipher, chat: int, *, at: int = AT) -> None:
    """Rows of a chat whose last contact was at `at`; the update in the inbox is answered."""

    def seal(purpose: str, data: dict[str, Any]) -> bytes:
        return cipher.seal(data, purpose)

    day = at // 86_400
    rows: list[tuple[str, dict[str, Any]]] = [
        ("chats", {
            "chat_id": chat, "country": "GB", "created_at": at - 86_400, "seen_at": at, "timezone": "Europe/London",
            "profile": seal(PROFILE.of(chat), {"stage": "pregnant", "due": "2027-02-01"}),
            "quiet_start": 1260, "quiet_end": 480,
            "care": seal(CARE.of(chat), {"needs_clearance": True, "since": at}), "improve": 1,
        }),
        ("context", {
            "chat_id": chat, "user_id": 0, "updated_at": at,
            "body": seal(CONTEXT.of(chat, 0), {"topic": "lifting", "at": at + 0.5, "signs": {"fever": at}}),
        }),
        ("feedback", {
            "chat_id": chat, "user_id": 0, "topic": b"digest", "day": day,
            "body": seal(RATING.of(chat, 0, b"digest", day), {"topic": "lifting", "helpful": False, "at": at}),
        }),
        ("reminders", {
            "id": chat, "chat_id": chat, "no": 1, "at_minute": 570, "days": 0b10101, "minutes": 15, "created_at": at,
            "paused_until": day + 3, "last_day": day, "next_due": at + 5, "next_day": day + 1, "zone_data": "2026a",
        }),
        ("deliveries", {
            "id": chat, "reminder_id": chat, "chat_id": chat, "day": day, "kind": "walk", "due": at, "send_at": at,
            "until": at + 60, "state": "sent", "changed_at": at, "message_id": 7,
            "body": seal(NUDGE.of(chat), {"minutes": 15}), "said": "done",
        }),
        ("walks", {
            "chat_id": chat, "reminder_no": 1, "day": day,
            "body": seal(WALK.of(chat, 1, day), {"at": at, "minutes": 15, "done": True, "pain": 3}),
        }),
        ("inbox", {"update_id": chat * 10, "chat_id": chat, "received_at": at, "done_at": at + 1}),
        ("unanswered", {
            "chat_id": chat, "day": day, "outcome": "not-helpful", "topic": "lifting",
            "body": seal(QUESTION.of(chat, day, "not-helpful"), {"question": "may i lift […] now"}),
        }),
    ]  # fmt: skip
    async with database.transaction() as tx:
        for table, values in rows:
            names = ", ".join(values)
            places = ", ".join(f":{name}" for name in values)
            await tx.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)


async def fill_group(database: Database, cipher: Cipher, group: int, person: int) -> None:
    """What a person leaves in a group, also by versions that kept ratings there."""
    await fill(database, cipher, group)
    context = cipher.seal({"topic": "lifting", "alarm": "self-harm:emergency"}, CONTEXT.of(group, person))
    rating = cipher.seal({"topic": "lifting", "helpful": True, "at": AT}, RATING.of(group, person, b"hers", DAY))
    values = {"group": group, "person": person, "at": AT, "day": DAY, "topic": b"hers"}
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO context (chat_id, user_id, body, updated_at) VALUES (:group, :person, :body, :at)",
            {**values, "body": context},
        )
        await tx.execute(
            "INSERT INTO feedback (chat_id, user_id, topic, day, body) VALUES (:group, :person, :topic, :day, :body)",
            {**values, "body": rating},
        )


async def counts_of_person(database: Database, person: int) -> dict[str, int]:
    """How many rows of a person in groups each table has; only those that have some."""
    found = {}
    async with database.transaction(write=False) as tx:
        for table in (table.name for table in metadata.sorted_tables if "user_id" in table.c):
            row = await tx.fetch_one(f"SELECT count(*) FROM {table} WHERE user_id = :person", {"person": person})
            if row and row[0]:
                found[table] = row[0]
    return found


async def counts(database: Database, chat: int) -> dict[str, int]:
    """How many rows of a chat each table has; only those that have some."""
    found = {}
    async with database.transaction(write=False) as tx:
        for table in TABLES:
            row = await tx.fetch_one(f"SELECT count(*) FROM {table} WHERE chat_id = :chat", {"chat": chat})
            if row and row[0]:
                found[table] = row[0]
    return found
