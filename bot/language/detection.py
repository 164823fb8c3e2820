"""English words: which ones are real, and whether a message is English at all."""

from __future__ import annotations

from collections.abc import Callable

from rapidfuzz.distance import OSA

from bot.language.text import Words

COMMON = 60
"""Occurrences in the word list's corpus from which a word counts as real; rarer ones are mostly slips themselves."""
ENGLISH_AS_TYPED = 0.5
"""A message is English when more than this share of its words, as typed, are known: 99 % of 1,619 English messages of
two or more words have 0.6 and more; of 31 in other languages none has more than 0.5 ("quando posso fare sport")."""
ENGLISH_REPAIRED = 0.7
"""Or when this share is known once typos are repaired: "20 weks preg lower bakc" is half unknown as typed, then wholly
known."""
ONE_SLIP = 1
"""Only words repaired by one slip count: farther ones turn French into English ("recommencer" into "recommended")."""
FEWEST_WORDS = 2
"""A single unknown word may be a name or a slip; it falls back anyway."""


def english_words() -> frozenset[str]:
    """The common words of English, without apostrophes, from the word list of pyspellchecker (MIT)."""
    from spellchecker import SpellChecker  # noqa: PLC0415 - read only when a model is built, then kept with it

    frequency = SpellChecker(language="en", distance=1).word_frequency
    return frozenset(w.replace("'", "") for w, n in frequency.dictionary.items() if n >= COMMON and w.isascii())


def is_english(typed: Words, repaired: Words, is_known: Callable[[str], bool]) -> bool:
    """Say whether a message is English.

    Args:
        typed: its words as they were typed.
        repaired: its words with typos repaired.
        is_known: true for a word of English or of the knowledge base.

    Returns:
        True also where there is too little to tell.
    """
    letters = [w for w in typed.words if w[0].isalpha()]
    if letters and not any(w.isascii() for w in letters):
        return False
    if len(letters) < FEWEST_WORDS:
        return True
    enough = ENGLISH_AS_TYPED if len(letters) > FEWEST_WORDS else 0.0  # of two words one may well be a name or a slip
    if _share(letters, is_known) > enough:
        return True
    near = [b if OSA.distance(a, b) <= ONE_SLIP else a for a, b in zip(typed.words, repaired.words, strict=True)]
    return _share([w for w in near if w[0].isalpha()], is_known) >= ENGLISH_REPAIRED


def _share(words: list[str], is_known: Callable[[str], bool]) -> float:
    return sum(is_known(w) for w in words) / len(words) if words else 0.0
