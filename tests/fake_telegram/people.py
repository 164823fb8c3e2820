"""The people of the fake Bot API: they write, edit, press buttons and send pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fake_telegram.methods import SendResult
    from tests.fake_telegram.server import FakeApi

MEDIA: dict[str, Any] = {
    "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}],
    "voice": {"file_id": "f", "file_unique_id": "u", "duration": 1},
    "sticker": {
        "file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False,
        "is_video": False,
    },
    "document": {"file_id": "f", "file_unique_id": "u"},
    "video": {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1},
    "location": {"latitude": 1.0, "longitude": 1.0},
    "contact": {"phone_number": "1", "first_name": "A"},
    "dice": {"emoji": "x", "value": 1},
}  # fmt: skip


@dataclass
class Room:
    """A chat."""

    number: int
    kind: str
    api: FakeApi | None = None

    def user(self, number: int) -> Person:
        assert self.api is not None
        return Person(self.api, number, self)

    @property
    def chat(self) -> dict[str, Any]:
        return {"id": self.number, "type": self.kind}


class Person:
    """Somebody in a chat. Every method returns when the update waits for the bot."""

    def __init__(self, api: FakeApi, number: int, room: Room, **more: str) -> None:
        """Arguments: more, of what Telegram tells about her: `language_code`, ..."""
        self.api = api
        self.room = room
        self.who = {"id": number, "is_bot": False, "first_name": f"Person {number}", **more}

    async def says(self, text: str, *, to: SendResult | None = None, **more: Any) -> int:
        """Write a text, in answer to a message or not; returns the message's id."""
        return self.writes(text, to=to, **more)

    def writes(self, text: str, *, to: SendResult | None = None, **more: Any) -> int:
        """See `says`; for those who do not wait."""
        return self._message({"text": text, "entities": _entities(text), **more}, to)

    async def sends(self, kind: str, caption: str = "", **more: Any) -> int:
        """Send a photo, a voice message, ..."""
        content: dict[str, Any] = {kind: MEDIA[kind], **more}
        if caption:
            content |= {"caption": caption, "caption_entities": _entities(caption)}
        return self._message(content, None)

    async def edits(self, message: int, text: str) -> None:
        """Change a message written before."""
        shown = self.api.messages[self.room.number, message]
        shown |= {"text": text, "entities": _entities(text), "edit_date": 1_800_000_001}
        await self.api.push("edited_message", shown)

    async def presses(self, label: str) -> str:
        """Press the latest button with that label in the chat; returns the query's id."""
        for sent in reversed(self.api.sent):
            for button in (b for row in sent.keyboard for b in row):
                if sent.chat == self.room.number and not sent.deleted and button["text"] == label:
                    return await self.presses_data(button["callback_data"], sent)
        raise AssertionError(f"no button {label!r}")

    async def presses_data(self, data: str | None, sent: SendResult | None, **more: Any) -> str:
        """Press a button by what is behind it, whether it still stands or not."""
        query = f"q{self.api.next_id()}"
        content: dict[str, Any] = {"id": query, "from": self.who, "chat_instance": "1", **more}
        if data is not None:
            content["data"] = data
        if sent is not None and "message" not in more:
            content["message"] = self.api.messages[sent.chat, sent.id]
        await self.api.push("callback_query", content)
        return query

    async def types(self, query: str) -> str:
        """Type behind the bot's name in some chat; returns the query's id."""
        number = f"i{self.api.next_id()}"
        await self.api.push("inline_query", {"id": number, "from": self.who, "query": query, "offset": ""})
        return number

    async def blocks(self) -> None:
        """Block the bot."""
        await self._membership("member", "kicked")

    async def comes_back(self) -> None:
        """Let the bot in again."""
        await self._membership("kicked", "member")

    async def _membership(self, old: str, new: str) -> None:
        bot = {"id": 4242, "is_bot": True, "first_name": "Our Bot"}
        more = {"kicked": {"until_date": 0}}
        await self.api.push(
            "my_chat_member",
            {
                "chat": self.room.chat, "from": self.who, "date": 1_800_000_000,
                "old_chat_member": {"user": bot, "status": old, **more.get(old, {})},
                "new_chat_member": {"user": bot, "status": new, **more.get(new, {})},
            },
        )  # fmt: skip

    async def caught_up(self) -> None:
        """When everything before in this chat is handled: a press that means nothing has been answered after it."""
        nothing = {"chat": self.room.chat, "message_id": 1, "date": 0}
        await self.api.answered(await self.presses_data(None, None, message=nothing, game_short_name="g"))

    def _message(self, content: dict[str, Any], to: SendResult | None) -> int:
        number = self.api.next_id()
        shown = {"message_id": number, "date": 1_800_000_000, "chat": self.room.chat, "from": self.who, **content}
        if to is not None:
            shown["reply_to_message"] = self.api.messages[to.chat, to.id]
        self.api.messages[self.room.number, number] = shown
        self.api.post("message", shown)
        return number


def _entities(text: str) -> list[dict[str, Any]]:
    """Commands and mentions, as Telegram marks them; offsets in UTF-16 units."""

    def entity(kind: str, found: re.Match[str]) -> dict[str, Any]:
        before, inside = text[: found.start()], found[0]
        units = [len(part.encode("utf-16-le")) // 2 for part in (before, inside)]
        return {"type": kind, "offset": units[0], "length": units[1]}

    commands = [entity("bot_command", m) for m in re.finditer(r"(?<!\S)/\w+(@\w+)?", text)]
    return commands + [entity("mention", m) for m in re.finditer(r"(?<!\S)@\w+", text)]
