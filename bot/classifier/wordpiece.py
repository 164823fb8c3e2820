"""BERT's uncased tokeniser: words, and the longest pieces of a vocabulary that make them up."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MOST_TOKENS = 128
"""Tokens of a message that are read, its ends included; what follows is left out."""
LONGEST_WORD = 40
"""Letters; a longer "word" is none, and becomes the unknown token."""


class WordPiece:
    """BERT's uncased tokeniser over one vocabulary."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """Make one.

        Args:
            vocabulary: a token a row of the embeddings; inside a word they begin with "##".
        """
        self._index = {token: i for i, token in enumerate(vocabulary)}
        self._unknown = self._index["[UNK]"]
        self._first, self._last = self._index["[CLS]"], self._index["[SEP]"]
        self._pieces = lru_cache(20_000)(self._cut)

    def tokens(self, text: str) -> list[int]:
        """The tokens of a text, between the two that mark its ends; at most `MOST_TOKENS`."""
        found = [self._first]
        for word in words(text):
            found += self._pieces(word)
            if len(found) >= MOST_TOKENS:
                break
        return [*found[: MOST_TOKENS - 1], self._last]

    def _cut(self, word: str) -> tuple[int, ...]:
        """The longest pieces of the vocabulary that make up a word, from its beginning on."""
        if len(word) > LONGEST_WORD:
            return (self._unknown,)
        pieces: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self._index.get(word[start:end] if start == 0 else "##" + word[start:end])
                if piece is not None:
                    break
            else:
                return (self._unknown,)
            pieces.append(piece)
            start = end
        return tuple(pieces)


def words(text: str) -> list[str]:
    """Lower-case words without accents, every punctuation mark a word of its own."""
    spaced: list[str] = []
    for char in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(char)
        if category == "Mn" or (category in ("Cc", "Cf") and not char.isspace()):
            continue
        if category[0] == "P" or char in "$+<=>^`|~":
            spaced.append(f" {char} ")
        else:
            spaced.append(char)
    return "".join(spaced).split()
