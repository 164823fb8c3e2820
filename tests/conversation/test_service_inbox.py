"""The session when what it answers lies in the inbox: what the store does not take is answered later, in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import NOTHING_KEPT, ChatKey, Kept
from bot.conversation.reply import Outcome, Reply
from bot.conversation.service import ConversationService, UnkeptError
from bot.conversation.state import ChatState, Exchange
from bot.errors import StoreError
from bot.factory import build_conversation
from bot.store.memory import MemoryStore

KEY = ChatKey(chat=1)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Store(MemoryStore):
    """Fails when told to; notes what it is given."""

    def __init__(self) -> None:
        super().__init__(clock=NOW.timestamp)
        self.fails: set[str] = set()
        self.kept: list[Kept] = []
        self.loads = 0

    async def load(self, key: ChatKey) -> ChatState:
        self.loads += 1
        if "load" in self.fails:
            raise StoreError
        return await super().load(key)

    async def save(self, key: ChatKey, state: ChatState, kept: Kept = NOTHING_KEPT) -> None:
        if "save" in self.fails:
            raise StoreError
        self.kept.append(kept)
        await super().save(key, state, replace(kept))


@pytest.fixture(scope="module")
def conversation() -> Conversation:
    return build_conversation()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def service(conversation: Conversation, store: Store) -> ConversationService:
    return ConversationService(conversation, store)


def said(text: str, **more: Any) -> Message:
    return Message(at=NOW, text=text, **more)


def words(reply: Reply) -> str:
    return " ".join(block.text for card in reply.cards for block in card.blocks)


async def test_the_reply_is_kept_with_the_update(service: ConversationService, store: Store) -> None:
    reply = await service.handle(KEY, said("how do i lift"), 5)
    assert [(kept.update, kept.reply) for kept in store.kept] == [(5, reply)]


@pytest.mark.parametrize("fails", ["load", "save"])
async def test_while_the_store_fails_there_is_something_to_say(
    service: ConversationService, store: Store, fails: str
) -> None:
    store.fails.add(fails)
    with pytest.raises(UnkeptError) as caught:
        await service.handle(KEY, said("how do i lift"), 5)
    assert words(caught.value.instead) == service.conversation.texts.seek_help.strip()
    with pytest.raises(UnkeptError) as caught:
        await service.handle(KEY, said("i cant feel my legs"), 6)
    assert caught.value.instead.outcome is Outcome.ALARM
    store.fails.clear()
    assert (await service.handle(KEY, said("how do i lift"), 5)).topics[0] == "lifting"


async def test_the_yes_to_a_check_is_an_alarm_without_any_memory(service: ConversationService) -> None:
    assert service.meanwhile(said("", action="check:fever-back-pain:yes")).outcome is Outcome.ALARM
    assert service.meanwhile(said("38.6 and my back hurts")).is_safety


async def test_a_failure_of_ours_is_no_failure_of_the_store(
    service: ConversationService, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("how do i lift")

    monkeypatch.setattr(service.conversation, "respond", fail)
    reply = await service.handle(KEY, said("how do i lift"), 5)
    assert words(reply) == service.conversation.texts.seek_help.strip()
    assert words(service.meanwhile(said("x"))) == service.conversation.texts.seek_help.strip()
    assert (await service.watch(KEY, said("i cant feel my legs"), 6) or Reply(outcome=Outcome.ANSWER)).is_safety
    assert "how do i lift" not in caplog.text


async def test_watching_says_only_what_is_about_safety(service: ConversationService, store: Store) -> None:
    assert await service.watch(KEY, said("how do i lift"), 5) is None
    assert store.kept == []
    check = await service.watch(KEY, said("38.6"), 6)
    assert check is not None
    assert check.outcome is Outcome.CHECK
    assert await service.watch(KEY, said("", action="check:fever-back-pain:no"), 7) is not None, "the check is closed"
    store.fails.add("save")
    with pytest.raises(UnkeptError):
        await service.watch(KEY, said("i cant feel my legs"), 8)


async def test_what_was_sent_is_noted_without_loading_again(service: ConversationService, store: Store) -> None:
    exchange = Exchange(asked=5, replies=(6, 7), safety=False)
    await service.handle(KEY, said("how do i lift"), 5)
    loads = store.loads
    await service.remember_exchange(KEY, exchange)
    assert store.loads == loads
    assert await service.earlier_exchange(KEY, 5) == exchange


async def test_a_forgotten_chat_stays_forgotten(service: ConversationService, store: Store) -> None:
    await service.handle(KEY, said("how do i lift"), 5)
    await service.handle(KEY, Message(at=NOW, command="forget"), 6)
    reply = await service.handle(KEY, said("yes"), 7)
    assert "deleted" in words(reply)
    await service.remember_exchange(KEY, Exchange(asked=5, replies=(6,), safety=False))
    assert await store.load(KEY) == ChatState()
