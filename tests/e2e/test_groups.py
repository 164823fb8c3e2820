"""Groups: quiet unless spoken to, and everybody's buttons are her own."""

from __future__ import annotations

import pytest

from tests.e2e.scripted import ScriptedConversation, buttons, reply
from tests.fake_telegram.server import FakeApi

pytestmark = pytest.mark.usefixtures("bot")
GROUP = -1001


async def test_quiet_unless_spoken_to(api: FakeApi, service: ScriptedConversation) -> None:
    she = api.group(GROUP).user(1)
    for text in ("my back hurts", "/help@OtherBot", "/roll", "@OtherBot hi", "mail@OurBot.org"):
        await she.says(text)
    await she.sends("photo")
    await she.caught_up()
    assert (service.heard, api.sent) == ([], [])


async def test_a_mention_is_answered_as_a_reply(api: FakeApi, service: ScriptedConversation) -> None:
    asked = await api.group(GROUP).user(1).says("Hey @ourbot, my back hurts")
    (sent,) = await api.replies(1, GROUP)
    key, message = service.heard[0]
    assert (key.chat, key.user, message.text, message.group) == (GROUP, 1, "Hey my back hurts", True)
    assert sent.reply_to == asked


async def test_a_reply_to_the_bot_is_heard_and_one_to_others_is_not(
    api: FakeApi, service: ScriptedConversation
) -> None:
    she = api.group(GROUP).user(1)
    await she.says("@OurBot one")
    (sent,) = await api.replies(1)
    await api.group(GROUP).user(2).says("and me", to=sent)
    await api.replies(2)
    assert [(key.user, message.text) for key, message in service.heard] == [(1, "one"), (2, "and me")]


@pytest.mark.parametrize("text", ["/help@OurBot me", "/help me"])
async def test_a_command_for_us(api: FakeApi, service: ScriptedConversation, text: str) -> None:
    await api.group(GROUP).user(1).says(text)
    await api.replies(1)
    assert (service.heard[0][1].command, service.heard[0][1].text) == ("help", "me")


async def test_a_photo_whose_caption_mentions_us(api: FakeApi, service: ScriptedConversation) -> None:
    await api.group(GROUP).user(1).sends("photo", "@OurBot is that a rash")
    await api.replies(1)
    assert service.heard[0][1].text == "is that a rash"


async def test_somebody_elses_button_does_nothing(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["x"] = buttons("Numb?", "Yes")
    service.script["yes"] = reply("Call 112", remove_buttons=True)
    group = api.group(GROUP)
    await group.user(1).says("@OurBot x")
    await api.replies(1)
    answer = await api.answered(await group.user(2).presses("Yes"))
    assert (answer["text"], answer["show_alert"]) == (service.texts.not_yours, "true")
    assert len(service.heard) == 1
    assert (await api.replies(1))[0].labels == ["Yes"]


async def test_her_own_button_works_and_the_answer_still_is_hers(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["x"] = buttons("Which?", "A")
    service.script["a"] = buttons("Answer", "B")
    group = api.group(GROUP)
    asked = await group.user(1).says("@OurBot x")
    await api.replies(1)
    await api.answered(await group.user(1).presses("A"))
    _, second = await api.replies(2)
    assert second.reply_to == asked
    answer = await api.answered(await group.user(2).presses("B"))
    assert answer["text"] == service.texts.not_yours


async def test_each_person_has_her_own_conversation(api: FakeApi, service: ScriptedConversation) -> None:
    group = api.group(GROUP)
    await group.user(1).says("@OurBot one")
    await group.user(2).says("@OurBot two")
    await api.replies(2)
    assert [key.user for key, _ in service.heard] == [1, 2]
