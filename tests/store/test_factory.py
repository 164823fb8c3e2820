"""From settings to storage that is ready."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.conversation.ports import ChatKey
from bot.conversation.state import ChatState, Context, Profile, Stage
from bot.errors import SchemaError, StoreError
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import RetentionTimes, StorageSettings
from bot.store.chats import ChatStore
from bot.store.factory import check_place, open_cipher, open_storage, rotate_keys
from bot.store.sealed_columns import CONTEXT

HER = ChatKey(chat=1)
STATE = ChatState(profile=Profile(stage=Stage.PREGNANT), context=Context(topic="relaxin"))
POSTGRES = DatabaseUrl.parse("postgresql://bot:hunter2@127.0.0.1:1/bot")


@pytest.fixture
def places(tmp_path: Path) -> StorageSettings:
    """A SQLite file and a key file, neither of which is there."""
    file = tmp_path / "data" / "bot.sqlite3"
    return StorageSettings(database_url=DatabaseUrl.of_file(file), key_file=tmp_path / "config" / "data.key")


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing_yet(request: pytest.FixtureRequest, places: StorageSettings, key: str) -> StorageSettings:
    """A database without tables, on each engine."""
    if request.param == "sqlite":
        return places
    url = DatabaseUrl.parse(request.getfixturevalue("empty_postgres"))
    return replace(places, database_url=url, data_keys=(key,))


async def open_store(
    places: StorageSettings, *, upgrade: bool = True, clock: Callable[[], float] = time.time
) -> ChatStore:
    """The chats alone."""
    return (await open_storage(places, RetentionTimes(), upgrade=upgrade, clock=clock)).chats


async def save_and_close(store: ChatStore) -> None:
    await store.save(HER, STATE)
    await store.close()


async def test_the_first_start_makes_it_and_the_second_finds_it_all(nothing_yet: StorageSettings) -> None:
    await save_and_close(await open_store(nothing_yet))
    storage = await open_storage(nothing_yet, RetentionTimes(), upgrade=False)
    assert await storage.chats.load(HER) == STATE
    async with storage.database.transaction(write=False) as tx:
        row = await tx.fetch_one("SELECT body FROM context")
    assert row is not None
    assert storage.cipher.open(row[0], CONTEXT.of(HER.chat, HER.user))
    await storage.chats.close()


async def test_an_old_schema_is_refused_where_it_may_not_be_changed(nothing_yet: StorageSettings) -> None:
    with pytest.raises(SchemaError, match="bot migrate"):
        await open_store(nothing_yet, upgrade=False)


async def test_a_lost_key_is_told_at_start(places: StorageSettings) -> None:
    await save_and_close(await open_store(places))
    places.key_file.unlink()
    with pytest.raises(StoreError, match=r"data\.key; put back the right one"):
        await open_store(places)


async def test_another_key_is_told_at_start(database_url: str, places: StorageSettings, key: str) -> None:
    places = replace(places, database_url=DatabaseUrl.parse(database_url))
    await save_and_close(await open_store(replace(places, data_keys=(key,))))
    other = key[:-2] + "o="
    with pytest.raises(StoreError, match="DATA_KEY; put back the right one"):
        await open_store(replace(places, data_keys=(other,)))


async def test_a_given_key_makes_no_file(places: StorageSettings, key: str) -> None:
    await save_and_close(await open_store(replace(places, data_keys=(key,))))
    assert not places.key_file.parent.exists()


async def test_postgresql_needs_a_given_key(places: StorageSettings) -> None:
    with pytest.raises(StoreError, match="DATA_KEY must be set") as caught:
        await open_store(replace(places, database_url=POSTGRES))
    assert not places.key_file.exists()
    assert "hunter2" not in str(caught.value)


async def test_a_host_that_wipes_its_disk(places: StorageSettings, key: str) -> None:
    with pytest.raises(StoreError, match="ALLOW_EPHEMERAL_SQLITE=true"):
        await open_store(replace(places, ephemeral_disk=True))
    places = replace(places, ephemeral_disk=True, allow_ephemeral_sqlite=True)
    with pytest.raises(StoreError, match="DATA_KEY must be set"):
        await open_store(places)
    assert not places.key_file.exists()
    store = await open_store(replace(places, data_keys=(key,)))
    await store.close()


def test_postgresql_does_where_the_disk_is_wiped(places: StorageSettings, key: str) -> None:
    places = replace(places, database_url=POSTGRES, data_keys=(key,), ephemeral_disk=True)
    check_place(places)
    open_cipher(places)


async def test_a_new_key_in_front_of_the_old_one(database_url: str, places: StorageSettings, key: str) -> None:
    places = replace(places, database_url=DatabaseUrl.parse(database_url))
    new = Fernet.generate_key().decode()
    await save_and_close(await open_store(replace(places, data_keys=(key,))))
    assert await rotate_keys(replace(places, data_keys=(new, key))) == 2
    store = await open_store(replace(places, data_keys=(new,)))
    assert await store.load(HER) == STATE
    await store.close()


async def test_several_keys_in_the_key_file(places: StorageSettings) -> None:
    await save_and_close(await open_store(places))
    file, new = places.key_file, Fernet.generate_key().decode()
    file.write_text(f"{new}\n{file.read_text()}\n")
    assert await rotate_keys(places) == 2
    file.write_text(new)
    store = await open_store(places)
    assert await store.load(HER) == STATE
    await store.close()


async def test_a_server_that_is_not_there(places: StorageSettings, key: str) -> None:
    with pytest.raises(StoreError) as caught:
        await open_store(replace(places, database_url=POSTGRES, data_keys=(key,)))
    assert "hunter2" not in str(caught.value)


async def test_context_past_its_time_is_deleted_at_start(database_url: str, places: StorageSettings, key: str) -> None:
    places = replace(places, database_url=DatabaseUrl.parse(database_url), data_keys=(key,))
    await save_and_close(await open_store(places, clock=lambda: 0.0))
    store = await open_store(places)
    assert await store.purge(2**40) == 0
    assert await store.load(HER) == ChatState(profile=STATE.profile)
    await store.close()


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[None]:
    tmp_path.chmod(0o500)
    yield
    tmp_path.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.usefixtures("read_only")
async def test_a_folder_that_may_not_be_written(places: StorageSettings) -> None:
    with pytest.raises(StoreError):
        await open_store(places)
