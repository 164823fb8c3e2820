"""Private chats, from her message to what she sees."""

from __future__ import annotations

import pytest

from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card, Outcome, Reply
from tests.e2e.scripted import ScriptedConversation, buttons, reply
from tests.fake_telegram.server import FakeApi

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_message_is_answered(api: FakeApi) -> None:
    await api.user(1).says("hello")
    (sent,) = await api.replies(1)
    assert (sent.chat, sent.text, sent.reply_to) == (1, "heard: hello", None)


async def test_a_deep_link_is_the_command_start_with_a_payload(api: FakeApi, service: ScriptedConversation) -> None:
    await api.user(1).says("/start topic-walking")
    await api.replies(1)
    (_, message) = service.heard[0]
    assert (message.command, message.text) == ("start", "topic-walking")


async def test_blocks_look_as_they_should_and_html_is_only_text(api: FakeApi, service: ScriptedConversation) -> None:
    nasty = '</b><script>x</script> & <a href="http://evil">'
    blocks = (
        Block(kind=BlockKind.TITLE, text=nasty),
        Block(kind=BlockKind.TIPS, items=("one <1>", "two & 2")),
        Block(kind=BlockKind.NOTE, text="<i>"),
    )
    service.script["x"] = Reply(outcome=Outcome.ANSWER, cards=(Card(blocks=blocks),))
    await api.user(1).says("x")
    (sent,) = await api.replies(1)
    assert sent.text == f"{nasty}\n\n• one <1>\n• two & 2\n\n<i>"
    assert sent.params["parse_mode"] == "HTML"
    assert sent.html.startswith("<b>&lt;/b&gt;")


async def test_a_long_answer_comes_in_parts_with_the_buttons_on_the_last(
    api: FakeApi, service: ScriptedConversation
) -> None:
    text = "\n\n".join(f"{n} " + "wörter 🤰 " * 150 for n in range(8))
    card = Card(blocks=(Block(text=text),), buttons=((Button(label="More", action="more"),),))
    service.script["x"] = Reply(outcome=Outcome.ANSWER, cards=(card,))
    await api.user(1).says("x")
    sent = await api.replies(4)
    assert [s.labels for s in sent] == [[]] * (len(sent) - 1) + [["More"]]
    assert "".join("".join(s.text.split()) for s in sent) == "".join(text.split())


async def test_every_kind_of_button(api: FakeApi, service: ScriptedConversation) -> None:
    row = (
        Button(label="Yes", action="yes", style=ButtonStyle.DANGER),
        Button(label="In private", deep_link="go"),
        Button(label="Copy", copy="+44 123"),
    )
    service.script["x"] = Reply(outcome=Outcome.ANSWER, cards=(Card(blocks=(Block(text="t"),), buttons=(row,)),))
    await api.user(1).says("x")
    (sent,) = await api.replies(1)
    assert sent.keyboard == [
        [
            {"text": "Yes", "callback_data": "yes", "style": "danger"},
            {"text": "In private", "url": "https://t.me/OurBot?start=go"},
            {"text": "Copy", "copy_text": {"text": "+44 123"}},
        ]
    ]


