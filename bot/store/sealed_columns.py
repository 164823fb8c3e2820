"""Where sealed values stand in the tables. A test holds this to the schema."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.store.database import Database, Row


@dataclass(frozen=True, kw_only=True)
class SealedColumn:
    """A column of sealed values, and what names a row of its table."""

    table: str
    key: tuple[str, ...]
    column: str


SEALED = (
    SealedColumn(table="chats", key=("chat_id",), column="profile"),
    SealedColumn(table="chats", key=("chat_id",), column="care"),
    SealedColumn(table="context", key=("chat_id", "user_id"), column="body"),
    SealedColumn(table="feedback", key=("id",), column="body"),
    SealedColumn(table="deliveries", key=("id",), column="body"),
    SealedColumn(table="walks", key=("id",), column="body"),
    SealedColumn(table="inbox", key=("update_id",), column="payload"),
    SealedColumn(table="inbox", key=("update_id",), column="reply"),
    SealedColumn(table="unanswered", key=("id",), column="body"),
)


BATCH = 100
"""Rows that are read at a time."""


async def batches(database: Database, column: SealedColumn, *extra: str) -> AsyncIterator[list[Row]]:
    """Every value of a column, in the order of the key of its table.

    Args:
        database: each batch is read in a transaction of its own.
        column: which.
        extra: further columns that are read.

    Yields:
        Rows of the key, the value and `extra`.
    """
    c, last = column, None
    keys = ", ".join(c.key)
    sql = f"SELECT {', '.join((*c.key, c.column, *extra))} FROM {c.table} WHERE {c.column} IS NOT NULL"  # noqa: S608
    order = f"ORDER BY {keys} LIMIT {BATCH}"
    after = f"AND ({keys}) > ({', '.join(f':{name}' for name in c.key)})"
    while True:
        async with database.transaction(write=False) as tx:
            if last is None:
                rows = await tx.fetch_all(f"{sql} {order}")
            else:
                rows = await tx.fetch_all(f"{sql} {after} {order}", dict(zip(c.key, last, strict=False)))
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        last = rows[-1]
