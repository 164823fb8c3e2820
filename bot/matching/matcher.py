"""Which topics a message is about, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.classifier.features import FeatureReader
from bot.classifier.linear import LinearModel
from bot.language.detection import is_english
from bot.language.spelling import SpellingCorrector
from bot.language.text import PHRASING_LIMIT, Words, split

OUTSIDE = "-"
"""Classes whose name begins so are groups of messages that no topic answers."""
TEMPERATURE = 0.2
"""Turns distances from the borders into shares that add up to 1. See docs/matching.md for the data that set it."""
NOTHING = -0.75
"""The distance at which "none of them" stands: a message that shares nothing with any phrasing is at about -1."""
NO_WORDS = Words((), ("",))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that a message may be about."""

    topic: str
    score: float
    """Distance from the topic's border; above 0 is inside."""
    confidence: float
    """0..1; those of all topics, of what lies outside and of nothing add up to 1."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every topic, the likeliest first."""

    candidates: tuple[Candidate, ...]
    outside: float = 0.0
    """How likely the message is one that no topic answers, 0..1."""
    words: Words = NO_WORDS
    """The message as it was read: typos repaired."""
    concepts: tuple[str, ...] = ()
    is_english: bool = True

    @property
    def best(self) -> Candidate | None:
        """The likeliest topic."""
        return self.candidates[0] if self.candidates else None


class Matcher:
    """Ranks topics for a message."""

    def __init__(
        self,
        model: LinearModel,
        reader: FeatureReader,
        repairer: SpellingCorrector,
        known_words: frozenset[str] = frozenset(),
        *,
        english_only: bool = False,
    ) -> None:
        """Put the parts together; `bot.matching.factory` makes them from a knowledge base.

        Args:
            model: trained on the phrasings.
            reader: the one it was trained with.
            repairer: repairs typos.
            known_words: words of the language and of the knowledge base.
            english_only: tell messages that are not English.
        """
        self.model = model
        self.reader = reader
        self.repairer = repairer
        self._known = known_words
        self._english_only = english_only
        self._topics = [(i, c) for i, c in enumerate(model.classes) if not c.startswith(OUTSIDE)]

    def repaired(self, text: str) -> Words:
        """The words of a text, at most `PHRASING_LIMIT` characters of it, with typos repaired."""
        return self.repairer.words(split(text[:PHRASING_LIMIT]))

    def is_known(self, word: str) -> bool:
        """Whether a word in lower case is one of English or of the knowledge base."""
        return word in self._known

    def rank(self, text: str | Words) -> Ranking:
        """Rank the topics.

        Args:
            text: a message, or its words with typos repaired.

        Returns:
            Every topic; none for a message without words.
        """
        typed = split(text[:PHRASING_LIMIT]) if isinstance(text, str) else text
        words = self.repairer.words(typed)
        if not words.words:
            return Ranking(())
        english = not self._english_only or is_english(typed, words, self._known.__contains__)
        scores = self.model.scores(self.reader.read(words))
        shares = np.exp((np.append(scores, NOTHING) - max(float(scores.max()), NOTHING)) / TEMPERATURE)
        shares /= shares.sum()
        candidates = sorted(
            (Candidate(c, float(scores[i]), float(shares[i])) for i, c in self._topics), key=lambda c: -c.score
        )
        inside = sum(c.confidence for c in candidates)
        return Ranking(
            tuple(candidates), max(0.0, 1.0 - inside), words, tuple(self.reader.concepts(words.words)), english
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a ranking: answer (one topic), clarify (two or three), or nothing."""

    topics: tuple[str, ...]
    confidence: float

    @property
    def is_answer(self) -> bool:
        """True where one topic is sure enough to be answered at once."""
        return len(self.topics) == 1


ANSWER_THRESHOLD = 0.42
"""Share the best topic needs to be answered at once. Set on the development set; the curve is in docs/matching.md."""
ANSWER_MARGIN = 1.5
"""Times the second topic's share that the best one's must be."""
OFFER_THRESHOLD = 0.05
"""Share below which nothing is offered: the message fits no topic."""
OFFER_SHARE = 0.3
"""Of the offer threshold, that a second or third button needs."""
MOST_OFFERED = 3
"""Buttons; more than three are not read at night."""


def decide(ranking: Ranking) -> Decision:
    """Answer, ask which, or admit that nothing fits.

    Returns:
        One topic to answer; two or three to offer; or none.
    """
    best = ranking.best
    if best is None or not ranking.is_english:
        return Decision((), 0.0)
    others = ranking.candidates[1:MOST_OFFERED]
    second = others[0].confidence if others else 0.0
    if best.confidence >= ANSWER_THRESHOLD and best.confidence >= ANSWER_MARGIN * second:
        return Decision((best.topic,), best.confidence)
    if best.confidence < OFFER_THRESHOLD:
        return Decision((), best.confidence)
    offered = [best.topic, *(c.topic for c in others if c.confidence >= OFFER_SHARE * OFFER_THRESHOLD)]
    if len(offered) == 1 and others:
        offered.append(others[0].topic)
    return Decision(tuple(offered), best.confidence)
