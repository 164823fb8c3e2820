"""The conversation with its memory, also when that fails."""

from __future__ import annotations

import logging

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import NOTHING_KEPT, ChatKey, Kept
from bot.conversation.reply import Outcome
from bot.conversation.service import ConversationService
from bot.conversation.state import ChatState, Exchange
from bot.errors import StoreError
from bot.store.memory import MemoryStore
from tests.conversation.chats import NOON, text_of

KEY = ChatKey(chat=1)
NUMB = "i cant feel my legs"


class FailingStore(MemoryStore):
    """Fails in the methods named."""

    def __init__(self, *failing: str, error: Exception | None = None) -> None:
        super().__init__(clock=NOON.timestamp)
        self.failing = failing
        self.error = error or StoreError("The disk is full.")

    def _may(self, name: str) -> None:
        if name in self.failing:
            raise self.error

    async def load(self, key: ChatKey) -> ChatState:
        self._may("load")
        return await super().load(key)

    async def save(self, key: ChatKey, state: ChatState, kept: Kept = NOTHING_KEPT) -> None:
        self._may("save")
        await super().save(key, state, kept)

    async def forget(self, chat: int) -> None:
        self._may("forget")
        await super().forget(chat)


def said(text: str = "", **more: str) -> Message:
    return Message(at=NOON, text=text, **more)  # type: ignore[arg-type]


@pytest.fixture
def store() -> FailingStore:
    return FailingStore()


@pytest.fixture
def service(conversation: Conversation, store: FailingStore) -> ConversationService:
    return ConversationService(conversation, store)


async def test_it_remembers(service: ConversationService, store: FailingStore) -> None:
    assert len((await service.handle(KEY, said("does relaxin cause the pain"))).cards) == 2
    assert (await service.handle(KEY, said("tell me more"))).topics == ("relaxin-myth",)
    await service.handle(KEY, said(action="rate:lifting:1"))
    assert [f.topic for _, f in store.ratings] == ["lifting"]


@pytest.mark.parametrize("error", [StoreError("The disk is full."), RuntimeError("a bug")])
@pytest.mark.parametrize("failing", [("load",), ("save",), ("load", "save", "forget")])
async def test_while_the_store_fails(
    service: ConversationService,
    store: FailingStore,
    failing: tuple[str, ...],
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store.failing, store.error = failing, error
    assert (await service.handle(KEY, said(NUMB))).outcome is Outcome.ALARM
    assert (await service.handle(KEY, said("how do i lift"))).topics[0] == "lifting"
    assert (await service.handle(KEY, said(action="rate:lifting:1"))).notice
    assert NUMB not in caplog.text
    assert {getattr(r, "action", "") for r in caplog.records} & {"store-load-failed", "store-save-failed"}


async def test_forget(service: ConversationService, store: FailingStore) -> None:
    await service.handle(KEY, said("how do i lift"))
    await service.handle(KEY, said(command="forget"))
    assert "deleted" in text_of(await service.handle(KEY, said(action="forget:yes")))
    await service.remember_exchange(KEY, Exchange(asked=1, replies=(2,), safety=False))
    assert await store.load(KEY) == ChatState()
    assert not store._contexts
    assert not store._profiles


@pytest.mark.parametrize("failing", ["load", "forget"])
async def test_forget_says_that_it_failed(service: ConversationService, store: FailingStore, failing: str) -> None:
    await service.handle(KEY, said("how do i lift"))
    await service.handle(KEY, said(command="forget"))
    store.failing = (failing,)
    assert "could not delete it" in text_of(await service.handle(KEY, said(action="forget:yes")))


@pytest.mark.parametrize(
    ("message", "outcome"),
    [(said(NUMB), Outcome.ALARM), (said("38.6"), Outcome.ALARM), (said("how do i lift"), Outcome.FALLBACK),
     (said(action="topics"), Outcome.FALLBACK)],
)  # fmt: skip
async def test_when_the_conversation_fails(
    service: ConversationService, monkeypatch: pytest.MonkeyPatch, message: Message, outcome: Outcome,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(service.conversation, "respond", broken)
    reply = await service.handle(KEY, message)
    assert reply.outcome is outcome
    assert "112" in text_of(reply)
    assert "respond-failed" in {getattr(r, "action", "") for r in caplog.records}


async def test_when_triage_fails_too(service: ConversationService, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(service.conversation.understanding, "triage", broken)
    assert text_of(await service.handle(KEY, said(NUMB))) == service.conversation.texts.seek_help.strip()
    assert service.suggest(NUMB).open_bot


async def test_exchanges(service: ConversationService, store: FailingStore) -> None:
    exchange = Exchange(asked=5, replies=(6, 7), safety=False)
    await service.handle(KEY, said("how do i lift"))
    await service.remember_exchange(KEY, exchange)
    assert await service.earlier_exchange(KEY, 5) == exchange
    assert await service.earlier_exchange(KEY, 6) is None
    store.failing = ("load",)
    await service.remember_exchange(KEY, exchange)
    assert await service.earlier_exchange(KEY, 5) is None


def test_inline(service: ConversationService) -> None:
    assert service.suggest("relaxin").articles[0].id in ("relaxin", "relaxin-myth")
    assert len(service.suggest("").articles) == 5
    for flagged in (NUMB, "38.6"):
        (only,) = service.suggest(flagged).articles
        assert service.suggest(flagged).open_bot
        assert "112" in only.card.blocks[0].text
    assert service.suggest("jeg har vondt i ryggen etter fødselen").articles == ()


def test_a_log_line_holds_no_word_of_hers(service: ConversationService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service.suggest(NUMB)
    assert NUMB not in caplog.text
