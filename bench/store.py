"""CPU for the durable steps of one update on each engine: store it, load the chat, keep state and reply, note it sent.

On SQLite also what it costs to wait for the disk before an update is confirmed.

Run with: .venv/bin/python -m bench.store
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from cryptography.fernet import Fernet

from bot.settings.database_url import DatabaseUrl
from bot.store import sealed_columns as places
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.factory import open_database
from bot.store.migrate import migrate
from tests.engines import start_server

UPDATES, ROUNDS = 400, 5

PAYLOAD = {"update_id": 1, "message": {"text": "my back hurts when I lift her out of the cot " * 4, "chat": {"id": 1}}}
CONTEXT = {"topic": "lifting", "offered": ["lifting", "carrying"], "signs": {"back-pain": 1_790_000_000}}
REPLY = {"cards": [{"text": "Hold her close, bend your knees, and turn with your feet. " * 8}]}

RECEIVE = "INSERT INTO inbox (update_id, chat_id, received_at, payload) VALUES (:id, :chat, :now, :body)"
LOAD = """
SELECT chats.profile, context.body FROM chats LEFT JOIN context ON context.chat_id = chats.chat_id
WHERE chats.chat_id = :chat
"""
SEE = """
INSERT INTO chats (chat_id, created_at, seen_at) VALUES (:chat, :now, :now)
ON CONFLICT (chat_id) DO UPDATE SET seen_at = excluded.seen_at
"""
KEEP = """
INSERT INTO context (chat_id, user_id, body, updated_at) VALUES (:chat, 0, :body, :now)
ON CONFLICT (chat_id, user_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at
"""
NOTE = "UPDATE inbox SET reply = :body WHERE update_id = :id"
DONE = "UPDATE inbox SET payload = NULL, reply = NULL, done_at = :now WHERE update_id = :id"


async def answer(database: Database, cipher: Cipher, update: int, *, durable: bool = True) -> None:
    """The steps of one update: three transactions that write, one that reads.

    Arguments: durable, whether the first one waits for the disk, as that of `bot.store.inbox.Inbox.add` does.
    """
    chat, now = {"chat": update % 50}, {"now": 1_790_000_000}
    async with database.transaction(durable=durable) as tx:
        await tx.execute(
            RECEIVE, {"id": update, **chat, **now, "body": cipher.seal(PAYLOAD, places.PAYLOAD.of(update))}
        )
    async with database.transaction(write=False) as tx:
        row = await tx.fetch_one(LOAD, chat)
    if row is not None:
        cipher.open(row[1], places.CONTEXT.of(chat["chat"], 0))
    async with database.transaction() as tx:
        await tx.execute(SEE, {**chat, **now})
        await tx.execute(KEEP, {**chat, **now, "body": cipher.seal(CONTEXT, places.CONTEXT.of(chat["chat"], 0))})
        await tx.execute(NOTE, {"id": update, "body": cipher.seal(REPLY, places.REPLY.of(update))})
    async with database.transaction() as tx:
        await tx.execute(DONE, {**now, "id": update})


async def measure(url: str, *, durable: bool = True) -> tuple[float, float]:
    """Microseconds an update: CPU of this process, and time; the median over the rounds."""
    database, cipher = open_database(DatabaseUrl.parse(url)), Cipher([Fernet.generate_key().decode()])
    await answer(database, cipher, 0, durable=durable)
    busy, passed = [], []
    for number in range(ROUNDS):
        cpu, clock = time.process_time(), time.perf_counter()
        for update in range(UPDATES):
            await answer(database, cipher, 1 + number * UPDATES + update, durable=durable)
        busy.append((time.process_time() - cpu) / UPDATES * 1e6)
        passed.append((time.perf_counter() - clock) / UPDATES * 1e6)
    await database.close()
    return statistics.median(busy), statistics.median(passed)


def main() -> None:
    """Print a line an engine."""
    with tempfile.TemporaryDirectory(prefix="bot-bench-") as folder:
        server = start_server(Path(folder) / "server")
        try:
            for url in (f"sqlite:///{folder}/bot.sqlite3", server.url("postgres")):
                migrate(DatabaseUrl.parse(url))
                cpu, passed = asyncio.run(measure(url))
                engine = url.partition(":")[0]
                print(f"{engine:<12}{cpu:6.0f} µs of CPU an update, {passed:6.0f} µs in all")
                if engine == "sqlite":
                    other = url.replace("bot.sqlite3", "other.sqlite3")
                    migrate(DatabaseUrl.parse(other))
                    _, unwaited = asyncio.run(measure(other, durable=False))
                    print(f"{'':<12}{passed - unwaited:6.0f} µs of it wait for the disk, {1 - unwaited / passed:.0%}")
        finally:
            server.leave()


if __name__ == "__main__":
    main()
