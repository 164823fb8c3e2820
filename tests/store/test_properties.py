"""Whatever a state holds comes back, and whatever changes make of her walks, on disk and in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.conversation.ports import ChatKey, Kept
from bot.conversation.state import Birth, ChatState, Context, Exchange, Profile, Stage
from bot.schedule.changes import apply
from bot.schedule.holds import gone_away
from bot.schedule.model import (
    Answer,
    Book,
    DeliveryState,
    Kind,
    Nudge,
    PutReminder,
    Reminder,
    Said,
    SetZone,
    Snooze,
    WalkChange,
)
from bot.store.chats import ChatStore
from bot.store.columns import day_number
from bot.store.memory import MemoryStore
from tests.schedule.changes import TUESDAY, changes, days, noon, numbers, on_their_way
from tests.store.conftest import NUDGE_BODY, Clock

Make = Callable[[], ChatStore | MemoryStore]

ids = st.integers(min_value=-(2**52), max_value=2**52)
names = st.text(min_size=1, max_size=64)
seconds = st.floats(min_value=0, max_value=2**40)
dates = st.dates(min_value=date(1900, 1, 1))

profiles = st.builds(
    Profile,
    stage=st.none() | st.sampled_from(Stage),
    due=st.none() | dates,
    born=st.none() | dates,
    birth=st.none() | st.sampled_from(Birth),
    cleared=st.none() | st.booleans(),
    country=st.none() | st.from_regex(r"\A[A-Z]{2}\Z"),
    offered=st.booleans(),
    due_asked=st.booleans(),
)
contexts = st.builds(
    Context,
    greeted=st.booleans(),
    topic=st.none() | names,
    asked=st.lists(names, max_size=3).map(tuple),
    offered=st.lists(names, max_size=8).map(tuple),
    check=st.none() | names,
    signs=st.dictionaries(names, seconds, max_size=5),
    setup=st.none() | names,
    exchanges=st.lists(
        st.builds(Exchange, asked=ids, replies=st.lists(ids, max_size=3).map(tuple), safety=st.booleans()), max_size=8
    ).map(tuple),
    at=seconds,
)
states = st.builds(ChatState, profile=profiles, context=contexts)


@given(chat=ids, state=states)
@settings(deadline=None)
def test_any_state_comes_back(fresh_store: Make, chat: int, state: ChatState) -> None:
    async def there_and_back() -> ChatState:
        store = fresh_store()
        try:
            await store.save(ChatKey(chat=chat), state)
            return await store.load(ChatKey(chat=chat))
        finally:
            await store.close()

    assert asyncio.run(there_and_back()) == state


keys = st.builds(ChatKey, chat=st.integers(-2, 2), user=st.integers(0, 2))
steps = st.lists(st.tuples(keys, states | st.none()), max_size=8)


@given(steps=steps)
@settings(deadline=None, max_examples=50)
def test_conversations_do_not_touch_each_other(
    fresh_store: Make, steps: list[tuple[ChatKey, ChatState | None]]
) -> None:
    """A step saves a state, or (None) forgets the chat and its person; a dictionary does the same."""
    expected: dict[ChatKey, ChatState] = {}

    async def run() -> dict[ChatKey, ChatState]:
        store = fresh_store()
        try:
            for key, state in steps:
                if state is None:
                    await store.forget(key.chat)
                    for gone in [k for k in expected if k.chat == key.chat or 0 < key.chat == k.user]:
                        del expected[gone]
                else:
                    await store.save(key, state)
                    expected[key] = state if key.user == 0 else ChatState(context=state.context)
            return {key: await store.load(key) for key, _ in steps}
        finally:
            await store.close()

    for key, loaded in asyncio.run(run()).items():
        assert loaded == expected.get(key, ChatState())


@dataclass(frozen=True)
class Send:
    """A reminder reaches her, or is on its way to her."""

    no: int
    day: date
    kind: Kind
    state: DeliveryState


@dataclass(frozen=True)
class Away:
    """Her chat cannot be written to."""


HER = ChatKey(chat=5)
TEN = Reminder(no=1, at=time(10), days=frozenset(range(7)))
EVENING = Reminder(no=2, at=time(18, 30), days=frozenset(range(7)))
LATER = Send(1, TUESDAY, Kind.LATER, DeliveryState.SENT)
PUT_OFF = Snooze(1, TUESDAY, 10, 20)
_SEND = """
INSERT INTO deliveries (reminder_id, chat_id, day, kind, due, send_at, until, state, changed_at, body)
SELECT id, chat_id, :day, :kind, :due, :due, :due, :state, :due, :body FROM reminders WHERE no = :no
ON CONFLICT (reminder_id, day, kind) DO UPDATE SET state = excluded.state, due = excluded.due, body = excluded.body
WHERE deliveries.state = 'planned'
"""
events = st.one_of(
    st.lists(changes, min_size=1, max_size=3),
    st.builds(Send, numbers, days, st.sampled_from(Kind), on_their_way),
    st.just(Away()),
)


async def _send(store: ChatStore | MemoryStore, book: Book, what: Send) -> None:
    due = noon(what.day, what.no) + 60 * (what.kind is Kind.LATER)
    if isinstance(store, ChatStore):
        values = {"no": what.no, "day": day_number(what.day), "kind": what.kind.value, "state": what.state.value}
        async with store._database.transaction() as tx:
            await tx.execute(_SEND, {**values, "due": due, "body": NUDGE_BODY})
    elif book.reminder(what.no):
        store.nudge(HER.chat, Nudge(no=what.no, day=what.day, kind=what.kind, due=due, at=due, minutes=10))


@given(turns=st.lists(st.tuples(events, st.integers(0, 40_000)), min_size=3, max_size=12))
@example(turns=[(LATER, 0), ([PUT_OFF], 0)])
@example(turns=[(replace(LATER, state=DeliveryState.SENDING), 0), ([PUT_OFF], 0)])
@example(turns=[(LATER, 0), ([Answer(1, TUESDAY, Said.DONE)], 0), ([PUT_OFF], 0)])
@settings(deadline=None, max_examples=100)
def test_what_is_loaded_after_changes_is_what_they_make_of_the_book(
    fresh_store: Make, turns: list[tuple[list[WalkChange] | Send | Away, int]]
) -> None:
    clock = Clock(float(noon(TUESDAY, 0)))

    async def run() -> None:
        store = fresh_store()
        store._clock = clock
        try:
            await store.save(
                HER, ChatState(), Kept(walks=(SetZone("Europe/Oslo"), PutReminder(TEN), PutReminder(EVENING)))
            )
            for event, seconds in turns:
                state = await store.load(HER)
                if isinstance(event, Send):
                    await _send(store, state.book, event)
                    continue
                made = gone_away(state.book, int(clock.now)) if isinstance(event, Away) else tuple(event)
                expected, _ = apply(state.book, made, int(clock.now))
                if isinstance(event, Away):
                    await store.mark_away(HER.chat, clock.now)
                else:
                    await store.save(HER, state, Kept(walks=made))
                assert await store.load(HER) == replace(state, book=expected)
                clock.now += seconds
        finally:
            await store.close()

    asyncio.run(run())
