"""Takes out of a question what could tell who asked. Pure.

What is left is kept only of those who agreed, and sealed. No list of names is complete, so the rule is the other way
round: a word stays only where it is known from English or the knowledge base and nothing speaks against it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

GAP = "[…]"
"""Stands where something was taken out."""
LONGEST = 500
"""Characters that are kept: a question has no more, a story tells too much."""
FEWEST_WORDS = 2
"""Fewer words that are left teach nobody anything."""

_MARK = "\x00"
_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"\b(?:https?|ftp|tg)://\S+|\bwww\.\S+|\bt\.me/\S+",
        r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|edu|gov|io|co|uk|ie|de|no|au|nz|ca|us|in|za)\b(?:/\S*)?",
        r"\S+@\S+",
        r"[@#]\w+",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}(?:,? \d{{2,4}})?\b",
        rf"\b{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{2,4}}\b)?",
        r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b",
        r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",  # British postcodes
        r"\+?\(?\d(?:[ ()./-]{0,2}\d){3,}",  # four digits or more, however they are parted
        r"\b(?=\w*\d)(?=\w*[^\W\d_])(?!\d{1,3}[a-z]{1,6}\b|[a-z]{1,2}\d{1,2}\b)\w+",  # not "20weeks", "l5"
    )
)
"""In this order: a later one would take a part of what an earlier one takes whole."""
_NEXT = r"([^\W\d_][\w'-]*)"
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?\n:;]\s*|[\"“(]\s*)$")


@dataclass(frozen=True, kw_only=True)
class RedactionWords:
    """Words in lower case by which names are told from other words."""

    ordinary: frozenset[str] = frozenset()
    """May follow "baby", "husband" or "from" and are no names."""
    capitals: frozenset[str] = frozenset()
    """Written with capitals and no names."""
    names: frozenset[str] = frozenset()
    """Names that a list of English words has too. Without any nothing can be kept: they would be taken for words."""
    before_a_name: tuple[str, ...] = ()
    before_a_place: tuple[str, ...] = ()
    place_joint: tuple[str, ...] = ()
    """May stand between those and the place: "live *in* Leeds"."""
    houses: tuple[str, ...] = ()
    """Words before which a name stands: "Jessop *hospital*"."""


class Redactor:
    """Takes out names, places, numbers of people, addresses and dates."""

    def __init__(
        self, is_known: Callable[[str], bool], words: RedactionWords, places: frozenset[str] = frozenset()
    ) -> None:
        """Put it together.

        Args:
            is_known: says whether a word in lower case is one of English or of the knowledge base.
            words: by which names are told from other words.
            places: names of cities and countries in lower case.
        """
        self._is_known = is_known
        self._words = words
        self._places = frozenset(p for p in places if " " not in p)
        self._longer = _any_of((p for p in places if " " in p), r"\b(?:{})\b")
        joint = rf"(?:(?:{_joined(words.place_joint)}) )?" if words.place_joint else ""
        self._introductions = (
            _any_of(words.before_a_name, rf"\b((?:{{}})\.?,?)(?= +{_NEXT})"),
            _any_of(words.before_a_place, rf"\b((?:{{}}) {joint})(?={_NEXT})"),
        )
        self._house = _any_of(words.houses, rf"{_NEXT} +(?=(?:{{}})\b)")

    def __call__(self, text: str) -> str:
        """A text without what could tell who wrote it, at most `LONGEST` characters; "" where too little is left."""
        if not self._words.names:
            return ""
        text = unicodedata.normalize("NFKC", text[: 2 * LONGEST]).replace(_MARK, " ").replace("\u2019", "'")
        text = " ".join(text.split())
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Co", "Cs", "So"))
        if sum(c.isupper() for c in text) > sum(c.islower() for c in text):  # shouting: capitals tell nothing
            text = text.lower()
        for shape in (*_SHAPES, *((self._longer,) if self._longer else ())):
            text = shape.sub(_MARK, text)
        for introduced in self._introductions:
            text = self._without_introduced(text, introduced) if introduced else text
        if self._house:
            text = self._house.sub(lambda m: m[0] if m[1].lower() in self._words.ordinary else f"{_MARK} ", text)
        text = _WORD.sub(self._kept, text)
        text = re.sub(rf"{_MARK}(?:[\s,.'-]*{_MARK})*", GAP, text)
        text = re.sub(r"(?<=[\w.,!?])\[", " [", re.sub(r"\](?=\w)", "] ", text)).strip()[:LONGEST]
        words = _WORD.findall(text)
        return text if len(words) >= FEWEST_WORDS and len(words) > text.count(GAP) else ""

    def _without_introduced(self, text: str, introduced: re.Pattern[str]) -> str:
        """Without the word that follows an introduction, unless it is an ordinary one."""
        spans = [m.span(2) for m in introduced.finditer(text) if m[2].lower() not in self._words.ordinary]
        for start, end in reversed(spans):
            text = text[:start] + _MARK + text[end:]
        return text

    def _kept(self, match: re.Match[str]) -> str:
        word, lower = match[0], match[0].lower()
        if lower in self._words.capitals:
            return word
        bare = lower.removesuffix("'s")
        if bare in self._words.names or bare in self._places:
            return _MARK
        if word[0].isupper() and not _SENTENCE_START.search(match.string[: match.start()]):
            return _MARK
        parts = [p for p in re.split(r"['-]", lower) if len(p) > 1 and p not in ("ll", "ve", "re")]
        return word if all(map(self._is_known, parts)) or self._is_known(lower.replace("'", "")) else _MARK


def _joined(words: Iterable[str]) -> str:
    """Words as alternatives, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _any_of(words: Iterable[str], form: str) -> re.Pattern[str] | None:
    """A pattern of words in the place of {}; None without words."""
    joined = _joined(words)
    return re.compile(form.replace("{}", joined), re.IGNORECASE) if joined else None
