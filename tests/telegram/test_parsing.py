"""What is read from an update."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update, User

from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.telegram.parsing import read
from tests.fake_telegram.people import MEDIA

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ME = User(4242, "Our Bot", is_bot=True, username="OurBot")
SHE = {"id": 7, "is_bot": False, "first_name": "A"}
GROUP = {"id": -1, "type": "group"}
BOT = {"id": 99, "is_bot": True, "first_name": "B"}


def update(kind: str = "message", chat: str = "private", **content: Any) -> Update:
    shown = {"message_id": 5, "date": 1, "chat": {"id": 7 if chat == "private" else -1, "type": chat}, "from": SHE}
    return Update.de_json({"update_id": 1, kind: shown | content}, None)


def heard(given: Update) -> Message | None:
    result = read(given, ME, NOW)
    return result[1] if result is not None else None


def in_private(**content: Any) -> Message | None:
    return heard(update(**content))


def in_group(**content: Any) -> Message | None:
    return heard(update(chat="supergroup", **content))


def test_whose_conversation() -> None:
    assert read(update(text="x"), ME, NOW) == (ChatKey(chat=7), Message(at=NOW, text="x"))
    given = read(update(chat="group", text="/help"), ME, NOW)
    assert given == (ChatKey(chat=-1, user=7), Message(at=NOW, command="help", group=True))


def test_an_edit() -> None:
    assert heard(update("edited_message", text="x")) == Message(at=NOW, text="x", edited=True)


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/start", "start", ""),
        ("/Start abc_-1", "start", "abc_-1"),
        ("/start -abc", "start", "-abc"),
        ("/help@OurBot", "help", ""),
        ("/help@ourbot\nline", "help", "line"),
        ("/help, my calf hurts", "help", ", my calf hurts"),
        ("/help@OtherBot I fell", "", "/help@OtherBot I fell"),
        ("/5 out of 10", "", "/5 out of 10"),
        ("a /help", "", "a /help"),
        ("/", "", "/"),
        ("@OurBot hi", "", "@OurBot hi"),
    ],
)
def test_commands_in_private(text: str, command: str, rest: str) -> None:
    assert in_private(text=text) == Message(at=NOW, command=command, text=rest)


@pytest.mark.parametrize("kind", MEDIA)
def test_attachments(kind: str) -> None:
    message = in_private(**{kind: MEDIA[kind]})
    assert message is not None
    assert message.attachment == ("other" if kind == "dice" else kind)


def test_a_caption_is_the_text() -> None:
    message = in_private(photo=MEDIA["photo"], caption="/help me")
    assert message is not None
    assert (message.command, message.text, message.attachment) == ("help", "me", "photo")


def test_what_telegram_brings_later_is_no_silence() -> None:
    assert in_private(hologram={"x": 1}) == Message(at=NOW, attachment="other")


@pytest.mark.parametrize(
    "content",
    [
        {"new_chat_title": "x"},
        {"delete_chat_photo": True},
        {"text": "answer", "via_bot": {"id": 4242, "is_bot": True, "first_name": "Our Bot"}},
        {"text": "x", "from": BOT},
    ],
)
def test_quiet_everywhere(content: dict[str, Any]) -> None:
    assert in_private(**content) is None


@pytest.mark.parametrize(
    "content",
    [
        {"text": "my back hurts"},
        {"text": "/help@OtherBot"},
        {"text": "/help@OtherBot @OurBot"},
        {"text": "/roll"},
        {"text": "mail@OurBot.example"},
        {"text": "@OurBotter hi"},
        {"photo": MEDIA["photo"]},
        {"text": "x", "reply_to_message": {"message_id": 1, "date": 1, "chat": GROUP, "from": BOT}},
    ],
)
def test_quiet_in_a_group(content: dict[str, Any]) -> None:
    assert in_group(**content) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@OurBot my back", "my back"),
        ("@ourbot, my back", "my back"),
        ("my back (@OurBot)", "my back ( )"),
        ("one\n@OurBot two", "one\n two"),
        ("@OurBot", ""),
    ],
)
def test_a_mention_is_taken_out(text: str, said: str) -> None:
    assert in_group(text=text) == Message(at=NOW, text=said, group=True)


def test_a_mention_by_name() -> None:
    entity = {"type": "text_mention", "offset": 3, "length": 7, "user": ME.to_dict()}
    assert in_group(text="🤰 Our Bot help", entities=[entity]) == Message(at=NOW, text="🤰 help", group=True)


def test_a_reply_to_us() -> None:
    ours = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "group"}, "from": ME.to_dict()}
    assert in_group(text="yes", reply_to_message=ours) == Message(at=NOW, text="yes", group=True)


def test_an_anonymous_administrator_is_heard() -> None:
    message = in_group(text="/help", **{"from": BOT, "sender_chat": {"id": -1, "type": "supergroup"}})
    assert message is not None


def test_a_long_text_is_passed_on_whole() -> None:
    message = in_private(text="x" * 9000)
    assert message is not None
    assert len(message.text) == 9000


@pytest.mark.parametrize("data", ["topic:x", ""])
def test_a_press(data: str) -> None:
    message = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}}
    query = {"id": "1", "from": SHE, "chat_instance": "1", "data": data, "message": message}
    given = read(Update.de_json({"update_id": 1, "callback_query": query}, None), ME, NOW)
    assert given == ((ChatKey(chat=7), Message(at=NOW, action=data)) if data else None)


def test_something_else() -> None:
    assert read(Update(1), ME, NOW) is None
