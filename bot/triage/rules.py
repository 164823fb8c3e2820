"""Triage: reads a message for red flags before anything else looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.errors import KnowledgeError
from bot.knowledge.level import Level
from bot.language.phrases import PhraseGroups, Span
from bot.language.text import Words, split
from bot.triage.assertion import CUE_GROUPS, Judged, Reading, Status, sentence_numbers
from bot.triage.measurements import NUMBER_GROUPS, number_spans
from bot.triage.variants import plain

NEAR_WORDS = 14
"""Words that the parts of a `+` may stand apart in a sentence; people dictate without full stops."""

RECENT_MESSAGES = 4
"""As typed and repaired, of one message and the one before."""

Kind = Literal["alarm", "check"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a pattern: any of some groups, there or (`absent`) not reported."""

    groups: tuple[str, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """What has to be reported together, and what must not be.

    `a + b` (near each other in one sentence), `a & b` (anywhere in the message or lately in the chat),
    `a | b` (either), `!a` (not reported).
    """

    text: str
    near: tuple[tuple[Part, ...], ...]
    """Sets of parts; the parts of one set stand near each other, the sets stand anywhere."""
    absent: tuple[Part, ...]


def parse_pattern(text: str, groups: PhraseGroups) -> Pattern:
    """Read a pattern.

    Raises:
        KnowledgeError: a group in it is not there, or nothing in it has to be present.
    """
    near: list[tuple[Part, ...]] = []
    absent: list[Part] = []
    for anywhere in text.split("&"):
        together: list[Part] = []
        for piece in anywhere.split("+"):
            name = piece.strip()
            is_absent = name.startswith("!")
            choices = tuple(c.strip() for c in name.removeprefix("!").split("|"))
            for choice in choices:
                if choice not in groups and choice not in NUMBER_GROUPS:
                    raise KnowledgeError(f"the pattern {text!r} names the group {choice!r}, which is not there")
            (absent if is_absent else together).append(Part(choices, is_absent))
        if together:
            near.append(tuple(together))
    if not near:
        raise KnowledgeError(f"the pattern {text!r} needs at least one part that is reported")
    return Pattern(text, tuple(near), tuple(absent))


@dataclass(frozen=True, kw_only=True)
class FlagRules:
    """What triage looks for, for one flag."""

    id: str
    level: Level
    patterns: Sequence[str] = ()
    check: Sequence[str] = ()
    escalate: Sequence[str] = ()
    always_ask: Sequence[str] = ()
    past_counts: bool = False


@dataclass(frozen=True, slots=True)
class Fired:
    """A pattern that fired, or that would have but for how its signs are spoken of."""

    flag: str
    kind: Kind
    pattern: str
    words: tuple[str, ...]
    status: Status = Status.REPORTED
    by: str = ""
    always_asks: bool = False
    """A check that nothing else turns into an alarm or into silence."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What triage makes of a message."""

    flag: str | None = None
    level: Level | None = None
    kind: Kind | None = None
    escalated: bool = False
    flags: tuple[str, ...] = ()
    """Every flag that raised an alarm, the leading one first."""
    bystander: bool = False
    """Somebody else is in danger now: the reply gets a line on whom to call."""
    signs: frozenset[str] = frozenset()
    """Half-signs reported in this message, to be remembered."""
    fired: tuple[Fired, ...] = ()
    held: tuple[Fired, ...] = ()
    """Patterns whose signs are denied, past, somebody else's and so on."""


@dataclass(frozen=True, slots=True)
class _Rule:
    flag: FlagRules
    kind: Kind
    pattern: Pattern
    escalates: bool = False
    always_asks: bool = False


class Triage:
    """The red flags of a knowledge base."""

    def __init__(
        self,
        flags: Sequence[FlagRules] = (),
        signs: Mapping[str, Sequence[str]] | None = None,
        things: Mapping[str, Sequence[str]] | None = None,
        cues: Mapping[str, Sequence[str]] | None = None,
        half_signs: Iterable[str] = (),
    ) -> None:
        """Compile the rules.

        Args:
            flags: in the order in which they lead among equals.
            signs: groups of phrases that are reported or denied (symptoms, events).
            things: groups that are merely there or not (parts of the body, occasions), whoever has them, whenever.
            cues: groups that say who, when and whether; `denial`, `past` and so on.
            half_signs: signs that are remembered within a chat, to be combined with later ones.

        Raises:
            KnowledgeError: a pattern or phrase cannot be read.
        """
        signs, things, cues = signs or {}, things or {}, cues or {}
        unknown = {f"~{name}" for name in cues} - {*CUE_GROUPS, "~idiom"}
        if unknown:
            raise KnowledgeError(f"triage knows no cues named {', '.join(sorted(n[1:] for n in unknown))}")
        self.groups = PhraseGroups({**signs, **things, **{f"~{name}": phrases for name, phrases in cues.items()}})
        self._things = frozenset(things)
        self._half_signs = tuple(half_signs)
        for name in self._half_signs:
            if name not in self.groups and name not in NUMBER_GROUPS:
                raise KnowledgeError(f"the half-sign {name!r} is no group")
        self._rules = [rule for flag in flags for rule in self._compiled(flag)]
        self._recent: dict[Words, _Message] = {}
        self._order = {flag.id: n for n, flag in enumerate(flags)}

    def _compiled(self, flag: FlagRules) -> Iterator[_Rule]:
        for text in flag.patterns:
            yield _Rule(flag, "alarm", parse_pattern(text, self.groups))
        for text in flag.escalate:
            yield _Rule(flag, "alarm", parse_pattern(text, self.groups), escalates=True)
        for text in flag.check:
            yield _Rule(flag, "check", parse_pattern(text, self.groups))
        for text in flag.always_ask:
            yield _Rule(flag, "check", parse_pattern(text, self.groups), always_asks=True)

    def read(self, *texts: str, remembered: frozenset[str] = frozenset()) -> Finding:
        """Read a message.

        Args:
            texts: the message in one or more forms (as typed, with typos repaired); a flag in any of them counts.
            remembered: half-signs heard lately in this chat.

        Returns:
            The leading flag: an alarm before a check, then the more urgent, then the order of the knowledge base.
        """
        fired: list[tuple[_Rule, Fired]] = []
        held: list[Fired] = []
        signs: set[str] = set()
        bystander = False
        for words in dict.fromkeys(plain(split(text)) for text in texts):
            if not words.words:
                continue
            one = self._message(words)
            for rule in self._rules:
                result = one.test(rule, remembered)
                if result is None:
                    continue
                if result.status is Status.REPORTED:
                    fired.append((rule, result))
                else:
                    held.append(result)
                    bystander |= (
                        result.status is Status.OTHER
                        and rule.kind == "alarm"
                        and self._level(rule) is not Level.SOON
                        and one.is_now(rule)
                    )
            signs |= {name for name in self._half_signs if one.reports(name)}
        return self._lead(fired, held, frozenset(signs), bystander)

    def _message(self, words: Words) -> _Message:
        """A message, ready to be tested; the last few are kept, as rules and model look at the same ones."""
        if words not in self._recent:
            if len(self._recent) >= RECENT_MESSAGES:
                self._recent.clear()
            self._recent[words] = _Message(words, self.groups, self._things)
        return self._recent[words]

    def signs_in(self, words: Words) -> list[tuple[str, Status]]:
        """Which groups stand in a message, and how each is spoken of; for the model that learns from the examples.

        Args:
            words: the message, typos repaired.
        """
        if not words.words:
            return []
        one = self._message(plain(words))
        names = sorted(name for name in one.search.possible if not name.startswith(("~", "#")))
        return [(name, status) for name in names for status in {j.status for j in one.judged(name, False)}]

    @staticmethod
    def _level(rule: _Rule) -> Level:
        return Level.EMERGENCY if rule.escalates else rule.flag.level

    def _lead(
        self, fired: list[tuple[_Rule, Fired]], held: list[Fired], signs: frozenset[str], bystander: bool
    ) -> Finding:
        if not fired:
            return Finding(held=tuple(held), signs=signs, bystander=bystander)
        ranked = sorted(
            fired, key=lambda rf: (rf[0].kind != "alarm", self._level(rf[0]).rank, self._order[rf[0].flag.id])
        )
        rule = ranked[0][0]
        alarms = dict.fromkeys(r.flag.id for r, _ in ranked if r.kind == "alarm")
        return Finding(
            flag=rule.flag.id,
            level=self._level(rule),
            kind=rule.kind,
            escalated=rule.escalates and rule.flag.level is not Level.EMERGENCY,
            flags=tuple(alarms),
            fired=tuple(dict.fromkeys(f for _, f in ranked)),
            held=tuple(held),
            signs=signs,
            bystander=bystander,
        )


class _Message:
    """One form of a message, tested against rules; what was judged once is kept."""

    def __init__(self, words: Words, groups: PhraseGroups, things: frozenset[str]) -> None:
        self.words = words
        self.sentences = sentence_numbers(words)
        self.search = groups.search(words.words, self.sentences, number_spans(words.words), words.breaks)
        self.reading = Reading(words, self.search)
        self._things = things
        self._judged: dict[tuple[str, bool], list[Judged]] = {}

    def judged(self, group: str, past_counts: bool) -> list[Judged]:
        key = (group, past_counts)
        if key not in self._judged:
            spans = self.search.spans(group)
            if group in self._things:
                self._judged[key] = [
                    Judged(
                        s, Status.IDIOM if any(i.overlaps(s) for i in self.search.spans("~idiom")) else Status.REPORTED
                    )
                    for s in spans
                ]
            else:
                self._judged[key] = [self.reading.judge(s, past_counts=past_counts) for s in spans]
        return self._judged[key]

    def reports(self, group: str) -> bool:
        return any(j.status is Status.REPORTED for j in self.judged(group, False))

    def is_now(self, rule: _Rule) -> bool:
        """True where the words around a rule's signs are not past."""
        return (
            not self.search.spans("~past")
            and not self.search.spans("~over")
            and not self.search.spans("~supposed")
            and rule.kind == "alarm"
        )

    def test(self, rule: _Rule, remembered: frozenset[str]) -> Fired | None:
        """How a rule comes out: reported, held back by something, or (None) not there at all."""
        if not self._may_fire(rule, remembered):
            return None
        past = rule.flag.past_counts
        for part in rule.pattern.absent:
            if any(j.status is Status.REPORTED for g in part.groups for j in self.judged(g, past)) or any(
                g in remembered for g in part.groups
            ):
                return None
        worst: Judged | None = None
        spans: list[Span] = []
        leans_on_memory = has_sign = False
        for together in rule.pattern.near:
            best = self._best(together, past)
            if best is None or best[0].status is not Status.REPORTED:
                if (
                    len(together) == 1
                    and any(g in remembered for g in together[0].groups)
                    and (best is None or best[0].status is not Status.DENIED)
                ):
                    leans_on_memory = True
                    continue
                if best is None:
                    return None
                worst = worst or best[0]
            has_sign |= any(g not in self._things for part in together for g in part.groups)
            spans += best[1]
        if leans_on_memory and not has_sign:
            return None  # a mere word such as "baby" would bring an old fever up again and again
        said = tuple(" ".join(self.words.words[s.start : s.end]) for s in spans)
        status, by = (worst.status, worst.by) if worst else (Status.REPORTED, "")
        return Fired(rule.flag.id, rule.kind, rule.pattern.text, said, status, by, rule.always_asks)

    def _may_fire(self, rule: _Rule, remembered: frozenset[str]) -> bool:
        """False, quickly, where some part of a rule does not stand in the message at all; true for few of them."""
        spans = self.search.spans
        return all(
            any(spans(g) or g in remembered for g in part.groups) for together in rule.pattern.near for part in together
        )

    def _best(self, together: tuple[Part, ...], past: bool) -> tuple[Judged, list[Span]] | None:
        """The reading of a set of parts that is most reported; the judged one that holds it back comes with it."""
        found: tuple[Judged, list[Span]] | None = None

        def go(at: int, chosen: list[Judged]) -> bool:
            nonlocal found
            if at == len(together):
                held = next((j for j in chosen if j.status is not Status.REPORTED), chosen[0])
                if found is None or held.status is Status.REPORTED:
                    found = (held, [j.span for j in chosen])
                return held.status is Status.REPORTED
            return any(
                go(at + 1, [*chosen, judged])
                for group in together[at].groups
                for judged in self.judged(group, past)
                if all(self._near(judged.span, c.span) for c in chosen)
            )

        go(0, [])
        return found

    def _near(self, a: Span, b: Span) -> bool:
        if self.sentences[a.start] != self.sentences[b.start]:
            return False
        return max(a.start, b.start) - min(a.end, b.end) <= NEAR_WORDS