async def test_a_press_is_handled_and_answered_with_the_notice(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["x"] = buttons("Helpful?", "Yes", "No")
    service.script["yes"] = Reply(outcome=Outcome.ANSWER, notice="Thank you" * 40, remove_buttons=True)
    she = api.user(1)
    await she.says("x")
    await api.replies(1)
    answer = await api.answered(await she.presses("Yes"))
    assert answer["text"] == ("Thank you" * 40)[:200]
    (sent,) = await api.replies(1)
    assert sent.labels == []


async def test_a_card_that_replaces_edits_the_message_and_keeps_the_rest_new(
    api: FakeApi, service: ScriptedConversation
) -> None:
    service.script["x"] = buttons("short", "More")
    service.script["more"] = reply("short and more", "and a second", replace=True)
    she = api.user(1)
    await she.says("x")
    await api.replies(1)
    await api.answered(await she.presses("More"))
    first, second = await api.replies(2)
    assert (first.text, first.edits, first.labels) == ("short and more", 1, [])
    assert second.text == "and a second"


async def test_a_double_press_is_answered_twice_and_shown_once(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["x"] = buttons("short", "More")
    service.script["more"] = reply("short and more", replace=True)
    she = api.user(1)
    await she.says("x")
    (sent,) = await api.replies(1)
    queries = [await she.presses_data("more", sent), await she.presses_data("more", sent)]
    for query in queries:
        await api.answered(query)
    (sent,) = await api.replies(1)
    assert (sent.text, sent.edits) == ("short and more", 1)


async def test_a_replacement_of_a_message_that_is_gone_is_sent_new(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["x"] = buttons("short", "More")
    service.script["more"] = reply("more", replace=True, remove_buttons=True)
    she = api.user(1)
    await she.says("x")
    (sent,) = await api.replies(1)
    sent.deleted = True
    assert "text" not in await api.answered(await she.presses_data("more", sent))
    assert [s.text for s in await api.replies(1)] == ["more"]


async def test_a_button_of_a_message_too_old_to_be_changed_works(api: FakeApi, service: ScriptedConversation) -> None:
    service.script["more"] = reply("more", replace=True, remove_buttons=True)
    old = {"chat": {"id": 1, "type": "private"}, "message_id": 77, "date": 0}
    await api.answered(await api.user(1).presses_data("more", None, message=old))
    assert [s.text for s in await api.replies(1)] == ["more"]
    assert not any(name.startswith("edit") for name, _ in api.calls)


async def test_an_alarm_after_a_press_is_a_new_message_before_anything_else(
    api: FakeApi, service: ScriptedConversation
) -> None:
    service.script["x"] = buttons("Is it numb?", "Yes")
    service.script["yes"] = reply("Call 112", outcome=Outcome.ALARM, replace=True, remove_buttons=True)
    she = api.user(1)
    await she.says("x")
    await api.replies(1)
    await api.answered(await she.presses("Yes"))
    question, alarm = await api.replies(2)
    assert (question.text, question.labels, alarm.text) == ("Is it numb?", [], "Call 112")
    names = [name for name, _ in api.calls if name in ("sendMessage", "editMessageReplyMarkup", "answerCallbackQuery")]
    assert names == ["sendMessage", "sendMessage", "editMessageReplyMarkup", "answerCallbackQuery"]


async def test_a_button_without_data_is_answered(api: FakeApi, service: ScriptedConversation) -> None:
    await api.user(1).says("x")
    (sent,) = await api.replies(1)
    answer = await api.answered(await api.user(1).presses_data(None, sent, game_short_name="g"))
    assert answer["text"] == service.texts.too_old
    assert len(service.heard) == 1


async def test_a_button_under_an_inline_message_is_answered_politely(
    api: FakeApi, service: ScriptedConversation
) -> None:
    answer = await api.answered(await api.user(1).presses_data("x", None, inline_message_id="abc"))
    assert (answer["text"], answer["show_alert"]) == (service.texts.inline_button, "true")
    assert service.heard == []


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "document", "video", "location", "contact"])
async def test_media_without_words(api: FakeApi, service: ScriptedConversation, kind: str) -> None:
    await api.user(1).sends(kind)
    assert [s.text for s in await api.replies(1)] == [f"heard: {kind}"]
    assert service.heard[0][1].attachment == kind


@pytest.mark.parametrize("caption", ["my scar is red", ""])
async def test_an_album_is_answered_once(api: FakeApi, service: ScriptedConversation, caption: str) -> None:
    she = api.user(1)
    await she.sends("photo", caption, media_group_id="7")
    for _ in range(4):
        await she.sends("photo", media_group_id="7")
    await she.caught_up()
    assert [s.text for s in await api.replies(1)] == [f"heard: {caption or 'photo'}"]
    await she.sends("photo", media_group_id="8")
    assert len(await api.replies(2)) == 2


async def test_media_with_a_caption(api: FakeApi, service: ScriptedConversation) -> None:
    await api.user(1).sends("photo", "my calf is swollen")
    assert [s.text for s in await api.replies(1)] == ["heard: my calf is swollen"]
    assert service.heard[0][1].attachment == "photo"


async def test_one_chat_is_answered_in_order_and_others_do_not_wait(
    api: FakeApi, service: ScriptedConversation
) -> None:
    service.delays["slow"] = 0.2
    await api.user(1).says("slow")
    await api.user(1).says("fast")
    await api.user(2).says("other")
    await api.replies(3)
    assert service.finished == ["other", "slow", "fast"]


async def test_being_blocked_is_only_noted(api: FakeApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bot")
    await api.user(1).blocks()
    await api.user(1).caught_up()
    (record,) = [r for r in caplog.records if getattr(r, "action", "") == "membership"]
    assert "member -> kicked" in record.getMessage()
    assert api.sent == []
