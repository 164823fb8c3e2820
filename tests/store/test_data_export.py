"""All that is kept of a chat is told, and all of it can be deleted: no table and no column is forgotten."""

from __future__ import annotations

import json

from bot.store.chats import CHAT_TABLES, ChatStore
from bot.store.cipher import Cipher
from bot.store.data_export import COLUMNS, LEFT_OUT, NAMES, SEALED, readable
from bot.store.database import Database
from bot.store.schema import metadata
from bot.store.sealed_columns import SEALED as SEALED_COLUMNS
from tests.store.filling import TABLES, counts, counts_of_person, fill, fill_group

CHAT, OTHER = 4711, 4712


def test_every_table_with_rows_of_a_chat_is_told() -> None:
    assert set(COLUMNS) == set(NAMES) == set(TABLES) == set(CHAT_TABLES)


def test_every_column_is_told_or_left_out_for_a_reason() -> None:
    left_out = {(t, c.name) for t in TABLES for c in metadata.tables[t].c if c.name not in COLUMNS[t]}
    assert {name for pair in left_out for name in (pair[1], ".".join(pair))} >= set(LEFT_OUT)
    assert not [f"{t}.{c}" for t, c in left_out if c not in LEFT_OUT and f"{t}.{c}" not in LEFT_OUT]
    assert not [c for t, columns in COLUMNS.items() for c in columns if c not in metadata.tables[t].c]


def test_what_is_sealed_is_opened() -> None:
    opened = {(t, c) for t, columns in COLUMNS.items() for c, (_, reader) in columns.items() if reader is SEALED}
    assert opened == {(s.table, s.column) for s in SEALED_COLUMNS}


async def test_the_export(chat_store: ChatStore, database: Database, key: str) -> None:
    await fill(database, Cipher([key]), CHAT)
    await fill(database, Cipher([key]), OTHER)
    told = await chat_store.export(CHAT)
    assert json.loads(json.dumps(told)) == told
    assert {part: len(rows) for part, rows in told.items()} == dict.fromkeys(NAMES.values(), 1)
    assert told["chat"] == [
        {
            "chat_number": CHAT,
            "language": "en",
            "country": "GB",
            "state": "active",
            "first_contact": "2026-09-20T14:13:20+00:00",
            "last_contact": "2026-09-21T14:13:20+00:00",
            "told_about_you": {"stage": "pregnant", "due": "2027-02-01"},
            "time_zone": "Europe/London",
            "quiet_from": "21:00",
            "quiet_until": "08:00",
            "care_for_walks": {"needs_clearance": True, "since": "2026-09-21T14:13:20+00:00"},
            "helps_to_improve_the_bot": True,
        }
    ]
    assert told["last_talk"][0]["last_talk"] == {
        "topic": "lifting",
        "at": "2026-09-21T14:13:20+00:00",
        "signs": {"fever": "2026-09-21T14:13:20+00:00"},
    }
    (reminder,) = told["walk_reminders"]
    assert reminder["time"] == "09:30"
    assert reminder["weekdays"] == ["Monday", "Wednesday", "Friday"]
    assert reminder["paused_until"] == "2026-09-24"
    assert told["walks"][0]["walk"]["pain"] == 3
    assert told["questions_kept_to_improve_the_bot"][0]["question_redacted"] == {"question": "may i lift […] now"}


async def test_the_rows_of_a_person_are_told_and_deleted_with_her_chat(
    chat_store: ChatStore, database: Database, key: str
) -> None:
    cipher = Cipher([key])
    await fill(database, cipher, CHAT)
    for person in (CHAT, OTHER):
        await fill_group(database, cipher, -person, person)
    persons = {table.name for table in metadata.sorted_tables if "user_id" in table.c}
    assert set(await counts_of_person(database, CHAT)) == persons
    told = await chat_store.export(CHAT)
    assert {part: len(rows) for part, rows in told.items()} == {
        name: 1 + (table in persons) for table, name in NAMES.items()
    }
    (hers,) = [row for row in told["last_talk"] if row["chat_number"] == -CHAT]
    assert hers["last_talk"]["alarm"] == "self-harm:emergency"
    assert str(-OTHER) not in str(told)
    await chat_store.forget(CHAT)
    assert not await counts(database, CHAT)
    assert not await counts_of_person(database, CHAT)
    assert set(await counts_of_person(database, OTHER)) == persons


async def test_what_does_not_open_is_told_as_such(chat_store: ChatStore, database: Database) -> None:
    from cryptography.fernet import Fernet

    await fill(database, Cipher([Fernet.generate_key().decode()]), CHAT)
    (chat,) = (await chat_store.export(CHAT))["chat"]
    assert "nobody can read it" in chat["told_about_you"]
    assert chat["country"] == "GB"


async def test_of_a_stranger_nothing_is_told(chat_store: ChatStore) -> None:
    assert not any((await chat_store.export(CHAT)).values())


async def test_forget_deletes_every_row(chat_store: ChatStore, database: Database, key: str) -> None:
    for chat in (CHAT, OTHER):
        await fill(database, Cipher([key]), chat)
    assert set(await counts(database, CHAT)) == set(TABLES)
    await chat_store.forget(CHAT)
    assert not await counts(database, CHAT)
    assert set(await counts(database, OTHER)) == set(TABLES)


async def test_what_waits_in_the_inbox_is_answered_first(chat_store: ChatStore, database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO inbox (update_id, chat_id, received_at) VALUES (1, :chat, 5)", {"chat": CHAT})
    await chat_store.forget(CHAT)
    assert await counts(database, CHAT) == {"inbox": 1}


def test_only_instants_become_dates() -> None:
    assert readable({"at": "09:30", "minutes": 15, "since": 0, "list": [{"at": 1_790_000_000}]}) == {
        "at": "09:30",
        "minutes": 15,
        "since": 0,
        "list": [{"at": "2026-09-21T14:13:20+00:00"}],
    }
