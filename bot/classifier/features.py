"""What matching sees of a text: stemmed words and pairs of them, pieces of words, and concepts of the lexicon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from bot.language.phrases import PhraseGroups
from bot.language.text import PHRASING_LIMIT, Words, bigrams, split

SHORTEST_PIECE, LONGEST_PIECE = 2, 5
"""Letters of the pieces of words; 2 to 5 is what the comparison in docs/matching.md found best."""

_stemmer = snowballstemmer.stemmer("english")


@lru_cache(50_000)
def stem(word: str) -> str:
    """The stem of an English word (Porter's second algorithm); a word of another language mostly stays as it is."""
    return str(_stemmer.stemWord(word))


@lru_cache(50_000)
def pieces(word: str) -> tuple[str, ...]:
    """The pieces of one word, with its ends marked by blanks."""
    marked = f" {word} "
    found = [
        marked[i : i + n] for n in range(SHORTEST_PIECE, LONGEST_PIECE + 1) for i in range(max(1, len(marked) - n + 1))
    ]
    return tuple(p for p in found if p.strip())


@dataclass(frozen=True, slots=True)
class Features:
    """Counts of each kind; the kinds are weighed apart."""

    words: Counter[str]
    pieces: Counter[str]
    concepts: Counter[str]

    def blocks(self) -> tuple[Counter[str], ...]:
        """The kinds, in the order in which a model keeps them."""
        return (self.words, self.pieces, self.concepts)


class FeatureReader:
    """Turns texts into features, with the concepts of one lexicon."""

    def __init__(self, lexicon: Mapping[str, Sequence[str]] | None = None) -> None:
        """Make one.

        Args:
            lexicon: name of a concept to the phrases that mean it (the form of triage's phrases).

        Raises:
            KnowledgeError: a phrase cannot be read.
        """
        self._concepts = PhraseGroups({name: _split_phrases(phrases) for name, phrases in (lexicon or {}).items()})

    def read(self, text: str | Words) -> Features:
        """The features of a text, of at most `PHRASING_LIMIT` characters."""
        words = (split(text[:PHRASING_LIMIT]) if isinstance(text, str) else text).words
        stems = tuple(stem(w) for w in words)
        return Features(
            words=Counter([*stems, *bigrams(stems)]),
            pieces=Counter(p for w in words for p in pieces(w)),
            concepts=Counter(self.concepts(words) if self._concepts.names else ()),
        )

    def concepts(self, words: Sequence[str]) -> list[str]:
        """The concepts in a text, in the order of the lexicon."""
        search = self._concepts.in_one(tuple(words))
        return [name for name in self._concepts.names if search.spans(name)]


def _split_phrases(phrases: Sequence[str]) -> list[str]:
    return [p.replace("'", "") for p in phrases]
