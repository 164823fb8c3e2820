"""Where sealed values stand in the tables. A test holds this to the schema."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import DataKeyError, StoreError
from bot.store.cipher import Cipher
from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class SealedColumn:
    """A column of sealed values, and what names a row of its table."""

    table: str
    key: tuple[str, ...]
    column: str
    only: str = ""
    """Where values stand at all: a condition that an index answers, for most rows of the table have none."""


SEALED = (
    SealedColumn(table="chats", key=("chat_id",), column="profile"),
    SealedColumn(table="chats", key=("chat_id",), column="care"),
    SealedColumn(table="context", key=("chat_id", "user_id"), column="body"),
    SealedColumn(table="feedback", key=("id",), column="body"),
    SealedColumn(table="deliveries", key=("id",), column="body"),
    SealedColumn(table="walks", key=("id",), column="body"),
    SealedColumn(table="inbox", key=("update_id",), column="payload", only="done_at IS NULL"),
    SealedColumn(table="inbox", key=("update_id",), column="reply", only="done_at IS NULL"),
    SealedColumn(table="unanswered", key=("id",), column="body"),
)


def any_value(column: SealedColumn) -> str:
    """The statement for one of the values."""
    only = f"{column.only} AND " if column.only else ""
    return f"SELECT {column.column} FROM {column.table} WHERE {only}{column.column} IS NOT NULL LIMIT 1"  # noqa: S608


async def check_key(database: Database, cipher: Cipher, source: str) -> None:
    """Refuse a wrong key at the start rather than at every message. Arguments: source, where the key comes from.

    Raises:
        DataKeyError: what is kept was sealed with a key that is not at hand.
        StoreError: the database does not answer.
    """
    async with database.transaction(write=False) as tx:
        rows = [await tx.fetch_one(any_value(column)) for column in SEALED]
    try:
        for row in rows:
            if row is not None:
                cipher.open(row[0])
    except StoreError as error:
        raise DataKeyError(f"The kept chats do not open with the key of {source}; put back the right one.") from error
