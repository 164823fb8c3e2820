"""Updates of any kind and form: each is dealt with, none stops the others."""

from __future__ import annotations

import asyncio
import copy
import json
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import User

from bot.telegram.chat_queue import MOST_WAITING
from bot.telegram.dispatcher import Dispatcher
from bot.telegram.flood_control import FloodControl
from bot.telegram.handlers import Handlers
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.raw_updates import is_sound
from bot.telegram.sender import RetryingSender
from bot.updates import ReceivedUpdate
from tests.e2e.scripted import ScriptedConversation
from tests.fake_telegram.people import MEDIA

SHE = {"id": 7, "is_bot": False, "first_name": "A"}
ME = {"id": 4242, "is_bot": True, "first_name": "Our Bot", "username": "OurBot"}
PRIVATE, GROUP = {"id": 7, "type": "private"}, {"id": -1001, "type": "supergroup", "title": "G", "is_forum": True}
ENTITY = {"type": "text_mention", "offset": 0, "length": 2, "user": ME}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_800_000_000, "chat": PRIVATE, "from": SHE, **content}


QUERY = {"id": "1", "from": SHE, "chat_instance": "1"}
MEMBER = {"chat": PRIVATE, "from": SHE, "date": 1, "old_chat_member": {"user": ME, "status": "member"}}
OLD = {"chat": PRIVATE, "message_id": 1, "date": 0}
UPDATES: list[dict[str, Any]] = [
    {"message": message(text="/help@OurBot me", entities=[{"type": "bot_command", "offset": 0, "length": 12}])},
    {"message": message(text="@OurBot hi", chat=GROUP, entities=[ENTITY], is_topic_message=True, message_thread_id=3)},
    {"message": message(text="x", chat=GROUP, reply_to_message=message(**{"from": ME}, text="y"))},
    {"edited_message": message(text="x", edit_date=1_800_000_001)},
    *({"message": message(**{kind: content}, caption="c")} for kind, content in MEDIA.items()),
    {"message": message(chat=GROUP, migrate_to_chat_id=-1005)},
    {"message": message(chat=GROUP, new_chat_members=[SHE], sender_chat=GROUP)},
    {"message": message(pinned_message=OLD)},
    {"callback_query": {**QUERY, "data": "x", "message": message(**{"from": ME}, text="y")}},
    {"callback_query": {**QUERY, "data": "x", "message": OLD}},
    {"callback_query": {**QUERY, "data": "x", "inline_message_id": "m"}},
    {"callback_query": {**QUERY, "game_short_name": "g", "message": message(text="y")}},
    {"inline_query": {"id": "2", "from": SHE, "query": "relaxin", "offset": ""}},
    {"my_chat_member": {**MEMBER, "new_chat_member": {"user": ME, "status": "kicked", "until_date": 0}}},
    {"my_chat_member": {**MEMBER, "new_chat_member": {"user": ME, "status": "left"}}},
    {"channel_post": message(text="x", chat={"id": -9, "type": "channel", "title": "C"})},
    {"message_reaction": {"chat": PRIVATE, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}},
    {"poll": {"id": "1", "question": "q"}},
    {"chat_join_request": {"chat": GROUP, "from": SHE, "user_chat_id": 7, "date": 1}},
    {"something_new": {"chat": PRIVATE}},
]

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9), st.just([]), st.just({}),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(["\ud800", "\x00", "<b>&", "💜" * 5000, "</b><script>", "99999999999999999999"]),
)  # fmt: skip


@st.composite
def updates(draw: st.DrawFn) -> Any:
    """An update that Telegram documents, with some of its values replaced or taken away."""
    update = copy.deepcopy(draw(st.sampled_from(UPDATES)))
    for _ in range(draw(st.integers(0, 3))):
        at: Any = update
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(at[key], dict | list) and at[key] and draw(st.integers(0, 3)):
                at = at[key]
                continue
            if isinstance(at, dict) and draw(st.booleans()):
                del at[key]
            else:
                at[key] = draw(ODD)
            break
    return update


class Kept:
    """An inbox that keeps in memory which updates are done."""

    def __init__(self) -> None:
        self.left: set[int] = set()

    async def add(self, updates: list[ReceivedUpdate], *, claim: bool = True) -> frozenset[int]:
        assert claim
        for update in updates:
            json.dumps(update.payload)
            assert update.chat is None or -(2**63) <= update.chat < 2**63
        self.left |= {u.update for u in updates}
        return frozenset(u.update for u in updates)

    async def done(self, updates: list[int]) -> None:
        self.left -= set(updates)

    async def let_go(self) -> None:
        """Nothing to let go of."""


class FakeBot:
    """Takes every call."""

    username = "OurBot"
    bot = User.de_json(ME, None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        async def call(*_: Any, **__: Any) -> Any:
            return SimpleNamespace(message_id=9)

        return call


async def handled(found: list[Any]) -> None:
    inbox: Any = Kept()
    bot: Any = FakeBot()
    bot.defaults = None
    service = ScriptedConversation()
    handlers = Handlers(service, bot, RetryingSender(bot, rate_limiter=RateLimiter(rate=0)), flood=FloodControl(None))
    receiver = Dispatcher(inbox, handlers, bot, most=MOST_WAITING)
    receiver.open()
    await receiver.receive(
        [{**update, "update_id": n} if isinstance(update, dict) else update for n, update in enumerate(found)]
    )
    async with asyncio.timeout(20):
        while inbox.left:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert receiver.waiting == 0
    await receiver.close(1)


def test_every_kind_is_dealt_with() -> None:
    asyncio.run(handled(UPDATES))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 9).flatmap(lambda n: updates() if n else ODD), min_size=1, max_size=20))
def test_whatever_comes(found: list[Any]) -> None:
    asyncio.run(handled(found))


def test_what_telegram_documents_is_sound() -> None:
    assert [update for update in UPDATES if not is_sound(update)] == []
