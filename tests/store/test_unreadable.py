"""A value that does not open costs that value, and not the chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from cryptography.fernet import Fernet

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey, Kept
from bot.conversation.reply import Outcome
from bot.conversation.service import ConversationService
from bot.conversation.state import ChatState, Context, Profile, Stage
from bot.schedule.model import Care, Hold, PutReminder, RecordWalk, Reminder, SetCare, SetZone
from bot.schedule.plan_model import Walk
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.data_export import NAMES
from bot.store.database import Database
from bot.store.reminders import UNREADABLE_CARE
from tests.store.filling import TABLES, counts, fill

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HER = ChatKey(chat=7)
LOST = Fernet.generate_key().decode()
STATE = ChatState(profile=Profile(stage=Stage.PREGNANT, country="NO"), context=Context(topic="relaxin"))
WALKS = (
    SetZone("Europe/Oslo"),
    PutReminder(Reminder(no=1, at=time(10))),
    RecordWalk(1, Walk(at=1, day=date(2026, 11, 20), minutes=10)),
    SetCare(Care(needs_clearance=False)),
)

Open = Callable[[str], ChatStore]


@pytest.fixture
def opened(database: Database) -> Open:
    return lambda key: ChatStore(database, Cipher([key]), context_hours=24, clock=NOW.timestamp)


@pytest.fixture
async def store(opened: Open, key: str) -> ChatStore:
    """Nothing of hers opens with the key of this store."""
    await opened(LOST).save(HER, STATE, Kept(walks=WALKS))
    return opened(key)


@pytest.fixture
def service(store: ChatStore, conversation: Conversation) -> ConversationService:
    return ConversationService(conversation, store)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.action for record in caplog.records]  # type: ignore[attr-defined]


async def test_what_is_not_sealed_is_known_and_her_walks_are_held(store: ChatStore) -> None:
    state = await store.load(HER)
    assert state.profile == Profile(country="NO")
    assert state.context == Context()
    assert (state.book.zone, [r.no for r in state.book.reminders], state.book.walks) == ("Europe/Oslo", [1], ())
    assert (state.book.care.hold, state.book.care.needs_clearance) == (Hold.ALARM, None)


async def test_it_is_logged_once_a_chat_and_not_as_an_outage(
    store: ChatStore, service: ConversationService, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        await store.load(HER)
    await service.handle(HER, Message(at=NOW, text="how do i lift"), update=1)
    assert logged(caplog) == ["value-unreadable"]
    for column in ("chats.profile", "chats.care", "walks.body", "context.body"):
        assert column in caplog.text


async def test_the_conversation_goes_on_and_is_kept(store: ChatStore, service: ConversationService) -> None:
    reply = await service.handle(HER, Message(at=NOW, text="how do i lift"), update=1)
    assert reply.outcome is Outcome.ANSWER
    state = await store.load(HER)
    assert state.context.topic == "lifting"
    assert state.profile.greeted


async def test_an_alarm_comes(service: ConversationService) -> None:
    reply = await service.handle(HER, Message(at=NOW, text="i cannot feel my legs and i wet myself"), update=1)
    assert reply.outcome is Outcome.ALARM


async def test_her_walks_go_on_when_she_says_so(store: ChatStore, service: ConversationService) -> None:
    await service.handle(HER, Message(at=NOW, action="walk:again"), update=1)
    book = (await store.load(HER)).book
    assert book.care.hold is Hold.NONE
    assert book.reminders[0].next_due


async def test_stop_works(store: ChatStore, service: ConversationService) -> None:
    await service.handle(HER, Message(at=NOW, text="stop the reminders"), update=1)
    (reminder,) = (await store.load(HER)).book.reminders
    assert not reminder.enabled or reminder.paused_until


async def test_a_chat_that_cannot_be_reached_is_noted(store: ChatStore) -> None:
    await store.mark_away(HER.chat, NOW.timestamp())
    assert (await store.load(HER)).book.care.hold is Hold.ALARM


async def test_mydata_says_what_is_lost(service: ConversationService) -> None:
    reply = await service.handle(HER, Message(at=NOW, command="mydata"), update=1)
    assert reply.document
    assert "sealed with a key that is lost" in reply.document.text


async def test_forget_deletes_it_all(service: ConversationService, database: Database) -> None:
    asked = await service.handle(HER, Message(at=NOW, command="forget"), update=1)
    assert any(b.action == "forget:yes" for card in asked.cards for row in card.buttons for b in row)
    await service.handle(HER, Message(at=NOW, action="forget:yes"), update=2)
    assert not await counts(database, HER.chat)


async def test_every_table_is_told_and_emptied(opened: Open, database: Database, key: str) -> None:
    await fill(database, Cipher([LOST]), HER.chat)
    store = opened(key)
    told = await store.export(HER.chat)
    assert {part: len(rows) for part, rows in told.items()} == dict.fromkeys(NAMES.values(), 1)
    assert set(await counts(database, HER.chat)) == set(TABLES)
    await store.forget(HER.chat)
    assert not await counts(database, HER.chat)


MOVES = {
    "profile": "UPDATE chats SET profile = (SELECT profile FROM chats WHERE chat_id = 8) WHERE chat_id = 7",
    "care": "UPDATE chats SET care = (SELECT care FROM chats WHERE chat_id = 8) WHERE chat_id = 7",
    "care to profile": "UPDATE chats SET profile = care WHERE chat_id = 7",
    "context": "UPDATE context SET body = (SELECT body FROM context WHERE chat_id = 8) WHERE chat_id = 7",
    "walk": "UPDATE walks SET body = (SELECT body FROM walks WHERE chat_id = 8) WHERE chat_id = 7",
}


@pytest.mark.parametrize("move", MOVES)
async def test_a_value_that_was_moved_to_another_row_does_not_count(
    opened: Open, database: Database, key: str, move: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = opened(key)
    cleared = replace(STATE, profile=Profile(stage=Stage.LOSS, cleared=True), context=Context(topic="lifting"))
    await store.save(HER, STATE, Kept(walks=WALKS))
    await store.save(ChatKey(chat=8), cleared, Kept(walks=(*WALKS[:-1], SetCare(Care(cleared_on=date(2026, 11, 1))))))
    before = await store.load(HER)
    async with database.transaction() as tx:
        assert await tx.execute(MOVES[move]) == 1
    after = await store.load(HER)
    assert (after.profile.stage, after.profile.cleared) in ((Stage.PREGNANT, None), (None, None))
    assert after.book.care in (before.book.care, UNREADABLE_CARE)
    assert after.context.topic in ("relaxin", None)
    assert after != before
    assert logged(caplog) == ["value-unreadable"]
