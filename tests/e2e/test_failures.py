"""What goes wrong with Telegram, and what she sees of it."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.reply import Block, Button, Card, Outcome, Reply
from tests.e2e.scripted import ScriptedConversation, buttons, reply
from tests.fake_telegram.server import FakeApi

pytestmark = pytest.mark.usefixtures("bot")


def actions(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [getattr(record, "action", "") for record in caplog.records if record.name.startswith("bot.")]


async def test_refused_html_is_sent_as_plain_text(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["x"] = reply("a < b")
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities", times=1)
    await api.user(1).says("x")
    (sent,) = await api.replies(1)
    assert (sent.text, "parse_mode" in sent.params) == ("a < b", False)


async def test_refused_buttons_are_left_out(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["x"] = buttons("Numb?", "Yes")
    api.refuse("sendMessage", 400, "Bad Request: BUTTON_DATA_INVALID", times=2)
    await api.user(1).says("x")
    (sent,) = await api.replies(1)
    assert (sent.text, sent.labels) == ("Numb?", [])


async def test_a_flood_wait_is_waited_out(api: FakeApi) -> None:
    api.refuse("sendMessage", 429, "Too Many Requests", times=1, parameters={"retry_after": 0.01})
    await api.user(1).says("x")
    assert [s.text for s in await api.replies(1)] == ["heard: x"]


async def test_an_alarm_in_doubt_is_sent_twice_rather_than_never(
    api: FakeApi, service: ScriptedConversation, caplog: pytest.LogCaptureFixture
) -> None:
    service.script["numb"] = reply("Call 112", outcome=Outcome.ALARM)
    api.refuse("sendMessage", 502, "Bad Gateway", times=1, effect=True)
    await api.user(1).says("numb")
    assert [s.text for s in await api.replies(2)] == ["Call 112", "Call 112"]
    await api.user(1).caught_up()
    assert "send-in-doubt" in actions(caplog)
    assert len(service.exchanges) == 1


async def test_a_group_that_became_a_supergroup(api: FakeApi) -> None:
    api.refuse("sendMessage", 400, "Bad Request: upgraded", times=1, parameters={"migrate_to_chat_id": -1009})
    await api.group(-9).user(1).says("@OurBot x")
    (sent,) = await api.replies(1)
    assert sent.chat == -1009


@pytest.mark.parametrize(
    ("code", "description", "calls"),
    [(403, "Forbidden: bot was blocked by the user", 1), (400, "Bad Request: chat not found", 1)],
)
async def test_a_chat_that_cannot_be_reached_is_given_up(
    api: FakeApi, caplog: pytest.LogCaptureFixture, code: int, description: str, calls: int
) -> None:
    api.refuse("sendMessage", code, description, times=1)
    await api.user(1).says("x")
    await api.user(1).caught_up()
    assert len(await api.called("sendMessage")) == calls
    await api.user(2).says("y")
    assert [s.chat for s in await api.replies(1)] == [2]
    assert {"chat-unreachable", "send-refused"} & set(actions(caplog))


async def test_our_own_mistake_is_answered_and_logged_without_her_words(
    api: FakeApi, service: ScriptedConversation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    service.script["secret words"] = ValueError("secret words")
    await api.user(1).says("secret words")
    assert [s.text for s in await api.replies(1)] == [service.texts.failed]
    assert "handler-failed" in actions(caplog)
    assert "secret words" not in caplog.text


async def test_a_press_that_fails_is_answered(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["x"] = buttons("Numb?", "Yes")
    service.script["yes"] = ValueError("no")
    await api.user(1).says("x")
    await api.replies(1)
    answer = await api.answered(await api.user(1).presses("Yes"))
    assert answer["text"] == service.texts.failed


async def test_a_press_too_old_to_be_answered_still_works(
    api: FakeApi, service: ScriptedConversation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    service.script["x"] = buttons("Which?", "A")
    api.refuse("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    await api.user(1).says("x")
    await api.replies(1)
    await api.user(1).presses("A")
    assert (await api.replies(2))[1].text == "heard: a"
    await api.until(lambda: "press-unanswered" in actions(caplog), lambda: "the log line")


async def test_a_card_with_an_impossible_button_is_shown_without(
    api: FakeApi, service: ScriptedConversation, caplog: pytest.LogCaptureFixture
) -> None:
    card = Card(blocks=(Block(text="Call 112"),), buttons=((Button(label="x", action="x" * 65),),))
    service.script["numb"] = Reply(outcome=Outcome.ALARM, cards=(card,))
    await api.user(1).says("numb")
    (sent,) = await api.replies(1)
    assert (sent.text, sent.labels) == ("Call 112", [])
    assert "render-failed" in actions(caplog)


async def test_two_waiting_chats_do_not_hold_each_other(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["bad"] = RuntimeError("x")
    await asyncio.gather(api.user(1).says("bad"), api.user(2).says("good"))
    assert {s.text for s in await api.replies(2)} == {service.texts.failed, "heard: good"}
