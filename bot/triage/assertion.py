"""Cuts a message into clauses, and says of each stretch of words: who, when, denied, asked about or supposed.

The cue words come from the knowledge base (`cues` in triage/words.yaml); what is done with them stands here. The rules
are a small relative of NegEx and ConText (Chapman 2001, Harkema 2009): a cue has a direction and a scope that ends with
its clause.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bot.language.phrases import Search, Span
from bot.language.text import Words

SENTENCE_ENDS = frozenset(".!?;\n…")
OVER_REACH = 2
"""Clauses after a sign within which "gone now" still speaks of it."""
SHORT_CLAUSE = 5
"""Words of a clause that only says when ("three years ago,")."""
DENIAL_REACH = 7
"""Words a denial reaches within its clause: "no sign of any fever or chills" has five between first and last."""

CUE_GROUPS = (
    "~denial",
    "~denial-list",
    "~denial-after",
    "~denial-last",
    "~not-a-denial",
    "~reset",
    "~or",
    "~writer",
    "~patient",
    "~relative",
    "~birth-now",
    "~other",
    "~she",
    "~baby",
    "~baby-time",
    "~not-subject",
    "~own",
    "~past",
    "~now",
    "~over",
    "~supposed",
    "~if",
    "~asks",
    "~general",
    "~not-general",
    "~people",
    "~joiner",
    "~turn",
    "~and",
    "~opener",
    "~reports",
)
"""Names of the cue groups; each is optional."""


class Status(StrEnum):
    """How a sign is spoken of."""

    REPORTED = "reported"
    DENIED = "denied"
    OTHER = "somebody else"
    PAST = "past and over"
    SUPPOSED = "supposed"
    GENERAL = "asked in general"
    IDIOM = "figure of speech"


@dataclass(frozen=True, slots=True)
class Judged:
    """A sign, how it is spoken of, and the words that say so."""

    span: Span
    status: Status
    by: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `start` to `end`; `sentence` counts from 0."""

    start: int
    end: int
    sentence: int


def sentence_numbers(words: Words) -> list[int]:
    """The number of the sentence of each word."""
    numbers, number = [], 0
    for i, gap in enumerate(words.breaks[:-1]):
        if i and set(gap) & SENTENCE_ENDS:
            number += 1
        numbers.append(number)
    return numbers


def sentences(words: Words) -> list[Words]:
    """A message cut at the ends of its sentences."""
    numbers = sentence_numbers(words)
    starts = [i for i, n in enumerate(numbers) if not i or n != numbers[i - 1]]
    return [
        Words(words.words[a:b], (*words.breaks[a:b], words.breaks[b])) for a, b in pairwise([*starts, len(words.words)])
    ]


def _shares_words(cue: Span, sign: Span) -> bool:
    """True where a word of a cue, other than one it skips, belongs to a sign ("had .. in march" around it does not)."""
    return any(i not in cue.skipped for i in range(max(cue.start, sign.start), min(cue.end, sign.end)))


