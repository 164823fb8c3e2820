"""What happens when she changes her message."""

from __future__ import annotations

import pytest

from bot.conversation.reply import Outcome
from tests.e2e.scripted import ScriptedConversation, reply
from tests.fake_telegram.server import FakeApi

pytestmark = pytest.mark.usefixtures("bot")


async def test_an_edit_changes_the_answer_in_place(api: FakeApi, service: ScriptedConversation) -> None:
    she = api.user(1)
    asked = await she.says("hips hrut")
    await api.replies(1)
    await she.edits(asked, "hips hurt")
    await she.caught_up()
    (sent,) = await api.replies(1)
    assert (sent.text, sent.edits) == ("heard: hips hurt", 1)
    assert service.heard[1][1].edited


async def test_an_edit_that_changes_nothing(api: FakeApi) -> None:
    she = api.user(1)
    asked = await she.says("same")
    await api.replies(1)
    await she.edits(asked, "same")
    await she.caught_up()
    assert len(await api.replies(1)) == 1


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (2, 2)])
async def test_another_number_of_parts(api: FakeApi, service: ScriptedConversation, before: int, after: int) -> None:
    service.script["a"] = reply(*(f"a{n}" for n in range(before)))
    service.script["b"] = reply(*(f"b{n}" for n in range(after)))
    she = api.user(1)
    asked = await she.says("a")
    await api.replies(before)
    await she.edits(asked, "b")
    await she.caught_up()
    sent = await api.replies(after)
    assert [s.text for s in sent] == [f"b{n}" for n in range(after)]
    (exchange,) = service.exchanges.values()
    assert exchange.replies == tuple(s.id for s in sent)


async def test_an_edit_to_an_alarm_sends_it_new(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["numb"] = reply("Call 112", outcome=Outcome.ALARM)
    she = api.user(1)
    asked = await she.says("nub")
    await api.replies(1)
    await she.edits(asked, "numb")
    first, second = await api.replies(2)
    assert (first.text, first.edits, second.text) == ("heard: nub", 0, "Call 112")


@pytest.mark.parametrize("outcome", [Outcome.ALARM, Outcome.CHECK])
async def test_an_edit_never_takes_an_alarm_back(api: FakeApi, service: ScriptedConversation, outcome: Outcome) -> None:
    service.script["numb"] = reply("Call 112", outcome=outcome)
    she = api.user(1)
    asked = await she.says("numb")
    await api.replies(1)
    await she.edits(asked, "never mind")
    first, second = await api.replies(2)
    assert (first.text, second.text) == ("Call 112", "heard: never mind")
    await she.edits(asked, "never mind at all")
    await she.caught_up()
    assert [s.text for s in await api.replies(2)] == ["Call 112", "heard: never mind at all"]


async def test_an_edit_of_something_forgotten_is_answered_new(api: FakeApi, service: ScriptedConversation) -> None:
    she = api.user(1)
    asked = await she.says("a")
    await she.caught_up()
    service.exchanges.clear()
    await she.edits(asked, "b")
    assert [s.text for s in await api.replies(2)] == ["heard: a", "heard: b"]


async def test_an_answer_that_she_deleted_is_sent_again(api: FakeApi) -> None:
    she = api.user(1)
    asked = await she.says("a")
    await she.caught_up()
    (sent,) = await api.replies(1)
    sent.deleted = True
    await she.edits(asked, "b")
    assert [s.text for s in await api.replies(1)] == ["heard: b"]
