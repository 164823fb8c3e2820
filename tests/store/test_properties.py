"""Whatever a state holds comes back, on disk and in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.ports import ChatKey
from bot.conversation.state import Birth, ChatState, Context, Exchange, Profile, Stage
from bot.store.chats import ChatStore
from bot.store.memory import MemoryStore

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
    """A step saves a state, or (None) forgets the chat; a dictionary does the same."""
    expected: dict[ChatKey, ChatState] = {}

    async def run() -> dict[ChatKey, ChatState]:
        store = fresh_store()
        try:
            for key, state in steps:
                if state is None:
                    await store.forget(key.chat)
                    for gone in [k for k in expected if k.chat == key.chat]:
                        del expected[gone]
                else:
                    await store.save(key, state)
                    expected[key] = state if key.user == 0 else ChatState(context=state.context)
            return {key: await store.load(key) for key, _ in steps}
        finally:
            await store.close()

    for key, loaded in asyncio.run(run()).items():
        assert loaded == expected.get(key, ChatState())
