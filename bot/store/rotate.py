"""Seals everything anew with the newest key, so that the older ones can be dropped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from bot.errors import DataKeyError, SealError, StoreError
from bot.store.cipher import Cipher
from bot.store.data_keys import begin_rotation, end_rotation, lacks_keys
from bot.store.database import Database
from bot.store.sealed_columns import RATING, SEALED, SealedColumn, batches

MOST_PASSES = 10
"""A pass changes what processes wrote meanwhile with an older key; more passes mean that one goes on doing so."""

_SAME_RATING = "SELECT 1 FROM feedback WHERE chat_id = :chat AND user_id = :user AND topic = :topic AND day = :day"
_DROP_RATING = "DELETE FROM feedback WHERE id = :id AND body = :old"
_RENEW_RATING = "UPDATE feedback SET topic = :topic, body = :new WHERE id = :id AND body = :old"

_log = logging.getLogger(__name__)


async def rotate(database: Database, cipher: Cipher, *, give_up: bool = False) -> int:
    """Seal with the newest key, and for its place, what was not so before; how many values that were.

    Bots may be at work meanwhile, once they all have the new key: a value changes only where it is still the one that
    was read. What is done stays done when this ends early; run it again to go on. That it is under way is noted in the
    database, see `bot.store.data_keys`.

    Args:
        database: migrated.
        cipher: with the newest key and the older ones.
        give_up: do without the keys that are not at hand: what only they open stays unreadable.

    Raises:
        StoreError: some values open with none of the keys, or a process still seals with an older one.
    """
    await begin_rotation(database, cipher)
    total = 0
    for _ in range(MOST_PASSES):
        changed = broken = 0
        for column in SEALED:
            done, failed = await _rotate_column(database, cipher, column)
            changed, broken = changed + done, broken + failed
        total += changed
        if not changed:
            break
    else:
        raise StoreError("Values with an older key keep coming; restart every process with the new DATA_KEY first.")
    _log.info("%d values were sealed with the newest key.", total, extra={"action": "rotated"})
    if broken and not give_up and await lacks_keys(database, cipher):
        raise DataKeyError(
            f"{broken} values need a key that is not at hand; add it behind the newest one, and run this again. "
            "If it is lost for good: bot rotate-key --give-up"
        )
    await end_rotation(database, cipher)
    if broken and not give_up:
        raise DataKeyError(f"{broken} values open with none of the keys: they are damaged, or of a key lost before.")
    return total


async def _rotate_column(database: Database, cipher: Cipher, column: SealedColumn) -> tuple[int, int]:
    """One pass over one column, batch by batch in the order of its key: values changed, values that do not open."""
    renew = _renew_rating if column is RATING else _renew
    changed = broken = 0
    async for rows in batches(database, column):
        for row in rows:
            try:
                changed += await renew(database, cipher, column, row)
            except SealError:
                broken += 1
            await asyncio.sleep(0)  # a bot may be at work in this process
    return changed, broken


async def _renew(database: Database, cipher: Cipher, column: SealedColumn, row: Mapping[str, Any]) -> int:
    """Seal one value anew, where needed; 1 where it was. Raises SealError where it does not open."""
    c, old = column, row[column.column]
    new = cipher.resealed(old, c.of_row(row))
    if new is None:
        return 0
    same = " AND ".join(f"{name} = :{name}" for name in c.key)
    sql = f"UPDATE {c.table} SET {c.column} = :new WHERE {same} AND {c.column} = :old"  # noqa: S608 (names of our own)
    async with database.transaction() as tx:
        return await tx.execute(sql, {**{name: row[name] for name in c.key}, "new": new, "old": old})


async def _renew_rating(database: Database, cipher: Cipher, column: SealedColumn, row: Mapping[str, Any]) -> int:
    """The same for a rating: its digest comes from the newest key too.

    Otherwise a second rating on a day would not replace the first. Where a newer one has the digest already, the old
    one goes.
    """
    chat, user, day, old = row["chat_id"], row["user_id"], row["day"], row["body"]
    kept = cipher.open(old, column.of_row(row))
    wanted = cipher.digest(chat, user, kept.get("topic", ""), day)
    if row["topic"] == wanted:
        return await _renew(database, cipher, column, row)
    slot = {"chat": chat, "user": user, "topic": wanted, "day": day}
    new = cipher.seal(kept, column.of(chat, user, wanted, day))
    async with database.transaction() as tx:
        sql = _DROP_RATING if await tx.fetch_one(_SAME_RATING, slot) else _RENEW_RATING
        return await tx.execute(sql, {"id": row["id"], "topic": wanted, "new": new, "old": old})
