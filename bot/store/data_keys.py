"""Which data keys a database needs: the fingerprint of each stands in it for as long as a value may need the key.

A key is noted before anything is sealed with it. Of the older ones, `bot.store.rotate` takes the note away when nothing
needs them any more; until then the newest one is marked as that to which everything is being changed.
"""

from __future__ import annotations

import logging

from bot.errors import DataKeyError, SealError
from bot.store.cipher import Cipher
from bot.store.database import Database, Transaction
from bot.store.sealed_columns import SEALED, batches

_KNOWN = "SELECT fingerprint, rotating FROM data_keys"
_NOTE = """
INSERT INTO data_keys (fingerprint, rotating) VALUES (:key, :rotating)
ON CONFLICT (fingerprint) DO UPDATE SET rotating = excluded.rotating
"""
_SETTLE = "UPDATE data_keys SET rotating = 0"
_DROP = "DELETE FROM data_keys WHERE fingerprint = :key"

_log = logging.getLogger(__name__)


async def check_keys(database: Database, cipher: Cipher, source: str, *, note: bool = True) -> None:
    """Refuse a wrong key, or one too few, at the start rather than at every message; note the key that seals from now.

    Args:
        database: migrated.
        cipher: with the keys that are at hand.
        source: where they come from.
        note: False, to look only.

    Raises:
        DataKeyError: with what to do.
    """
    async with database.transaction(write=False) as tx:
        known = await _known(tx)
    needed = set(cipher.fingerprints[:1])
    if not known:
        # Written by a version that noted no keys: which of several were used is not known.
        if await _sample_opens(database, cipher, source):
            needed = set(cipher.fingerprints)
    elif (missing := set(known) - set(cipher.fingerprints)) and not await _all_opens(database, cipher):
        raise DataKeyError(_refusal(source, is_none=missing == set(known), is_rotating=any(known.values())))
    if not note:
        return
    async with database.transaction() as tx:
        for key in sorted(set(known) - set(cipher.fingerprints)):
            await tx.execute(_DROP, {"key": key})
        for key in sorted(needed - set(known)):
            await tx.execute(_NOTE, {"key": key, "rotating": 0})
    if any(known.values()):
        _log.warning("bot rotate-key broke off before its end", extra={"action": "rotation-unfinished"})


def _refusal(source: str, *, is_none: bool, is_rotating: bool) -> str:
    lost = "If it is lost for good: bot rotate-key --give-up"
    if is_none:
        return f"The kept chats do not open with the key of {source}; put back the right one. {lost}"
    why = "bot rotate-key broke off, and" if is_rotating else "Not all is sealed with the newest key:"
    return (
        f"{why} some of what is kept still needs an older key than those of {source}. Put that key back behind the "
        f"newest one (new,old), run bot rotate-key to its end, and drop it only then. {lost}"
    )


async def begin_rotation(database: Database, cipher: Cipher) -> None:
    """Mark that everything is being sealed with the newest key."""
    async with database.transaction() as tx:
        await tx.execute(_SETTLE)
        await tx.execute(_NOTE, {"key": cipher.fingerprints[0], "rotating": 1})


async def end_rotation(database: Database, cipher: Cipher) -> None:
    """Nothing needs another key than the newest any more."""
    async with database.transaction() as tx:
        for key in await _others(tx, cipher):
            await tx.execute(_DROP, {"key": key})
        await tx.execute(_SETTLE)


async def lacks_keys(database: Database, cipher: Cipher) -> bool:
    """True where a key that a value may need is not at hand."""
    async with database.transaction(write=False) as tx:
        return not await _others(tx, cipher) <= set(cipher.fingerprints)


async def is_unfinished(database: Database, cipher: Cipher) -> bool:
    """True where a rotation to the newest key broke off, and may go on with the keys at hand."""
    async with database.transaction(write=False) as tx:
        return (await _known(tx)).get(cipher.fingerprints[0], False)


async def _known(tx: Transaction) -> dict[str, bool]:
    """The keys that are noted, and whether everything is being sealed with them."""
    return {key: bool(rotating) for key, rotating in await tx.fetch_all(_KNOWN)}


async def _others(tx: Transaction, cipher: Cipher) -> set[str]:
    return set(await _known(tx)) - {cipher.fingerprints[0]}


async def _sample_opens(database: Database, cipher: Cipher, source: str) -> bool:
    """Whether there is something sealed; one value of each column opens then, or it is refused."""
    found = False
    for column in SEALED:
        async with database.transaction(write=False) as tx:
            row = await tx.fetch_one(
                f"SELECT {column.column}, {', '.join(column.names)} FROM {column.table} "  # noqa: S608
                f"WHERE {column.column} IS NOT NULL LIMIT 1"
            )
        if row is not None:
            found = True
            try:
                cipher.open(row[0], column.of(*row[1:]))
            except SealError as error:
                raise DataKeyError(_refusal(source, is_none=True, is_rotating=False)) from error
    return found


async def _all_opens(database: Database, cipher: Cipher) -> bool:
    """Whether nothing that is kept needs the keys that are not at hand: a version that notes none may have rotated."""
    for column in SEALED:
        async for rows in batches(database, column):
            try:
                for row in rows:
                    cipher.open(row[column.column], column.of_row(row))
            except SealError:
                return False
    return True
