"""Inline mode."""

from __future__ import annotations

import json

import pytest

from bot.conversation.reply import Block, Button, Card
from bot.conversation.suggestions import Article, Suggestions
from tests.e2e.scripted import ScriptedConversation
from tests.fake_telegram.server import FakeApi

pytestmark = pytest.mark.usefixtures("bot")


def article(name: str, text: str = "Answer & more") -> Article:
    row = (Button(label="More", action="more"), Button(label="Open", deep_link="go"))
    return Article(id=name, title=name, description="d", card=Card(blocks=(Block(text=text),), buttons=(row,)))


async def test_articles_carry_only_buttons_that_need_no_chat(api: FakeApi, service: ScriptedConversation) -> None:
    service.suggestions = Suggestions(articles=(article("a"), article("b", "long " * 3000)))
    query = await api.user(1).types("relaxin")
    await api.answered(query)
    first, second = api.lists[query]
    assert first["input_message_content"]["message_text"] == "Answer &amp; more"
    assert [b["text"] for b in first["reply_markup"]["inline_keyboard"][0]] == ["Open"]
    assert len(second["input_message_content"]["message_text"]) <= 4096


async def test_more_than_fifty_are_cut(api: FakeApi, service: ScriptedConversation) -> None:
    service.suggestions = Suggestions(articles=tuple(article(str(n)) for n in range(60)))
    query = await api.user(1).types("x")
    await api.answered(query)
    assert len(api.lists[query]) == 50


async def test_a_flag_leads_to_the_private_chat(api: FakeApi, service: ScriptedConversation) -> None:
    service.suggestions = Suggestions(articles=(article("open"),), open_bot="Open the bot")
    query = await api.user(1).types("I cannot feel my legs")
    answer = await api.answered(query)
    assert json.loads(answer["button"]) == {"text": "Open the bot", "start_parameter": "inline"}
    assert [r["id"] for r in api.lists[query]] == ["open"]


async def test_nothing_found(api: FakeApi) -> None:
    query = await api.user(1).types("zzz")
    await api.answered(query)
    assert api.lists[query] == []


async def test_a_query_too_old_is_only_noted(api: FakeApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bot")
    api.refuse("answerInlineQuery", 400, "Bad Request: query is too old", times=1)
    await api.user(1).types("a")
    await api.called("answerInlineQuery")
    await api.answered(await api.user(1).types("b"))
    await api.until(
        lambda: "inline-unanswered" in {getattr(r, "action", "") for r in caplog.records}, lambda: "the log line"
    )
