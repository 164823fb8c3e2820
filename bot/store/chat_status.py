"""Chats that cannot be written to, come back, or move to another id."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from bot.errors import SealError
from bot.schedule.holds import gone_away
from bot.store.changes import apply_changes
from bot.store.cipher import Cipher
from bot.store.database import Transaction
from bot.store.reminders import load_rules
from bot.store.sealed_columns import SEALED, SealedColumn

_BLOCK = "UPDATE chats SET state = 'blocked' WHERE chat_id = :chat"
_BACK = "UPDATE chats SET state = 'active' WHERE chat_id = :chat AND state IN ('blocked', 'left')"

_COPY = """
INSERT INTO chats (chat_id, language, country, state, created_at, seen_at, profile, timezone, quiet_start, quiet_end,
    care, improve)
SELECT :new, language, country, state, created_at, seen_at, profile, timezone, quiet_start, quiet_end, care, improve
FROM chats WHERE chat_id = :old
ON CONFLICT (chat_id) DO NOTHING
"""
_HIGHEST = """
SELECT COALESCE(max(no), 0) FROM (SELECT no FROM reminders WHERE chat_id = :chat
    UNION ALL SELECT reminder_no FROM walks WHERE chat_id = :chat) AS numbers
"""
_LOCK = "UPDATE chats SET state = state WHERE chat_id = :old"
_TWICE = (
    "DELETE FROM context WHERE chat_id = :old AND user_id IN (SELECT user_id FROM context WHERE chat_id = :new)",
    """DELETE FROM feedback WHERE chat_id = :old AND EXISTS (SELECT 1 FROM feedback AS other
    WHERE other.chat_id = :new AND other.user_id = feedback.user_id AND other.topic = feedback.topic
    AND other.day = feedback.day)""",
)
"""What both have: the new chat's own stays."""
_MOVED = ("context", "feedback", "deliveries", "unanswered", "inbox")


async def mark_away(tx: Transaction, cipher: Cipher, chat: int, now: int) -> None:
    """The chat cannot be written to; what that means for its walks is `bot.schedule.holds.gone_away`."""
    if not await tx.execute(_BLOCK, {"chat": chat}):  # also locks the chat
        return
    if changes := gone_away(await load_rules(tx, cipher, chat), now):
        await apply_changes(tx, cipher, chat, changes, now)


async def mark_back(tx: Transaction, chat: int) -> None:
    """The chat can be written to again; its walks stay held until she says that they go on."""
    await tx.execute(_BACK, {"chat": chat})


async def migrated(tx: Transaction, cipher: Cipher, old: int, new: int) -> None:
    """Move every row of a chat to its new id, which may be known already; then the new chat's own settings stay.

    Args:
        tx: to write with.
        cipher: seals for its new place what is bound to the old one.
        old: the id until now.
        new: the id from now on.
    """
    if old == new:
        return
    ids = {"old": old, "new": new}
    if not await tx.execute(_LOCK, ids):
        return
    highest = await tx.fetch_one(_HIGHEST, {"chat": new})
    ids["more"] = highest[0] if highest else 0
    for column in SEALED:
        if "chat_id" in column.names:
            await _bind(tx, cipher, column, ids)
    await tx.execute(_COPY, ids)
    await tx.execute("UPDATE reminders SET chat_id = :new, no = no + :more WHERE chat_id = :old", ids)
    await tx.execute("UPDATE walks SET chat_id = :new, reminder_no = reminder_no + :more WHERE chat_id = :old", ids)
    for sql in _TWICE:
        await tx.execute(sql, ids)
    for table in _MOVED:
        await tx.execute(f"UPDATE {table} SET chat_id = :new WHERE chat_id = :old", ids)  # noqa: S608
    await tx.execute("DELETE FROM chats WHERE chat_id = :old", ids)


async def _bind(tx: Transaction, cipher: Cipher, column: SealedColumn, ids: Mapping[str, int]) -> None:
    """Seal the values of a column for where they are moved to; what does not open stays as it is."""
    names = (*column.key, column.column, *column.extra)
    sql = f"SELECT {', '.join(names)} FROM {column.table} WHERE chat_id = :old AND {column.column} IS NOT NULL"  # noqa: S608
    same = " AND ".join(f"{name} = :{name}" for name in column.key)
    for values in await tx.fetch_all(sql, ids):
        row = dict(zip(names, values, strict=True))
        moved = {**row, "chat_id": ids["new"], "reminder_no": row.get("reminder_no", 0) + ids["more"]}
        with suppress(SealError):
            sealed = cipher.seal(cipher.open(row[column.column], column.of_row(row)), column.of_row(moved))
            key = {name: row[name] for name in column.key}
            await tx.execute(
                f"UPDATE {column.table} SET {column.column} = :sealed WHERE {same}",  # noqa: S608 (names of our own)
                {**key, "sealed": sealed},
            )
