"""One case a topic: it passes every check, and its own phrasings lead to it."""

from __future__ import annotations

import pytest

from bot.knowledge.loader import built_in, load
from bot.knowledge.models import Knowledge
from bot.knowledge.problems import Problem
from bot.matching.matcher import Matcher

TOPICS = tuple(load(built_in()).topics)
FEWEST_PHRASINGS = 25
FOUND_AGAIN = 0.95
"""Share of its own phrasings that have to lead to a topic: the model has seen them; less means that topics overlap."""


@pytest.mark.parametrize("topic", TOPICS)
def test_topic(topic: str, knowledge: Knowledge, problems: tuple[Problem, ...], matcher: Matcher) -> None:
    assert not [str(p) for p in problems if p.entry == topic and p.file.startswith("topics/")]
    questions = knowledge.topics[topic].questions
    assert len(questions) >= FEWEST_PHRASINGS
    lost = [q for q in questions if (best := matcher.rank(q).best) is None or best.topic != topic]
    assert len(lost) <= (1 - FOUND_AGAIN) * len(questions), f"{topic} loses " + " | ".join(lost)


def test_no_problem_anywhere(problems: tuple[Problem, ...]) -> None:
    assert not [str(p) for p in problems]


def test_every_topic_is_led_to_and_leads_on(knowledge: Knowledge) -> None:
    assert all(t.see_also for t in knowledge.topics.values())
