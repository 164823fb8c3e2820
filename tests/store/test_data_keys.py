"""The keys that a database needs are noted in it: a start with another one, or one too few, is refused."""

from __future__ import annotations

import asyncio

import pytest
from cryptography.fernet import Fernet

from bot.errors import StoreError, StoreSetupError
from bot.runtime.jobs import finishing_rotation
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.data_keys import check_keys, is_unfinished
from bot.store.database import Database
from bot.store.rotate import rotate
from tests.store.filling import fill

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
SOURCE = "DATA_KEY"


async def check(database: Database, *keys: str) -> None:
    await check_keys(database, Cipher(keys), SOURCE)


async def noted(database: Database) -> dict[str, int]:
    names = dict(zip(Cipher([OLD, NEW, OTHER]).fingerprints, ("old", "new", "other"), strict=True))
    async with database.transaction(write=False) as tx:
        return {names[key]: rotating for key, rotating in await tx.fetch_all("SELECT * FROM data_keys")}


async def half_rotated(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chats sealed with the old key, of which a rotation that broke off has changed some."""
    for chat in range(1, 6):
        await fill(database, Cipher([OLD]), chat)
    await check(database, OLD)
    await check(database, NEW, OLD)
    left = 7

    def resealed(self: Cipher, *arguments: object) -> bytes | None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return original(self, *arguments)  # type: ignore[arg-type]

    original = Cipher.resealed
    with monkeypatch.context() as patch:
        patch.setattr(Cipher, "resealed", resealed)
        with pytest.raises(KeyboardInterrupt):
            await rotate(database, Cipher([NEW, OLD]))


async def test_a_key_is_noted_before_it_seals(database: Database) -> None:
    await check(database, OLD)
    assert await noted(database) == {"old": 0}
    await check(database, NEW, OLD)
    assert await noted(database) == {"old": 0, "new": 0}


async def test_a_database_of_another_key_is_refused(database: Database) -> None:
    await check(database, OLD)
    await fill(database, Cipher([OLD]), 1)
    with pytest.raises(StoreSetupError, match="DATA_KEY; put back the right one"):
        await check(database, NEW)
    assert await noted(database) == {"old": 0}
    await check(database, OLD)


async def test_a_database_that_holds_nothing_takes_another_key(database: Database) -> None:
    await check(database, OLD)
    await check(database, NEW)
    assert await noted(database) == {"new": 0}


async def test_an_older_database_is_tried_and_then_noted(database: Database) -> None:
    await fill(database, Cipher([OLD]), 1)
    with pytest.raises(StoreSetupError, match="put back the right one"):
        await check(database, NEW)
    assert await noted(database) == {}
    await check(database, OLD)
    assert await noted(database) == {"old": 0}


async def test_which_keys_an_older_database_needs_is_not_known(database: Database) -> None:
    await fill(database, Cipher([OLD]), 1)
    await check(database, NEW, OLD)
    assert await noted(database) == {"old": 0, "new": 0}
    with pytest.raises(StoreSetupError, match="older key"):
        await check(database, NEW)


async def test_a_rotation_by_a_version_that_notes_nothing_is_found_out(database: Database) -> None:
    await check(database, OLD)
    await fill(database, Cipher([NEW]), 1)
    await check(database, NEW)
    assert await noted(database) == {"new": 0}


async def test_a_key_that_was_taken_away_after_it_sealed_is_missed(database: Database) -> None:
    await check(database, OLD)
    await check(database, NEW, OLD)
    await fill(database, Cipher([NEW]), 1)
    with pytest.raises(StoreSetupError, match="some of what is kept"):
        await check(database, OLD)


async def test_after_a_rotation_only_the_newest_is_needed(database: Database) -> None:
    await check(database, OLD)
    await fill(database, Cipher([OLD]), 1)
    await rotate(database, Cipher([NEW, OLD]))
    assert await noted(database) == {"new": 0}
    await check(database, NEW)


async def test_a_rotation_that_broke_off_is_seen_at_the_start_and_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await half_rotated(database, monkeypatch)
    assert await noted(database) == {"old": 0, "new": 1}
    await check(database, NEW, OLD)
    assert [record.action for record in caplog.records] == ["rotation-unfinished"]  # type: ignore[attr-defined]
    assert await is_unfinished(database, Cipher([NEW, OLD]))
    assert not await is_unfinished(database, Cipher([OLD, NEW]))
    await finishing_rotation(database, Cipher([NEW, OLD]), first_look_s=0)(asyncio.Event())
    assert await noted(database) == {"new": 0}
    await check(database, NEW)


async def test_a_half_rotated_database_without_its_old_key_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await half_rotated(database, monkeypatch)
    with pytest.raises(StoreSetupError, match=r"rotate-key broke off.*Put that key back.*--give-up"):
        await check(database, NEW)
    with pytest.raises(StoreSetupError, match="rotate-key broke off"):
        await check(database, OLD)
    with pytest.raises(StoreError, match="need a key that is not at hand"):
        await rotate(database, Cipher([NEW]))
    assert await noted(database) == {"old": 0, "new": 1}
    assert await rotate(database, Cipher([NEW, OLD])) > 0
    await check(database, NEW)


async def test_a_key_that_is_lost_for_good_is_given_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await half_rotated(database, monkeypatch)
    await rotate(database, Cipher([NEW]), give_up=True)
    assert await noted(database) == {"new": 0}
    await check(database, NEW)
    told = await ChatStore(database, Cipher([NEW]), context_hours=24).export(5)
    assert "key that is lost" in str(told)


async def test_a_damaged_value_does_not_bind_to_an_old_key(database: Database) -> None:
    await check(database, OLD)
    await fill(database, Cipher([OLD]), 1)
    async with database.transaction() as tx:
        await tx.execute("UPDATE walks SET body = :body", {"body": b"damaged"})
    with pytest.raises(StoreError, match="1 values open with none"):
        await rotate(database, Cipher([NEW, OLD]))
    assert await noted(database) == {"new": 0}
    await check(database, NEW)
