"""Repairs typos against the knowledge base's own words, and never touches a word that is one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from bot.language.text import Words

SHORTEST = 4
"""Letters; a shorter word has too many neighbours (leg/egg, wee/week) to be repaired."""
LONG_WORD = 8
"""From this length on two slips are repaired, below it one (a swapped pair counts as one)."""
CACHE_SIZE = 20_000
"""Unknown words remembered with their repair: more than a clinic's users misspell in weeks, some 2 MB."""


def elongation_options(word: str) -> list[str]:
    """A word with its doubled letters made single, all of them or the last run: "soo" is "so", "painn" is "pain"."""
    single = [c for i, c in enumerate(word) if i == 0 or c != word[i - 1]]
    options = ["".join(single)]
    for i in range(len(word) - 1, 0, -1):
        if word[i] == word[i - 1]:
            options.append(word[:i] + word[i + 1 :])
    return options


class SpellingCorrector:
    """Replaces words that nobody writes on purpose by the nearest word that the knowledge base knows."""

    def __init__(self, vocabulary: Iterable[str], real_words: Iterable[str] = (), stems: Iterable[str] = ()) -> None:
        """Take the words to repair to and the words to leave alone.

        Args:
            vocabulary: lower-case words of the knowledge base, more frequent ones first.
            real_words: words of the language; one of these is never changed.
            stems: beginnings of words that are never changed.
        """
        self._vocabulary = list(dict.fromkeys(w for w in vocabulary if w.isalpha() and len(w) >= SHORTEST))
        self._rank = {w: n for n, w in enumerate(self._vocabulary)}
        self._known = frozenset(self._vocabulary) | frozenset(real_words)
        self._stems = tuple(stems)
        self._repair = lru_cache(CACHE_SIZE)(self._nearest)

    def word(self, word: str) -> str:
        """The word meant, or the word itself where it is known, too short or too far from everything."""
        if word in self._known or not word.isalpha():
            return word
        return self._repair(word)

    def words(self, words: Words) -> Words:
        """All words repaired; the cuts between them stay."""
        return Words(tuple(self.word(w) for w in words.words), words.breaks)

    def _nearest(self, word: str) -> str:
        for option in elongation_options(word):
            if option != word and option in self._known:
                return option
        if len(word) < SHORTEST or not word.isascii() or (self._stems and word.startswith(self._stems)):
            return word
        slips = 2 if len(word) >= LONG_WORD else 1
        near = process.extract(word, self._vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=8)
        if not near:
            return self._split(word)
        # the first letter is seldom wrong; then the nearest, the most alike, the most used
        best = min(near, key=lambda n: (n[1] + (n[0][0] != word[0]), -ratio(word, n[0]), self._rank[n[0]]))
        if best[0][0] != word[0] and sorted(best[0]) != sorted(word) and len(word) < LONG_WORD:
            return self._split(word)
        return best[0]

    def _split(self, word: str) -> str:
        """Two words run together ("lowerback"), both of the knowledge base."""
        for at in range(SHORTEST, len(word) - SHORTEST + 1):
            if word[:at] in self._rank and word[at:] in self._rank:
                return f"{word[:at]} {word[at:]}"
        return word


def sentence(words: Words) -> str:
    """A text from words and cuts, for readers that take text."""
    parts: list[str] = []
    for gap, word in zip(words.breaks, words.words, strict=False):
        parts.append(f"{gap} {word}" if parts else word)
    return "".join(parts) + words.breaks[-1]
