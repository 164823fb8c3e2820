"""From settings to a store that is ready."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.ports import ChatKey
from bot.conversation.state import ChatState, Context, Profile, Stage
from bot.errors import SchemaError, StoreError
from bot.store.chats import ChatStore
from bot.store.opening import open_store

HER = ChatKey(chat=1)
STATE = ChatState(profile=Profile(stage=Stage.PREGNANT), context=Context(topic="relaxin"))


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Any]:
    return {
        "url": f"sqlite:///{tmp_path / 'data' / 'bot.sqlite3'}",
        "key_file": tmp_path / "config" / "data.key",
        "data_keys": (),
        "context_hours": 24,
    }


async def save_and_close(store: ChatStore) -> None:
    await store.save(HER, STATE)
    await store.close()


async def test_the_first_start_needs_nothing_and_the_second_finds_it_all(places: dict[str, Any]) -> None:
    await save_and_close(await open_store(**places))
    store = await open_store(**places, upgrade=False)
    assert await store.load(HER) == STATE
    await store.close()


async def test_an_old_schema_is_refused_where_it_may_not_be_changed(places: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="bot migrate"):
        await open_store(**places, upgrade=False)


async def test_a_lost_key_is_told_at_start(places: dict[str, Any]) -> None:
    await save_and_close(await open_store(**places))
    places["key_file"].unlink()
    with pytest.raises(StoreError, match=r"data\.key; put back the right one"):
        await open_store(**places)


async def test_a_given_key_makes_no_file(places: dict[str, Any], key: str) -> None:
    await save_and_close(await open_store(**{**places, "data_keys": (key,)}))
    assert not places["key_file"].parent.exists()


async def test_context_past_its_time_is_deleted_at_start(places: dict[str, Any]) -> None:
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
