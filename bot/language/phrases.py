"""Finds groups of phrases ("numb", "no feeling", "cant feel") in a list of words.

The way phrases are written is made to be read by a clinician:

====================  =================================================================
`cant feel`           these words, one after the other
`swell*`              any word that begins so; `*` alone is any word
`leg/legs/calf`       one of these
`?really`             may stand there or not
`..`                  up to four other words, not past the start of a new clause
`a ~ b`               `a .. b` or `b .. a`
`<place>`             any phrase of the group `place`
====================  =================================================================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

from bot.errors import KnowledgeError

GAP_WORDS = 4
"""Words that `..` may skip: "cant really even feel my own leg" has three; more joins what does not belong together."""

LATEST = 8
"""Texts whose search is kept: several readers look into one message and its parts, one after the other."""


@dataclass(frozen=True, slots=True)
class _Literal:
    words: frozenset[str]
    stems: tuple[str, ...]
    optional: bool = False

    def fits(self, word: str) -> bool:
        return word in self.words or (bool(self.stems) and word.startswith(self.stems))


@dataclass(frozen=True, slots=True)
class _Gap:
    most: int = GAP_WORDS


@dataclass(frozen=True, slots=True)
class _Group:
    name: str


_Element = _Literal | _Gap | _Group


@dataclass(frozen=True, slots=True)
class _Phrase:
    elements: tuple[_Element, ...]
    needs: tuple[frozenset[str], ...]
    """Of each of these a text must have a word, or the phrase cannot stand in it: most searches end here."""
    groups: frozenset[str]
    """And these groups, all of them."""

    @classmethod
    def of(cls, elements: tuple[_Element, ...]) -> Self:
        literals = [e for e in elements[1:] if isinstance(e, _Literal) and not e.optional and not e.stems]
        return cls(
            elements, tuple(e.words for e in literals), frozenset(e.name for e in elements if isinstance(e, _Group))
        )

    def may_stand_among(self, words: frozenset[str]) -> bool:
        for need in self.needs:  # noqa: SIM110 - a plain loop: this runs a hundred times a message
            if need.isdisjoint(words):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Span:
    """Words `start` up to, not including, `end`."""

    start: int
    end: int
    skipped: tuple[int, ...] = ()
    """Words within that a `..` passed over: they are no part of what was looked for."""

    def overlaps(self, other: Span) -> bool:
        """True where the two share a word."""
        return self.start < other.end and other.start < self.end


def spelled_out(phrase: str) -> tuple[str, ...]:
    """Spell out `a ~ b` and an optional first word."""
    first, tilde, second = phrase.partition(" ~ ")
    if tilde:
        return (*spelled_out(f"{first} .. {second}"), *spelled_out(f"{second} .. {first}"))
    if phrase.startswith("?") and " " in phrase:
        head, _, rest = phrase.partition(" ")
        return (f"{head[1:]} {rest}", *spelled_out(rest))
    return (phrase,)


def parse_phrase(phrase: str) -> tuple[_Element, ...]:
    """Read one phrase in the form above, spelled out.

    Raises:
        KnowledgeError: it is empty, or begins or ends with a gap or an optional word.
    """
    elements: list[_Element] = []
    for part in phrase.split():
        if part == "..":
            elements.append(_Gap())
        elif part.startswith("<") and part.endswith(">"):
            elements.append(_Group(part[1:-1]))
        else:
            optional = part.startswith("?")
            choices = part.removeprefix("?").split("/")
            elements.append(
                _Literal(
                    frozenset(c for c in choices if not c.endswith("*")),
                    tuple(c[:-1] for c in choices if c.endswith("*")),
                    optional,
                )
            )
    if (
        not elements
        or isinstance(elements[0], _Gap)
        or isinstance(elements[-1], _Gap)
        or (isinstance(elements[0], _Literal) and elements[0].optional)
    ):
        raise KnowledgeError(f"the phrase {phrase!r} must begin and end with a word or a group")
    return tuple(elements)


class PhraseGroups:
    """All groups of phrases of a knowledge base, ready to be looked for."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        """Read the groups.

        Args:
            groups: name to phrases.

        Raises:
            KnowledgeError: a phrase cannot be read, names a group that is not there, or a group leads back to itself.
        """
        self._by_group: dict[str, list[_Phrase]] = {}
        for name, phrases in groups.items():
            self._by_group[name] = [_Phrase.of(parse_phrase(p)) for written in phrases for p in spelled_out(written)]
        for name in self._by_group:
            self._check_references(name, ())
        self._led: dict[str, list[tuple[str, _Phrase]]] = defaultdict(list)
        self._followers: dict[str, set[str]] = defaultdict(set)
        self._exact: dict[str, list[tuple[str, _Phrase]]] = defaultdict(list)
        self._stemmed: dict[str, list[tuple[str, _Phrase]]] = defaultdict(list)
        for name, parsed in self._by_group.items():
            for phrase in parsed:
                first = phrase.elements[0]
                if isinstance(first, _Group):
                    self._led[name].append((first.name, phrase))
                    self._followers[first.name].add(name)
                if isinstance(first, _Literal):
                    for word in first.words:
                        self._exact[word].append((name, phrase))
                    for stem in first.stems:
                        self._stemmed[stem].append((name, phrase))
        self._stem_lengths = sorted({len(s) for s in self._stemmed})
        self._in_one = lru_cache(LATEST)(lambda words: self.search(words, [0] * len(words)))

    def _check_references(self, name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise KnowledgeError(f"the group {name!r} leads back to itself by {' > '.join(above)}")
        if name.startswith("#"):
            return
        if name not in self._by_group:
            raise KnowledgeError(f"the group {name!r}, named in {above[-1] if above else 'a pattern'!r}, is not there")
        for phrase in self._by_group[name]:
            for element in phrase.elements:
                if isinstance(element, _Group):
                    self._check_references(element.name, (*above, name))

    def __contains__(self, name: str) -> bool:
        """True for a group that is there."""
        return name in self._by_group

    @property
    def names(self) -> tuple[str, ...]:
        """All groups, in the order they were given."""
        return tuple(self._by_group)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every whole word in a phrase, for typo repair."""
        return frozenset(
            w
            for phrases in self._by_group.values()
            for p in phrases
            for e in p.elements
            if isinstance(e, _Literal)
            for w in e.words
            if w.isalpha()
        )

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Every beginning of a word in a phrase: a word that begins so is not a typo."""
        return tuple(
            {
                s
                for phrases in self._by_group.values()
                for p in phrases
                for e in p.elements
                if isinstance(e, _Literal)
                for s in e.stems
            }
        )

    def led_by_group(self, name: str) -> Sequence[tuple[str, _Phrase]]:
        """The phrases of a group that begin with another group, with that one's name."""
        return self._led.get(name, ())

    def reachable(self, names: Iterable[str]) -> frozenset[str]:
        """These groups, and all that may begin with one of them: no other can stand in a text that has only these."""
        found = set(names)
        waiting = list(found)
        while waiting:
            for follower in self._followers.get(waiting.pop(), ()):
                if follower not in found:
                    found.add(follower)
                    waiting.append(follower)
        return frozenset(found)

    def starting_with(self, word: str) -> list[tuple[str, _Phrase]]:
        """The phrases whose first word this may be, with their groups."""
        found = list(self._exact.get(word, ()))
        for length in self._stem_lengths:
            if length > len(word):
                break
            found += self._stemmed.get(word[:length], ())
        return found

    def in_one(self, words: tuple[str, ...]) -> Search:
        """Look for the groups in words that count as one sentence; what was found in the latest texts is kept."""
        return self._in_one(words)

    def has(self, name: str, words: tuple[str, ...], *, unless: str = "") -> bool:
        """True where a phrase of a group stands anywhere in some words.

        Args:
            name: of the group; one that is not there stands nowhere.
            words: that count as one sentence.
            unless: a group whose phrases excuse one of the first where the two share a word.
        """
        search = self._in_one(words)
        excuses = search.spans(unless) if unless else ()
        return any(not any(span.overlaps(excuse) for excuse in excuses) for span in search.spans(name))

    def begin(self, name: str, words: tuple[str, ...]) -> bool:
        """True where words begin with a phrase of a group."""
        return any(span.start == 0 for span in self._in_one(words).spans(name))

    def are(self, name: str, words: tuple[str, ...]) -> bool:
        """True where words are a phrase of a group and nothing else."""
        return any((span.start, span.end) == (0, len(words)) for span in self._in_one(words).spans(name))

    def covered(self, names: Iterable[str], words: tuple[str, ...]) -> frozenset[int]:
        """Which of some words are part of a phrase of some groups."""
        search = self._in_one(words)
        return frozenset(i for name in names for span in search.spans(name) for i in range(span.start, span.end))

    def after(self, name: str, words: tuple[str, ...], starts: Iterable[int], *, many: bool = False) -> frozenset[int]:
        """Where phrases of a group end that begin at given words.

        Args:
            name: of the group.
            words: that count as one sentence.
            starts: numbers of words.
            many: any number of its phrases, one after the other, also none: the starts are among the ends.
        """
        spans = self._in_one(words).spans(name)
        begun = set(starts)
        if not many:
            return frozenset(span.end for span in spans if span.start in begun)
        for span in spans:  # in order, so that each may lengthen those before it
            if span.start in begun:
                begun.add(span.end)
        return frozenset(begun)

    def search(
        self,
        words: Sequence[str],
        sentence_of: Sequence[int],
        given: Mapping[str, Sequence[Span]] | None = None,
        breaks: Sequence[str] = (),
    ) -> Search:
        """Look for the groups in a text.

        Args:
            words: its words.
            sentence_of: the number of the sentence of each word; no phrase reaches over a sentence's end.
            given: spans of groups that are found otherwise (numbers), by name.
            breaks: the punctuation before each word, as `bot.language.text.Words` has it; none is fine.
        """
        return Search(self, words, sentence_of, dict(given or {}), breaks)


