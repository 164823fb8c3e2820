"""Reads what she types to a reminder: "done", "did 15 min, pain 3", "not today", "later"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.language.number_words import ONE, numbers
from bot.language.phrases import PhraseGroups
from bot.language.reminder_reader import plain
from bot.language.text import split
from bot.language.times import take_minutes
from bot.schedule.plan_model import PAIN_MOST

LONGEST = 80
"""Characters; a longer text is a story, for triage and matching."""
_OF_TEN = re.compile(r"(\d) ?(?:/|out of) ?10\b")
_SCORE = re.compile(r"(\d{1,2})(/10)?")
_BARE = re.compile(r"(?:[a-z]+ )*(?:\d{1,2}|[a-z]+)")
"""A number or a word with nothing but words before it: not "+1", and no "A1"."""
_IN_WORDS = numbers(0, PAIN_MOST)
_DELAY = re.compile(r"(?P<count>an?|half an|one|two|\d{1,3}) (?P<unit>h|hours?|hrs?|m|mins?|minutes?)(?: later)?")
_COUNTS = {"half an": 0.5, **ONE, **numbers(1, 2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkAnswer:
    """What she said. `done` with what she told of it; `later` in minutes, 0 where she named none."""

    done: bool = False
    minutes: int | None = None
    pain: int | None = None
    not_today: bool = False
    later: int | None = None
    stop: bool = False


class WalkAnswers:
    """Reads answers by the phrases of a knowledge base."""

    def __init__(self, phrases: PhraseGroups) -> None:
        """Make one.

        Args:
            phrases: those of replies.yaml.
        """
        self._phrases = phrases

    def read(self, text: str) -> WalkAnswer | None:
        """Read an answer to a reminder; None where it is none."""
        if len(text) > LONGEST:
            return None
        words, phrases = _words(text), self._phrases
        if phrases.are("not-today", words):
            return WalkAnswer(not_today=True)
        if phrases.are("stop-this", words):
            return WalkAnswer(stop=True)
        if (later := self._later(words)) is not None:
            return WalkAnswer(later=later)
        pain, rest = self._take_pain(words)
        minutes, left = take_minutes(" ".join(rest))
        others = tuple(left.split())
        if not isinstance(minutes, int | None) or len(phrases.covered(("done", "around-done"), others)) < len(others):
            return None
        if minutes is not None or phrases.has("done", others):
            return WalkAnswer(done=True, minutes=minutes, pain=pain)
        return WalkAnswer(pain=pain) if pain is not None else None

    def pain(self, text: str) -> int | None:
        """Read the answer to "how does your back feel?", where a bare number is one: 0 to 10, None for none."""
        words, phrases = _words(text[: LONGEST + 1]), self._phrases
        if phrases.are("pain-none", words):
            return 0
        is_bare = _BARE.fullmatch(plain(text[: LONGEST + 1]).strip(" ,."))
        if is_bare and words and len(words) - 1 in phrases.after("lone-pain", words, [0], many=True):
            said = words[-1]
            if said in _IN_WORDS:
                return _IN_WORDS[said]
            if said.isdigit():
                return int(said) if int(said) <= PAIN_MOST else None
        pain, rest = self._take_pain(words)
        return None if rest else pain

    def feels(self, text: str) -> bool:
        """True where every word is one for how a back feels, to which a number is asked."""
        words = _words(text)
        return bool(words) and len(self._phrases.covered(("felt",), words)) == len(words)

    def is_of_today(self, text: str) -> bool:
        """True for a "not today" that is no answer to anything else, as a mere "no" may be."""
        told = self.read(text)
        return bool(told and told.not_today and self._phrases.has("of-today", _words(text)))

    def _later(self, words: tuple[str, ...]) -> int | None:
        """The delay in minutes, 0 where none is named; None where she does not say so."""
        if self._phrases.are("later", words):
            return 0
        for start in self._phrases.after("later-in", words, [0]) | {0}:
            if match := _DELAY.fullmatch(" ".join(words[start:])):
                count = _COUNTS.get(match["count"]) or float(match["count"])
                return int(count * 60) if match["unit"].startswith("h") else int(count)
        return None

    def _take_pain(self, words: tuple[str, ...]) -> tuple[int | None, tuple[str, ...]]:
        """The pain, and the words without it."""
        phrases = self._phrases
        if free := phrases.in_one(words).spans("no-pain"):
            return 0, (*words[: free[0].start], *words[free[0].end :])
        found = min(self._scores(words), default=None)
        if found is None or found[1] > PAIN_MOST:
            return None, words
        start, said, end = found
        return said, (*words[:start], *words[end:])

    def _scores(self, words: tuple[str, ...]) -> Iterator[tuple[int, int, int]]:
        """The word that a score of pain begins with, the score, and the word after it."""
        phrases, scores = self._phrases, {n: m for n, word in enumerate(words) if (m := _SCORE.fullmatch(word))}
        for span in phrases.in_one(words).spans("pain"):
            for at in phrases.after("pain-is", words, [span.end], many=True) & scores.keys():
                yield span.start, int(scores[at][1]), at + 1
        for span in phrases.in_one(words).spans("back-is"):
            if span.end == len(words) - 1 and words[span.end].isdigit() and span.end in scores:
                yield span.start, int(words[span.end]), len(words)
        for at, score in scores.items():
            if score[2]:
                yield at, int(score[1]), max(phrases.after("pain", words, [at + 1]), default=at + 1)


def _words(text: str) -> tuple[str, ...]:
    """The words of a text, a score in one of them: "3/10"."""
    return split(_OF_TEN.sub(r"\1/10", plain(text))).words
