"""What she types to a reminder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.phrases import PhraseGroups
from bot.language.walk_answers import WalkAnswer, WalkAnswers


@pytest.fixture(scope="session")
def answers(replies: PhraseGroups) -> WalkAnswers:
    return WalkAnswers(replies)


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
def test_an_answer(answers: WalkAnswers, text: str, told: WalkAnswer) -> None:
    assert answers.read(text) == told


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
def test_none(answers: WalkAnswers, text: str) -> None:
    assert answers.read(text) is None


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
def test_the_pain(answers: WalkAnswers, text: str, pain: int | None) -> None:
    assert answers.pain(text) == pain


@given(st.text())
def test_any_text(answers: WalkAnswers, text: str) -> None:
    told = answers.read(text)
    assert told is None or told.pain is None or 0 <= told.pain <= 10
    assert (answers.pain(text) or 0) in range(11)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3 out of 10, done", WalkAnswer(done=True, pain=3)),
        ("back pain level was about 4", WalkAnswer(pain=4)),
        ("walked, back felt a 2", WalkAnswer(done=True, pain=2)),
        ("pain free, I've finished", WalkAnswer(done=True, pain=0)),
        ("remind me later in an hour", WalkAnswer(later=60)),
        ("maybe a bit later please", WalkAnswer(later=0)),
        ("Sorry, not today", WalkAnswer(not_today=True)),
        ("stop asking", WalkAnswer(stop=True)),
    ],
)
def test_its_phrases_in_any_order(answers: WalkAnswers, text: str, told: WalkAnswer) -> None:
    assert answers.read(text) == told


@pytest.mark.parametrize("text", ["-1", "+1", "A1", ":00", "/ 2"])
def test_no_pain_in_what_is_no_bare_number(answers: WalkAnswers, text: str) -> None:
    assert answers.pain(text) is None


def test_words_for_how_a_back_feels(answers: WalkAnswers) -> None:
    assert answers.feels("still a bit sore")
    assert not answers.feels("sore legs")
    assert not answers.feels("")


def test_a_not_today_that_answers_nothing_else(answers: WalkAnswers) -> None:
    assert answers.is_of_today("not today")
    assert not answers.is_of_today("no")
    assert not answers.is_of_today("done today")


@pytest.mark.parametrize("text", ["done", "not today", "later", "pain 3", "stop", "ok"])
def test_without_phrases_nothing_is_read_but_a_number(text: str) -> None:
    bare = WalkAnswers(PhraseGroups({}))
    assert bare.read(text) is None
    assert not bare.feels(text)
    assert bare.pain("3") == 3