class Reading:
    """One message, read for who, when and whether."""

    def __init__(self, words: Words, search: Search) -> None:
        """Find clauses and cues.

        Args:
            words: the message.
            search: its groups of phrases, the cue groups among them.
        """
        self.words = words
        self.search = search
        self.sentences = sentence_numbers(words)
        self.clauses = self._cut()
        self._clause_of = [n for n, c in enumerate(self.clauses) for _ in range(c.start, c.end)]
        self._idioms = search.spans("~idiom")
        self._actors = self._find_actors()

    def _cut(self) -> list[Clause]:
        count = len(self.words.words)
        starts = {0} if count else set()
        starts |= {i for i in range(1, count) if self.words.breaks[i]}
        starts |= {s.start for s in self.search.spans("~joiner")}
        ordered = [*sorted(starts), count]
        return [Clause(a, b, self.sentences[a]) for a, b in pairwise(ordered) if a < b]

    def _cues(self, name: str, start: int, end: int) -> list[Span]:
        return [s for s in self.search.spans(name) if start <= s.start and s.end <= end]

    def _first(self, name: str, start: int, end: int, beside: Span | None = None) -> Span | None:
        """The first cue of a group in a stretch of words that shares none with `beside`."""
        return next((s for s in self._cues(name, start, end) if not (beside and s.overlaps(beside))), None)

    def _text(self, span: Span) -> str:
        return " ".join(self.words.words[span.start : span.end])

    def _sentence(self, span: Span) -> tuple[int, int]:
        number = self.sentences[span.start]
        start = self.sentences.index(number)
        return start, start + self.sentences.count(number)

    # --- who ---------------------------------------------------------------

    def _find_actors(self) -> list[tuple[Span, str]]:
        """Whoever the message speaks of, in order: the words, and "" for the writer or the mother, else who it is."""
        others = [
            s for s in self.search.spans("~other") if not self._is_object(s) and not self._within("~baby-time", s)
        ]
        patients = list(self.search.spans("~patient"))
        writers = [
            s
            for s in self.search.spans("~writer")
            if not any(o.overlaps(s) or o.start == s.end for o in (*self.search.spans("~other"), *patients))
        ]
        if self._relative_is_mother(writers):
            patients += self.search.spans("~relative")
        others = [o for o in others if not any(p.overlaps(o) for p in patients)]
        own = [s for s in self.search.spans("~own") if not any(self._before(o, s) for o in others)]
        found = [(s, "") for s in (*writers, *patients, *own)]
        found += [(s, self._text(s)) for s in others]
        found.sort(key=lambda a: a[0].start)
        return self._with_she(found, bool(patients))

    def _with_she(self, actors: list[tuple[Span, str]], has_patient: bool) -> list[tuple[Span, str]]:
        """Add "she": the mother, unless a baby or another woman was named before or the writer speaks of herself."""
        writer_speaks = any(not who for _, who in actors)
        for she in self.search.spans("~she"):
            if any(a.overlaps(she) for a, _ in actors) or self._is_object(she) or self._within("~baby-time", she):
                continue
            before = [who for a, who in actors if a.start < she.start and who]
            baby = next((b for b in self.search.spans("~baby") if b.end <= she.start), None)
            if has_patient:
                who = ""
            elif before:
                who = before[-1]
            else:
                who = self._text(baby) if baby else self._text(she) if writer_speaks else ""
            actors = sorted([*actors, (she, who)], key=lambda a: a[0].start)
        return actors

    def _relative_is_mother(self, writers: Sequence[Span]) -> bool:
        """True where the writer tells of a relative who has just given birth, and of nothing else."""
        return bool(
            self.search.spans("~relative")
            and self.search.spans("~birth-now")
            and not writers
            and not self.search.spans("~over")
            and not self.search.spans("~past")
        )

    def _before(self, first: Span, second: Span) -> bool:
        """True where both stand in one clause, in this order: "my aunt had breast cancer" tells of her breast."""
        return first.start < second.start and self._clause_of[first.start] == self._clause_of[second.start]

    def _is_object(self, span: Span) -> bool:
        """True for "the baby" in "since I had the baby": no subject."""
        return any(c.end == span.start for c in self.search.spans("~not-subject"))

    def _within(self, name: str, span: Span) -> bool:
        return any(s.start <= span.start and span.end <= s.end for s in self.search.spans(name))

    def _whose(self, span: Span) -> str:
        """Whose sign it is: "" for the writer or the mother, else who; the last one named before it counts."""
        start, _ = self._sentence(span)
        if any(span.start <= w.start and w.end <= span.end for w in self.search.spans("~writer")):
            return ""  # "he hit me"
        near = [(a, who) for a, who in self._actors if start <= a.start and a.end <= span.start]
        if near:
            return near[-1][1]
        if self._first("~reports", span.start, span.start + 2) or self._first("~reports", start, start + 2):
            before = [
                who
                for a, who in self._actors
                if a.start < start and self.sentences[a.start] == self.sentences[span.start] - 1
            ]
            return before[-1] if before else ""  # "my sister had a clot. couldnt breathe."
        return ""

    # --- each sign ----------------------------------------------------------

    def judge(self, span: Span, *, past_counts: bool = False) -> Judged:
        """Say how a sign is spoken of.

        Args:
            span: the words of the sign. Cue words among them belong to the sign ("cant feel" denies nothing).
            past_counts: the sign counts also when it is over (cancer before).
        """
        if idiom := next((i for i in self._idioms if i.overlaps(span)), None):
            return Judged(span, Status.IDIOM, self._text(idiom))
        if cue := self._denied(span):
            return Judged(span, Status.DENIED, self._text(cue))
        if who := self._whose(span):
            return Judged(span, Status.OTHER, who)
        if cue := self._supposed(span):
            return Judged(span, Status.SUPPOSED, self._text(cue))
        if not past_counts and (cue := self._past(span)):
            return Judged(span, Status.PAST, self._text(cue))
        if cue := self._general(span):
            return Judged(span, Status.GENERAL, self._text(cue))
        return Judged(span, Status.REPORTED)

    def _denied(self, span: Span) -> Span | None:
        number = self._clause_of[span.start]
        clause = self.clauses[number]
        last = self.clauses[self._clause_of[span.end - 1]]

        def counts(cue: Span) -> bool:
            own = cue.overlaps(span) and not all(i in span.skipped for i in range(cue.start, cue.end))
            return not own and not any(
                n.start <= cue.start and cue.end <= n.end for n in self.search.spans("~not-a-denial")
            )

        for cue in self._cues("~denial", clause.start, span.end):
            if counts(cue) and span.start - cue.end <= DENIAL_REACH and not self._first("~reset", cue.end, span.start):
                return cue
        for cue in self._cues("~denial-after", span.end, last.end):
            if counts(cue):
                return cue
        for cue in self._cues("~denial-last", span.end, last.end):
            if counts(cue) and cue.end == last.end:
                return cue
        return self._answered(span) or self._denied_in_list(span, number, counts)

    def _denied_in_list(self, span: Span, number: int, counts: Callable[[Span], bool]) -> Span | None:
        """The denial of a list ("no fever, chills or bleeding"): its parts are bare and an "or" closes it."""
        _, end = self._sentence(span)
        for n in range(number, 0, -1):
            here, before = self.clauses[n], self.clauses[n - 1]
            if (
                before.sentence != here.sentence
                or self._speaks(here, span)
                or self._within("~turn", Span(here.start, here.start + 1))
            ):
                return None
            for cue in self._cues("~denial-list", before.start, before.end):
                closed = self._first("~or", before.start, end) or self._first("~and", cue.end, end)
                if counts(cue) and closed:
                    return cue
        return None

    def _answered(self, span: Span) -> Span | None:
        """The next clause where it is nothing but a denial: "fever? no", "numbness: none"."""
        number = self._clause_of[span.end - 1]
        if span.end != self.clauses[number].end or number + 1 >= len(self.clauses):
            return None
        after = self.clauses[number + 1]
        if after.end - after.start > 2 or self.words.breaks[after.start].strip() not in ("?", ":", "-"):
            return None
        return self._first("~denial", after.start, after.end)

    def _speaks(self, clause: Clause, span: Span) -> bool:
        """True where a clause has a subject or verb of its own, so that nothing from before reaches into it."""
        end = max(span.start, clause.start)
        return bool(self._first("~writer", clause.start, end) or self._first("~reports", clause.start, end))

    def _supposed(self, span: Span) -> Span | None:
        start, end = self._sentence(span)
        clause = self.clauses[self._clause_of[span.start]]
        now = self._first("~now", clause.start, clause.end, span)
        for cue in self._cues("~supposed", start, span.start):
            same = self._clause_of[cue.start] == self._clause_of[span.start]
            if same or (not now and not self._first("~writer", clause.start, clause.end)):
                return cue
        if (opening := self._first("~if", start, min(start + 2, span.start))) is not None:
            after = self.clauses[self._clause_of[span.end - 1]].end
            if after < end and not now and self._first("~asks", after, min(after + 2, end)):
                return opening
        return None

    def _past(self, span: Span) -> Span | None:
        start, end = self._sentence(span)
        number = self._clause_of[span.start]
        clause = self.clauses[number]
        over = self._first("~over", clause.start, len(self.words.words), span)
        if over and self._clause_of[over.start] - self._clause_of[span.end - 1] <= OVER_REACH:
            return over
        if self._first("~now", clause.start, clause.end, span):
            return None
        for cue in self._cues("~past", start, end):
            home = self.clauses[self._clause_of[cue.start]]
            bare = home.end - home.start <= SHORT_CLAUSE
            distance = abs(self._clause_of[cue.start] - number)
            if not _shares_words(cue, span) and (distance == 0 or (distance == 1 and bare)):
                return cue
        return None

    def _general(self, span: Span) -> Span | None:
        """A question about the thing: it opens like one, and nobody in it has the sign."""
        start, end = self._sentence(span)
        if self._first("~not-general", start, start + 6):
            start = max(start, span.start)
        for name in ("~general", "~people"):
            for cue in self._cues(name, start, span.start):
                early = name == "~people" or self._opens(cue, start)
                if (
                    early
                    and not self._first("~writer", max(cue.start - 1, 0) if name == "~general" else start, span.end)
                    and not self._first("~now", span.start, end, span)
                ):
                    return cue
        return None

    def _opens(self, cue: Span, start: int) -> bool:
        """True where a question begins here: at the start of its sentence, give or take a greeting, or of a clause."""
        return cue.start <= start + 2 or bool(self.words.breaks[cue.start])
