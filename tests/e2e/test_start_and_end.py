"""How the bot starts, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal

import pytest

from bot.errors import TelegramSetupError
from bot.telegram.bot_profile import COMMANDS
from tests.e2e.conftest import Start
from tests.e2e.scripted import SET_UP, ScriptedConversation
from tests.fake_telegram.server import TOKEN, FakeApi


async def ends(task: asyncio.Task[None]) -> str:
    """The error with which the bot ends."""
    task.expected = True  # type: ignore[attr-defined]
    with pytest.raises(TelegramSetupError) as caught:
        await asyncio.wait_for(task, 3)
    assert TOKEN not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


async def test_the_menu_and_the_descriptions_are_set(api: FakeApi, start: Start) -> None:
    await start()
    await api.called("setMyShortDescription")
    await api.called("getUpdates")
    assert [c["command"] for c in api.profile["commands"]] == list(COMMANDS)
    in_groups = [c["command"] for c in api.profile["commands of all_group_chats"]]
    assert in_groups == ["topics", "help", "about", "privacy"]
    assert api.profile["description"] == SET_UP.description
    assert api.profile["short_description"] == SET_UP.short_description


async def test_updates_are_asked_for_by_name(api: FakeApi, start: Start) -> None:
    await start()
    (call, *_) = await api.called("getUpdates")
    assert json.loads(call["allowed_updates"]) == [
        "message", "edited_message", "callback_query", "inline_query", "my_chat_member",
    ]  # fmt: skip


async def test_a_refused_set_up_is_logged_and_changes_nothing(
    api: FakeApi, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        api.refuse(method, 400, "Bad Request: no")
    await start()
    await api.called("setMyShortDescription")
    await api.user(1).says("x")
    await api.replies(1)
    refused = [r for r in caplog.records if getattr(r, "action", "") == "set-up-refused"]
    assert len(refused) == 4


async def test_an_unreachable_api_is_tried_again_until_it_comes_up(
    idle_api: FakeApi, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    await start()

    def tries() -> list[str]:
        records = [r for r in caplog.records if getattr(r, "action", "") == "telegram-unreachable"]
        return [r.getMessage().rsplit("in ", 1)[1] for r in records]

    await idle_api.until(lambda: len(tries()) >= 3, lambda: "three tries")
    assert tries()[:3] == ["0.05 s", "0.10 s", "0.20 s"]
    assert TOKEN not in caplog.text
    await idle_api.start()
    await idle_api.user(1).says("x")
    await idle_api.replies(1)


async def test_ending_while_the_api_is_unreachable(start: Start) -> None:
    task = await start()
    await asyncio.sleep(0.05)
    assert not task.done()  # the fixture ends it and fails where it does not end


async def test_a_wrong_token_ends_the_program_with_one_line(api: FakeApi, start: Start) -> None:
    line = await ends(await start(token="1:wrong"))
    assert "token was refused" in line
    assert "\n" not in line
    assert "1:wrong" not in line


async def test_a_token_revoked_while_polling_ends_the_program(
    api: FakeApi, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.reachability.REFUSED_S", 0.5)
    task = await start()
    await api.called("getUpdates")
    await api.revoke()
    assert "token was refused" in await ends(task)


async def test_no_token(start: Start) -> None:
    assert "TELEGRAM_BOT_TOKEN is empty" in await ends(await start(token=""))


async def test_an_address_that_is_none(start: Start) -> None:
    assert "TELEGRAM_API_URL" in await ends(await start(url="api.example"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_after_what_was_received_is_answered(
    api: FakeApi, start: Start, service: ScriptedConversation, number: signal.Signals
) -> None:
    service.delays["slow"] = 0.1
    task = await start()
    await api.user(1).says("slow")
    await api.until(lambda: service.heard, lambda: "the message to be heard")
    os.kill(os.getpid(), number)
    await asyncio.wait_for(task, 3)
    assert [s.text for s in await api.replies(1)] == ["heard: slow"]
    confirmed = int((await api.called("getUpdates"))[-1]["offset"])
    assert confirmed > 0