class Search:
    """The spans of every group in one text, found when asked for."""

    def __init__(
        self,
        groups: PhraseGroups,
        words: Sequence[str],
        sentence_of: Sequence[int],
        given: Mapping[str, Sequence[Span]],
        breaks: Sequence[str],
    ) -> None:
        """See `PhraseGroups.search`."""
        self._groups = groups
        self._words = words
        self._sentence_of = sentence_of
        self._found: dict[str, tuple[Span, ...]] = {n: tuple(s) for n, s in given.items()}
        self._candidates: dict[str, list[tuple[int, _Phrase]]] = defaultdict(list)
        self._bag = frozenset(words)
        for i, word in enumerate(self._words):
            for name, phrase in groups.starting_with(word):
                if phrase.may_stand_among(self._bag):
                    self._candidates[name].append((i, phrase))
        self.possible = self._groups.reachable((*self._candidates, *self._found))
        self._turns = self._find_turns(breaks)

    def _find_turns(self, breaks: Sequence[str]) -> frozenset[int]:
        """Words that begin a new statement: "but", and "my", "i" after a comma or an "and". No `..` passes them."""
        turns = {s.start for s in self.spans("~turn")}
        after = {s.end for s in self.spans("~and")} | {i for i, gap in enumerate(breaks) if gap}
        return frozenset(turns | {s.start for s in self.spans("~opener") if s.start in after})

    def spans(self, name: str) -> tuple[Span, ...]:
        """Where a group stands, in order, without the ones that lie within another."""
        if name not in self._found:
            self._found[name] = ()  # a group cannot contain itself; checked when read
            if name not in self.possible:
                return ()
            ends: dict[tuple[int, int], tuple[int, ...]] = {}

            def note(start: int, end: int, skipped: tuple[int, ...]) -> None:
                if (start, end) not in ends or len(skipped) < len(ends[start, end]):
                    ends[start, end] = skipped

            for i, phrase in self._candidates.get(name, ()):
                if phrase.groups <= self.possible:
                    for end, skipped in self._ends(phrase.elements, 1, i + 1, ()):
                        note(i, end, skipped)
            for first, phrase in self._groups.led_by_group(name):
                if phrase.groups <= self.possible and phrase.may_stand_among(self._bag):
                    for span in self.spans(first):
                        for end, skipped in self._ends(phrase.elements, 1, span.end, span.skipped):
                            note(span.start, end, skipped)
            self._found[name] = tuple(
                sorted(
                    (
                        Span(a, b, skipped)
                        for (a, b), skipped in ends.items()
                        if not any((c, d) != (a, b) and c <= a and b <= d for c, d in ends)
                    ),
                    key=lambda s: (s.start, s.end),
                )
            )
        return self._found[name]

    def _ends(
        self, phrase: tuple[_Element, ...], at: int, i: int, skipped: tuple[int, ...]
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Where the rest of a phrase, from element `at` and word `i` on, may end; and which words were skipped."""
        if at == len(phrase):
            yield i, skipped
            return
        element = phrase[at]
        if isinstance(element, _Gap):
            for skip in range(element.most + 1):
                here = i + skip
                if (
                    here >= len(self._words)
                    or self._sentence_of[here] != self._sentence_of[i - 1]
                    or here in self._turns
                ):
                    return
                yield from self._ends(phrase, at + 1, here, (*skipped, *range(i, here)))
            return
        if isinstance(element, _Literal) and element.optional:
            yield from self._ends(phrase, at + 1, i, skipped)
        if i >= len(self._words) or self._sentence_of[i] != self._sentence_of[i - 1]:
            return
        if isinstance(element, _Group):
            for span in self.spans(element.name):
                if span.start == i:
                    yield from self._ends(phrase, at + 1, span.end, (*skipped, *span.skipped))
        elif element.fits(self._words[i]):
            yield from self._ends(phrase, at + 1, i + 1, skipped)
