"""The engine with the real conversation: what she says and what comes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.conversation.service import ConversationService
from bot.factory import build_conversation
from tests.reminders.world import World


@pytest.fixture(scope="module")
def conversation() -> Conversation:
    return build_conversation()


class Talk:
    """Her chat, with reminders every day at ten."""

    def __init__(self, world: World, conversation: Conversation) -> None:
        self.world, self.session = world, ConversationService(conversation, world.chats)
        assert conversation.composer
        world.sender._composer = conversation.composer
        self.last = Reply(outcome=None)  # type: ignore[arg-type]

    async def says(self, text: str = "", action: str = "") -> None:
        message = Message(at=datetime.fromtimestamp(self.world.now, UTC), text=text, action=action)
        self.last = await self.session.handle(ChatKey(chat=1), message)

    async def presses(self, start: str) -> None:
        """The first button below the last message whose action begins so."""
        buttons = [b.action for card in self.last.cards for row in card.buttons for b in row]
        await self.says(action=next(action for action in buttons if action.startswith(start)))

    async def gets(self, at: str) -> bool:
        """Whether a reminder comes by then."""
        before = len(self.world.posted)
        await self.world.at(at)
        if got := len(self.world.posted) > before:
            self.last = self.world.postman.posts[-1][1]
        return got

    async def set_up(self) -> None:
        await self.says("remind me to walk every day at 10")
        for step in ("walk:a:safety:no",):
            await self.presses(step)
        await self.says("oslo")
        await self.presses("walk:a:confirm:yes")


@pytest.fixture
async def talk(world: World, conversation: Conversation) -> Talk:
    talk = Talk(world, conversation)
    await talk.set_up()
    return talk


async def test_later_and_then_done_ends_the_day(talk: Talk) -> None:
    assert not await talk.gets("2026-11-24 09:59")
    assert await talk.gets("2026-11-24 10:06")
    await talk.presses("walk:later")
    await talk.presses("walk:later")
    assert await talk.gets("2026-11-24 10:45")
    await talk.presses("walk:done")
    await talk.says("2")
    assert not await talk.gets("2026-11-24 20:00")
    assert await talk.gets("2026-11-25 10:06")
    (walk,) = (await talk.world.chats.load(ChatKey(chat=1))).book.walks
    assert (walk.done, walk.pain) == (True, 2)


async def test_not_today_stop_and_undo(talk: Talk) -> None:
    assert await talk.gets("2026-11-24 10:06")
    await talk.presses("walk:not-today")
    assert not await talk.gets("2026-11-24 12:00")
    assert await talk.gets("2026-11-25 10:06")
    await talk.presses("walk:stop")
    assert not await talk.gets("2026-11-26 10:06")
    await talk.presses("walk:on")
    assert await talk.gets("2026-11-27 10:06")


async def test_an_alarm_the_evening_before_holds_the_walk(talk: Talk) -> None:
    await talk.gets("2026-11-24 18:00")
    await talk.says("i cant feel my legs")
    assert not await talk.gets("2026-11-25 10:06")
    await talk.says(action="walk:again")
    assert await talk.gets("2026-11-26 10:06")


async def test_five_without_an_answer(talk: Talk) -> None:
    for day in range(24, 30):
        assert await talk.gets(f"2026-11-{day} 10:06")
    assert not await talk.gets("2026-11-30 10:06")
    assert len(talk.world.posted) == 6
