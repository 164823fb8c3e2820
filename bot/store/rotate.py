"""Seals everything anew with the newest key, so that the older ones can be dropped."""

from __future__ import annotations

import asyncio
import logging

from bot.errors import SealError, StoreError
from bot.store.cipher import Cipher
from bot.store.data_keys import begin_rotation, end_rotation, lacks_keys
from bot.store.database import Database, Row
from bot.store.sealed_columns import SEALED, SealedColumn, batches

MOST_PASSES = 10
"""A pass changes what processes wrote meanwhile with an older key; more passes mean that one goes on doing so."""

_SAME_RATING = "SELECT 1 FROM feedback WHERE chat_id = :chat AND user_id = :user AND topic = :topic AND day = :day"
_DROP_RATING = "DELETE FROM feedback WHERE id = :id AND body = :old"
_RENEW_RATING = "UPDATE feedback SET topic = :topic, body = :new WHERE id = :id AND body = :old"

_log = logging.getLogger(__name__)


async def rotate(database: Database, cipher: Cipher, *, give_up: bool = False) -> int:
    """Seal with the newest key what was sealed with an older one; how many values that were.

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
        raise StoreError(
            f"{broken} values need a key that is not at hand; add it behind the newest one, and run this again. "
            "If it is lost for good: bot rotate-key --give-up"
        )
    await end_rotation(database, cipher)
    if broken and not give_up:
        raise StoreError(f"{broken} values open with none of the keys: they are damaged, or of a key lost before.")
    return total


async def _rotate_column(database: Database, cipher: Cipher, column: SealedColumn) -> tuple[int, int]:
    """One pass over one column, batch by batch in the order of its key: values changed, values that do not open."""
    work = _Feedback(column, cipher) if column.table == "feedback" else _Work(column, cipher)
    async for rows in batches(database, column, *work.extra):
        for row in rows:
            await work.renew(database, row)
            await asyncio.sleep(0)  # a bot may be at work in this process
    return work.changed, work.broken


class _Work:
    """What to do with each value of a column, and how many there were."""

    extra: tuple[str, ...] = ()
    """Further columns that are read."""

    def __init__(self, column: SealedColumn, cipher: Cipher) -> None:
        self.column = column
        self.cipher = cipher
        self.changed = self.broken = 0
        self._same = " AND ".join(f"{name} = :{name}" for name in column.key)

    async def renew(self, database: Database, row: Row) -> None:
        """Seal one value anew, where needed."""
        c = self.column
        old = row[len(c.key)]
        try:
            new = self.cipher.resealed(old)
        except SealError:
            self.broken += 1
            return
        if new is not None:
            sql = f"UPDATE {c.table} SET {c.column} = :new WHERE {self._same} AND {c.column} = :old"  # noqa: S608
            key = dict(zip(c.key, row[: len(c.key)], strict=True))
            async with database.transaction() as tx:
                self.changed += await tx.execute(sql, {**key, "new": new, "old": old})


class _Feedback(_Work):
    """Ratings: their digest comes from the newest key too, or a second one on a day would not replace the first."""

    extra = ("chat_id", "user_id", "topic", "day")

    async def renew(self, database: Database, row: Row) -> None:
        """Seal one rating anew, where needed. Where a newer one has the digest already, the old one goes."""
        id_, old, chat, user, digest, day = row
        try:
            topic = self.cipher.open(old).get("topic", "")
        except SealError:
            self.broken += 1
            return
        wanted = self.cipher.digest(chat, user, topic, day)
        if digest == wanted:
            await super().renew(database, row)
            return
        slot = {"chat": chat, "user": user, "topic": wanted, "day": day}
        new = self.cipher.resealed(old) or old
        async with database.transaction() as tx:
            sql = _DROP_RATING if await tx.fetch_one(_SAME_RATING, slot) else _RENEW_RATING
            self.changed += await tx.execute(sql, {"id": id_, "topic": wanted, "new": new, "old": old})
