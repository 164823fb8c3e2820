"""From settings to storage that is ready."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.conversation.ports import ChatKey
from bot.conversation.state import ChatState, Context, Profile, Stage
from bot.errors import SchemaError, StoreError
from bot.store.chats import ChatStore
from bot.store.factory import check_place, open_cipher, open_database, open_storage, open_store, rotate_keys

HER = ChatKey(chat=1)
STATE = ChatState(profile=Profile(stage=Stage.PREGNANT), context=Context(topic="relaxin"))
POSTGRES = "postgresql://bot:hunter2@127.0.0.1:1/bot"


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Any]:
    """A SQLite file and a key file, neither of which is there."""
    return {
        "url": f"sqlite:///{tmp_path / 'data' / 'bot.sqlite3'}",
        "key_file": tmp_path / "config" / "data.key",
        "data_keys": (),
        "context_hours": 24,
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing_yet(request: pytest.FixtureRequest, places: dict[str, Any], key: str) -> dict[str, Any]:
    """A database without tables, on each engine."""
    if request.param == "sqlite":
        return places
    return {**places, "url": request.getfixturevalue("empty_postgres"), "data_keys": (key,)}


async def save_and_close(store: ChatStore) -> None:
    await store.save(HER, STATE)
    await store.close()


async def test_the_first_start_makes_it_and_the_second_finds_it_all(nothing_yet: dict[str, Any]) -> None:
    await save_and_close(await open_store(**nothing_yet))
    storage = await open_storage(**nothing_yet, upgrade=False)
    assert await storage.chats.load(HER) == STATE
    async with storage.database.transaction(write=False) as tx:
        row = await tx.fetch_one("SELECT body FROM context")
    assert row is not None
    assert storage.cipher.open(row[0])
    await storage.chats.close()


async def test_an_old_schema_is_refused_where_it_may_not_be_changed(nothing_yet: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="bot migrate"):
        await open_store(**nothing_yet, upgrade=False)


async def test_a_lost_key_is_told_at_start(places: dict[str, Any]) -> None:
    await save_and_close(await open_store(**places))
    places["key_file"].unlink()
    with pytest.raises(StoreError, match=r"data\.key; put back the right one"):
        await open_store(**places)


async def test_another_key_is_told_at_start(database_url: str, places: dict[str, Any], key: str) -> None:
    await save_and_close(await open_store(**{**places, "url": database_url, "data_keys": (key,)}))
    other = key[:-2] + "o="
    with pytest.raises(StoreError, match="DATA_KEY; put back the right one"):
        await open_store(**{**places, "url": database_url, "data_keys": (other,)})


async def test_a_given_key_makes_no_file(places: dict[str, Any], key: str) -> None:
    await save_and_close(await open_store(**{**places, "data_keys": (key,)}))
    assert not places["key_file"].parent.exists()


async def test_postgresql_needs_a_given_key(places: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="DATA_KEY must be set") as caught:
        await open_store(**{**places, "url": POSTGRES})
    assert not places["key_file"].exists()
    assert "hunter2" not in str(caught.value)


async def test_a_host_that_wipes_its_disk(places: dict[str, Any], key: str) -> None:
    with pytest.raises(StoreError, match="ALLOW_EPHEMERAL_SQLITE=true"):
        await open_store(**places, ephemeral=True)
    with pytest.raises(StoreError, match="DATA_KEY must be set"):
        await open_store(**places, ephemeral=True, allow_ephemeral_sqlite=True)
    assert not places["key_file"].exists()
    store = await open_store(**{**places, "data_keys": (key,)}, ephemeral=True, allow_ephemeral_sqlite=True)
    await store.close()


def test_postgresql_does_where_the_disk_is_wiped(key: str, tmp_path: Path) -> None:
    check_place(POSTGRES, ephemeral=True, allow_ephemeral_sqlite=False)
    open_cipher(POSTGRES, data_keys=(key,), key_file=tmp_path / "none", ephemeral=True)


async def test_a_new_key_in_front_of_the_old_one(database_url: str, places: dict[str, Any], key: str) -> None:
    places = {**places, "url": database_url}
    new, keys = Fernet.generate_key().decode(), {"url": database_url, "key_file": places["key_file"]}
    await save_and_close(await open_store(**{**places, "data_keys": (key,)}))
    assert await rotate_keys(**keys, data_keys=(new, key)) == 2
    store = await open_store(**{**places, "data_keys": (new,)})
    assert await store.load(HER) == STATE
    await store.close()


async def test_several_keys_in_the_key_file(places: dict[str, Any]) -> None:
    await save_and_close(await open_store(**places))
    file, new = places["key_file"], Fernet.generate_key().decode()
    file.write_text(f"{new}\n{file.read_text()}\n")
    assert await rotate_keys(places["url"], data_keys=(), key_file=file) == 2
    file.write_text(new)
    store = await open_store(**places)
    assert await store.load(HER) == STATE
    await store.close()


@pytest.mark.parametrize("url", ["mysql://bot:hunter2@db/bot", "postgresql://bot:hunter2@db"])
async def test_what_is_no_address(url: str, places: dict[str, Any]) -> None:
    for open_it in (
        lambda: open_database(url),
        lambda: check_place(url, ephemeral=False, allow_ephemeral_sqlite=False),
    ):
        with pytest.raises(StoreError, match="allowed is") as caught:
            open_it()
        assert "hunter2" not in str(caught.value)
    with pytest.raises(StoreError, match="allowed is"):
        await open_store(**{**places, "url": url})


async def test_a_server_that_is_not_there(places: dict[str, Any], key: str) -> None:
    with pytest.raises(StoreError) as caught:
        await open_store(**{**places, "url": POSTGRES, "data_keys": (key,)})
    assert "hunter2" not in str(caught.value)


async def test_context_past_its_time_is_deleted_at_start(database_url: str, places: dict[str, Any], key: str) -> None:
    places = {**places, "url": database_url, "data_keys": (key,)}
    await save_and_close(await open_store(**places, clock=lambda: 0.0))
    store = await open_store(**places)
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
async def test_a_folder_that_may_not_be_written(places: dict[str, Any]) -> None:
    with pytest.raises(StoreError):
        await open_store(**places)
