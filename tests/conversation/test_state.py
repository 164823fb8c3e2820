"""What is remembered survives being written and read."""

from __future__ import annotations

import json
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.state import EXCHANGES_KEPT, Birth, Context, Exchange, Profile, Stage

PROFILES = st.builds(
    Profile,
    stage=st.none() | st.sampled_from(Stage), due=st.none() | st.dates(), born=st.none() | st.dates(),
    birth=st.none() | st.sampled_from(Birth), cleared=st.none() | st.booleans(),
    country=st.none() | st.sampled_from(["GB", "NO"]), greeted=st.booleans(), offered=st.booleans(),
    due_asked=st.booleans(),
)  # fmt: skip
NAMES = st.none() | st.text(min_size=1, max_size=20)
CONTEXTS = st.builds(
    Context,
    greeted=st.booleans(), topic=NAMES, asked=st.lists(st.text(), max_size=3).map(tuple),
    offered=st.lists(st.text(), max_size=4).map(tuple), check=NAMES, setup=NAMES, told=NAMES, alarm=NAMES,
    loss=st.booleans(), question=st.text(max_size=9), questioned=NAMES,
    at=st.floats(0, 2e9), signs=st.dictionaries(st.text(), st.floats(0, 2e9), max_size=3),
    exchanges=st.lists(
        st.builds(Exchange, asked=st.integers(), replies=st.lists(st.integers()).map(tuple), safety=st.booleans()),
        max_size=3,
    ).map(tuple),
)  # fmt: skip


@given(PROFILES)
def test_profile_round_trip(profile: Profile) -> None:
    assert Profile.from_json(json.loads(json.dumps(profile.to_json()))) == profile


@given(CONTEXTS)
def test_context_round_trip(context: Context) -> None:
    assert Context.from_json(json.loads(json.dumps(context.to_json()))) == context


def test_every_field_is_in_the_round_trip() -> None:
    context = {f.name for f in fields(Context)}
    assert context == {
        "greeted", "topic", "asked", "offered", "check", "signs", "setup", "told", "alarm", "loss", "walk",
        "exchanges", "at", "question", "questioned",
    }  # fmt: skip


def test_what_another_version_wrote_is_unknown() -> None:
    assert Profile.from_json({"stage": "moon", "due": "soon", "new": 1, "country": "GB"}) == Profile(country="GB")
    assert Context.from_json({"new": 1, "topic": "lifting"}) == Context(topic="lifting")


def test_old_exchanges_are_dropped_and_a_repeated_one_is_replaced() -> None:
    context = Context()
    for number in (*range(EXCHANGES_KEPT + 3), EXCHANGES_KEPT):
        context = context.with_exchange(Exchange(asked=number, replies=(number,), safety=False))
    assert [e.asked for e in context.exchanges] == [
        *(n for n in range(3, EXCHANGES_KEPT + 3) if n != EXCHANGES_KEPT),
        EXCHANGES_KEPT,
    ]
