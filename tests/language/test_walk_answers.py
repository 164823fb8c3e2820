"""What she types to a reminder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.walk_answers import WalkAnswer, read_pain, read_walk_answer


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Done!", WalkAnswer(done=True)),
        ("i did it", WalkAnswer(done=True)),
        ("did 15 min, pain 3", WalkAnswer(done=True, minutes=15, pain=3)),
        ("walked for half an hour", WalkAnswer(done=True, minutes=30)),
        ("done, pain 10/10", WalkAnswer(done=True, pain=10)),
        ("20 minutes, no pain at all", WalkAnswer(done=True, minutes=20, pain=0)),
        ("pain 4", WalkAnswer(pain=4)),
        ("not today", WalkAnswer(not_today=True)),
        ("Too tired.", WalkAnswer(not_today=True)),
        ("later", WalkAnswer(later=0)),
        ("in half an hour", WalkAnswer(later=30)),
        ("2 hours", WalkAnswer(later=120)),
        ("stop", WalkAnswer(stop=True)),
    ],
)
def test_an_answer(text: str, told: WalkAnswer) -> None:
    assert read_walk_answer(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "i did not walk",
        "done but my leg is numb",
        "i walked and my chest hurts",
        "how far did you walk",
        "pain in my hip",
        "stop the pain",
        "done " * 50,
        "my pain is 12",
        "what have i done",
        "did 500 min",
    ],
)
def test_none(text: str) -> None:
    assert read_walk_answer(text) is None


@pytest.mark.parametrize(
    ("text", "pain"),
    [
        ("3", 3),
        ("10", 10),
        ("11", None),
        ("about 4", 4),
        ("4/10", 4),
        ("no pain", 0),
        ("3 weeks", None),
        ("pain 5 in my leg", None),
        ("", None),
    ],
)
def test_the_pain(text: str, pain: int | None) -> None:
    assert read_pain(text) == pain


@given(st.text())
def test_any_text(text: str) -> None:
    told = read_walk_answer(text)
    assert told is None or told.pain is None or 0 <= told.pain <= 10
    assert (read_pain(text) or 0) in range(11)
