"""The whole bot but Telegram: the real conversation and a real database, talked to over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest

from bot.conversation.dialogue import Conversation
from bot.factory import build_conversation
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import RetentionTimes, StorageSettings
from bot.store.chats import ChatStore
from bot.store.factory import open_storage
from bot.telegram.conversation_service import TelegramConversationService
from tests.fake_telegram.server import FakeApi

GROUP = -1001


@cache
def real_conversation() -> Conversation:
    return build_conversation()


async def open_real_store(folder: Path) -> ChatStore:
    settings = StorageSettings(
        database_url=DatabaseUrl.of_file(folder / "data" / "bot.sqlite3"), key_file=folder / "keys" / "data.key"
    )
    return (await open_storage(settings, RetentionTimes())).chats


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ChatStore]:
    opened = await open_real_store(tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
def service(store: ChatStore) -> TelegramConversationService:
    return TelegramConversationService(real_conversation(), store)


pytestmark = pytest.mark.usefixtures("bot")


async def test_talk(api: FakeApi) -> None:
    she = api.user(1)
    await she.says("/start")
    opening, welcome = await api.replies(2)
    assert "nobody watches this chat" in opening.text
    assert "Ease the pain" in welcome.labels
    await she.says("how do i lift")
    answer = (await api.replies(4))[2]
    assert answer.text.startswith("How do I lift without hurting my back?\n\n")
    await api.answered(await she.presses("Tell me more"))
    assert len(await api.replies(5)) == 5


async def test_a_second_tap_brings_nothing_new(api: FakeApi) -> None:
    she = api.user(1)
    await she.says("/start lifting")
    _, answer = await api.replies(2)
    for press in [await she.presses("Tell me more") for _ in range(2)]:
        await api.answered(press)
    await she.caught_up()
    *_, more, offer = await api.replies(4)
    assert len(api.sent) == 4
    assert more.text != answer.text
    assert offer.labels[0] == "Yes, ask me"


async def test_buttons_pressed_twice(api: FakeApi) -> None:
    she = api.user(1)
    await she.says("38.6")
    (check,) = await api.replies(1)
    assert check.labels == ["Yes", "Not sure", "No"]
    for _ in range(2):
        await api.answered(await she.presses_data("check:fever-back-pain:no", check))
    assert [s.text for s in (await api.replies(3))[2:]] == [
        "Thank you. Then let us go on.\n\nWhat would you like to know?"
    ]
    assert check.labels == []
    await api.answered(await she.presses_data("check:fever-back-pain:yes", check))
    assert "Phone your maternity unit" in (await api.replies(4))[-1].text


async def test_a_rating_pressed_twice(api: FakeApi) -> None:
    she = api.user(1)
    await she.says("/start lifting")
    _, answer = await api.replies(2)
    for _ in range(2):
        shown = await api.answered(await she.presses_data("rate:lifting:1", answer))
        assert shown["text"].startswith("Thank you")
    assert "Not really" not in answer.labels
    assert "Tell me more" in answer.labels
    assert len(await api.replies(2)) == 2


async def test_the_menu_is_one_message(api: FakeApi) -> None:
    she = api.user(1)
    await she.says("/topics")
    _, menu = await api.replies(2)
    await api.answered(await she.presses("Ease the pain"))
    assert menu.labels[-1] == "Back"
    await api.answered(await she.presses("Back"))
    assert (len(await api.replies(2)), menu.labels[0], menu.edits) == (2, "Understand the pain", 2)


async def test_a_deep_link(api: FakeApi) -> None:
    await api.user(1).says("/start relaxin-myth")
    opening, answer = await api.replies(2)
    assert "not a doctor" in opening.text
    assert "Does relaxin cause the pain?" in answer.text


async def test_inline(api: FakeApi) -> None:
    query = await api.user(1).types("relaxin")
    await api.answered(query)
    assert {r["id"] for r in api.lists[query]} & {"relaxin", "relaxin-myth"}
    flagged = await api.user(1).types("i cant feel my legs")
    answer = await api.answered(flagged)
    assert len(api.lists[flagged]) == 1
    assert json.loads(answer["button"])["start_parameter"] == "inline"


async def test_an_edit(api: FakeApi) -> None:
    she = api.user(1)
    asked = await she.says("how do i lift")
    await api.replies(2)
    await she.edits(asked, "how do i sleep")
    await she.caught_up()
    opening, answer = await api.replies(2)
    assert "nobody watches this chat" in opening.text
    assert opening.edits == 0
    assert len([name for name, _ in api.calls if name == "editMessageText"]) == 1
    assert answer.text.startswith("How should I lie and sleep?")
    await she.edits(asked, "i cant feel my legs")
    alarm = (await api.replies(3))[-1]
    assert "112" in alarm.text
    await she.edits(asked, "how do i lift")
    *others, last = await api.replies(4)
    assert last.text.startswith("How do I lift")
    assert sum("nobody watches this chat" in sent.text for sent in others) == 1
    assert "112" in alarm.text
    assert not alarm.deleted


async def test_a_group(api: FakeApi) -> None:
    she = api.group(GROUP).user(1)
    await she.says("how do i lift")
    await she.says("@OurBot I want to kill myself")
    (sent,) = await api.replies(1, GROUP)
    assert "Write to me alone" in sent.text
    assert sent.keyboard[0][0]["url"].endswith("?start=alone")


async def test_a_restart_keeps_the_profile_and_the_open_check(
    api: FakeApi, tmp_path: Path, service: TelegramConversationService
) -> None:
    she = api.user(1)
    await she.says("/start settings")
    await api.replies(2)
    for label in ("Change my country", "Norway"):
        await api.answered(await she.presses(label))
    await she.says("38.6")
    check = (await api.replies(4))[-1]
    again = await open_real_store(tmp_path)
    try:
        service._store = again
        await she.says("a bit")
        alarm = (await api.replies(5))[-1]
    finally:
        await again.close()
    assert "(Norway)" in check.text
    assert "Phone your maternity unit" in alarm.text
    assert "113" in alarm.text


async def test_forget(api: FakeApi, store: ChatStore, tmp_path: Path) -> None:
    she = api.user(1)
    await she.says("how do i lift")
    await she.says("/forget")
    await api.replies(3)
    await she.says("yes")
    await she.caught_up()
    assert "deleted" in (await api.replies(4))[-1].text
    async with store._database.transaction(write=False) as tx:
        for table in ("chats", "context", "feedback"):
            assert await tx.fetch_one(f"SELECT 1 FROM {table}") is None


async def test_nobody_waits_for_a_store_that_fails(
    api: FakeApi, service: TelegramConversationService, store: ChatStore
) -> None:
    await store._database.close()
    await api.user(1).says("i cant feel my legs")
    assert "112" in (await api.replies(1))[0].text
