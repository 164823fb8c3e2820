"""Where sealed values stand in the tables, and what each is bound to. A test holds this to the schema."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class SealedColumn:
    """A column of sealed values.

    table and column: where. key: names a row of the table. bound: what a value is bound to, where it is not the key,
    as that is not known yet when the value is sealed.
    """

    table: str
    column: str
    key: tuple[str, ...]
    bound: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the row to which a value is bound."""
        return self.bound or self.key

    @property
    def extra(self) -> tuple[str, ...]:
        """Those of `names` that are not in the key."""
        return tuple(name for name in self.names if name not in self.key)

    def of(self, *values: int | str | bytes) -> str:
        """The purpose of a value, see `Cipher.seal`.

        Args:
            values: those of `names`.
        """
        parts = (value.hex() if isinstance(value, bytes) else str(value) for value in values)
        return f"{self.table}.{self.column}:{'/'.join(parts)}"

    def of_row(self, row: Mapping[str, Any]) -> str:
        """The purpose of a value.

        Args:
            row: columns by name, those of `names` among them.
        """
        return self.of(*(row[name] for name in self.names))


PROFILE = SealedColumn(table="chats", column="profile", key=("chat_id",))
CARE = SealedColumn(table="chats", column="care", key=("chat_id",))
CONTEXT = SealedColumn(table="context", column="body", key=("chat_id", "user_id"))
RATING = SealedColumn(table="feedback", column="body", key=("id",), bound=("chat_id", "user_id", "topic", "day"))
NUDGE = SealedColumn(table="deliveries", column="body", key=("id",))
WALK = SealedColumn(table="walks", column="body", key=("id",), bound=("chat_id", "reminder_no", "day"))
PAYLOAD = SealedColumn(table="inbox", column="payload", key=("update_id",))
REPLY = SealedColumn(table="inbox", column="reply", key=("update_id",))
QUESTION = SealedColumn(table="unanswered", column="body", key=("id",), bound=("chat_id", "day", "outcome"))
"""Questions of one chat, day and outcome may change places, which says nothing new."""

SEALED = (PROFILE, CARE, CONTEXT, RATING, NUDGE, WALK, PAYLOAD, REPLY, QUESTION)

BATCH = 100
"""Rows that are read at a time."""


async def batches(database: Database, column: SealedColumn) -> AsyncIterator[list[dict[str, Any]]]:
    """Every value of a column, in the order of the key of its table.

    Args:
        database: each batch is read in a transaction of its own.
        column: which.

    Yields:
        Rows by the names of their columns: the key, the value, and what the value is bound to.
    """
    c, last = column, dict[str, Any]()
    names, keys = (*c.key, c.column, *c.extra), ", ".join(c.key)
    sql = f"SELECT {', '.join(names)} FROM {c.table} WHERE {c.column} IS NOT NULL"  # noqa: S608 (names of our own)
    after = f"AND ({keys}) > ({', '.join(f':{name}' for name in c.key)})"
    order = f"ORDER BY {keys} LIMIT {BATCH}"
    while True:
        async with database.transaction(write=False) as tx:
            found = await tx.fetch_all(f"{sql} {after if last else ''} {order}", {n: last[n] for n in c.key if last})
        rows = [dict(zip(names, row, strict=True)) for row in found]
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        last = rows[-1]
