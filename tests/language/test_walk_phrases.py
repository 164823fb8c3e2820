"""What short texts say of walks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.phrases import PhraseGroups
from bot.language.walk_phrases import WalkPhrases


@pytest.fixture(scope="session")
def said(replies: PhraseGroups) -> WalkPhrases:
    return WalkPhrases(replies)


@pytest.mark.parametrize(
    "text",
    [
        "Stop", "please stop it", "ok can you stop sending me these", "no more messages please", "turn off all of them",
        "i want you to stop all the walks now", "stop all these messages", "please leave me alone",
    ],
)  # fmt: skip
def test_stops(said: WalkPhrases, text: str) -> None:
    assert said.stops(text)
    assert not said.resumes(text)


@pytest.mark.parametrize(
    "text", ["", "please", "stop ibuprofen", "stop on monday", "dont stop", "stop please walking", "when do they stop"]
)
def test_does_not_stop(said: WalkPhrases, text: str) -> None:
    assert not said.stops(text)


@pytest.mark.parametrize("text", ["resume", "please restart the walks", "start again", "now start them again please"])
def test_resumes(said: WalkPhrases, text: str) -> None:
    assert said.resumes(text)
    assert not said.stops(text)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("None of these", False),
        ("no, nothing like that", False),
        ("no complications", False),
        ("a c-section", True),
        ("3rd degree tear", True),
        ("a bad tear and forceps", True),
        ("they told to rest", True),
        ("no c section", None),
        ("it was fine", None),
        ("", None),
    ],
)
def test_trouble(said: WalkPhrases, text: str, trouble: bool | None) -> None:
    assert said.tells_trouble(text) is trouble


@pytest.mark.parametrize(
    "text",
    [
        "my doctor says i may exercise", "the midwife cleared me for walking", "I am cleared", "i was signed off",
        "i may now walk more again now",
    ],
)  # fmt: skip
def test_cleared(said: WalkPhrases, text: str) -> None:
    assert said.is_cleared(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "my doctor says i may not exercise", "my doctor wouldn't say i may walk", "my gp said hello",
        "cleared my desk", "my doctor said wait before you walk",
    ],
)  # fmt: skip
def test_not_cleared(said: WalkPhrases, text: str) -> None:
    assert not said.is_cleared(text)


@pytest.mark.parametrize(
    ("text", "many", "whole"),
    [
        ("20 reminders", 20, True),
        ("i want 7 more walking reminders", 7, True),
        ("hello set 20 reminders", 20, False),
        ("20 reminders a day", 20, False),
        ("20 minutes", None, False),
        ("9" * 40 + " reminders", 999999999, True),
    ],
)
def test_how_many(said: WalkPhrases, text: str, many: int | None, whole: bool) -> None:
    assert said.many(text) == many
    assert said.many(text, whole=True) == (many if whole else None)


@given(st.text())
def test_any_text(said: WalkPhrases, text: str) -> None:
    assert not (said.stops(text) and said.resumes(text))
    assert said.many(text, whole=True) in (None, said.many(text))


@pytest.mark.parametrize("text", ["stop", "resume", "none", "i am cleared", "20 reminders", ""])
def test_without_phrases_nothing_is_read(text: str) -> None:
    bare = WalkPhrases(PhraseGroups({}))
    assert not any(read(text) for read in (bare.stops, bare.resumes, bare.is_cleared))
    assert bare.tells_trouble(text) is bare.many(text) is None
