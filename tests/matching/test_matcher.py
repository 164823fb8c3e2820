"""Ranking, and what is made of it: answer, ask which, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.models import Knowledge, OutsideGroup, Topic
from bot.matching.factory import build_matcher
from bot.matching.matcher import (
    ANSWER_MARGIN,
    ANSWER_THRESHOLD,
    MOST_OFFERED,
    OFFER_THRESHOLD,
    Candidate,
    Ranking,
    decide,
)

QUESTIONS = {
    "lifting": ("how do i lift the baby", "lifting hurts my back", "is it safe to lift a toddler"),
    "sleep": ("how should i sleep", "which side to sleep on", "my hips ache at night in bed"),
    "running": ("when can i run again", "jogging after birth", "can i go running"),
}


def _knowledge(**more: object) -> Knowledge:
    topics = {n: Topic(id=n, title=n, questions=qs, answer="Yes.") for n, qs in QUESTIONS.items()}
    outside = (OutsideGroup(id="weather", title="Weather", questions=("will it rain today", "is it sunny")),)
    return Knowledge(root=Path(), topics=topics, outside=outside, **more)  # type: ignore[arg-type]


MATCHER = build_matcher(_knowledge())
ENGLISH = build_matcher(_knowledge(english_only=True))


@pytest.mark.parametrize(
    ("text", "topic"), [("liftign my baby", "lifting"), ("SLEEP???", "sleep"), ("a jog", "running")]
)
def test_the_likeliest_topic_is_first(text: str, topic: str) -> None:
    best = MATCHER.rank(text).best
    assert best
    assert best.topic == topic


def test_a_message_without_words_has_no_topics() -> None:
    assert MATCHER.rank("🙂").best is None
    assert decide(MATCHER.rank("")).topics == ()


def test_what_lies_outside_is_no_topic() -> None:
    ranking = MATCHER.rank("will it rain today")
    assert {c.topic for c in ranking.candidates} == set(QUESTIONS)
    assert ranking.outside > 0.5


def test_words_are_repaired_on_the_way() -> None:
    assert MATCHER.rank("liftign").words.words == ("lifting",)
    assert MATCHER.repaired("liftign").words == ("lifting",)


def test_only_an_english_knowledge_base_turns_other_languages_away() -> None:
    text = "wie kann ich am besten schlafen"
    assert MATCHER.rank(text).is_english
    ranking = ENGLISH.rank(text)
    assert not ranking.is_english
    assert decide(ranking).topics == ()


@given(st.text(max_size=300))
def test_never_raises_and_shares_add_up(text: str) -> None:
    ranking = MATCHER.rank(text)
    if ranking.candidates:
        total = sum(c.confidence for c in ranking.candidates) + ranking.outside
        assert total == pytest.approx(1.0)
        assert all(0.0 <= c.confidence <= 1.0 for c in ranking.candidates)
    decision = decide(ranking)
    assert len(decision.topics) <= MOST_OFFERED
    assert 0.0 <= decision.confidence <= 1.0


def _ranking(*shares: float) -> Ranking:
    return Ranking(tuple(Candidate(f"t{n}", share, share) for n, share in enumerate(shares)))


def test_sure_enough_is_answered() -> None:
    assert decide(_ranking(ANSWER_THRESHOLD, 0.01)).is_answer


def test_a_close_second_is_asked_about() -> None:
    share = ANSWER_THRESHOLD
    decision = decide(_ranking(share, share / ANSWER_MARGIN + 0.01, 0.1))
    assert decision.topics[:2] == ("t0", "t1")
    assert not decision.is_answer


def test_unsure_offers_two_at_least() -> None:
    assert len(decide(_ranking(OFFER_THRESHOLD + 0.001, 0.0, 0.0)).topics) == 2


def test_too_unsure_offers_nothing() -> None:
    assert decide(_ranking(OFFER_THRESHOLD / 2, OFFER_THRESHOLD / 3)).topics == ()


def test_a_lone_topic_is_answered_or_nothing() -> None:
    assert decide(_ranking(ANSWER_THRESHOLD)).is_answer
    assert decide(_ranking(0.0)).topics == ()


@given(st.lists(st.floats(0, 1), max_size=6))
def test_the_best_is_never_left_out(shares: list[float]) -> None:
    ranking = _ranking(*sorted(shares, reverse=True))
    decision = decide(ranking)
    assert decision.topics == tuple(c.topic for c in ranking.candidates)[: len(decision.topics)]
