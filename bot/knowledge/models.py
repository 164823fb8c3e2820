"""The knowledge base in memory: topics, flags, numbers to call, sources and the sentences of the bot. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.knowledge.level import Level
from bot.schedule.plan_model import PlanNumbers


@dataclass(frozen=True, kw_only=True)
class Review:
    """Who has read an entry. `by` is empty until a clinician has."""

    by: str = ""
    on: date | None = None
    next: date | None = None


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What replaces parts of a topic for one stage; None keeps the default, "" and () remove it."""

    answer: str | None = None
    more: str | None = None
    tips: tuple[str, ...] | None = None


STAGES = ("pregnant", "caesarean", "after-birth")
"""Keys of a topic's `when`, in the order in which they win."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One question and its answer."""

    id: str
    title: str
    questions: tuple[str, ...]
    answer: str
    group: str = ""
    """Name of its file."""
    more: str = ""
    tips: tuple[str, ...] = ()
    when: Mapping[str, Variant] = field(default_factory=dict)
    see_also: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reminder: str = ""
    reviewed: Review = Review()
    file: str = ""
    line: int = 0

    def for_stage(self, stage: str | None) -> Variant:
        """The texts for a stage.

        Args:
            stage: one of `STAGES`, or None where it is unknown.

        Returns:
            A variant in which nothing is None.
        """
        own = self.when.get(stage or "", Variant())
        return Variant(
            answer=self.answer if own.answer is None else own.answer,
            more=self.more if own.more is None else own.more,
            tips=self.tips if own.tips is None else own.tips,
        )


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A red flag: what raises it and what is said."""

    id: str
    level: Level
    title: str
    say: str
    escalated: str = ""
    ask: str = ""
    if_yes: str = ""
    private: bool = False
    """In a group it is answered in private only: others, among them the one who hurts her, may read along."""
    help_line: str = ""
    """The kind of help lines that its alarm and its check name, one of `FLAG_HELP`; "" for none."""
    patterns: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    escalate: tuple[str, ...] = ()
    always_ask: tuple[str, ...] = ()
    past_counts: bool = False
    avoid: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    reviewed: Review = Review()
    file: str = ""
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class HelpLine:
    """One number, text line or page to get help at, and when it was last checked."""

    kind: str
    """emergency, health, crisis, violence or police."""
    name: str = ""
    number: str = ""
    text: str = ""
    web: str = ""
    area: str = ""
    hours: str = ""
    whom: str = ""
    code: str = ""
    checked: date | None = None
    next: date | None = None
    line: int = 0


CRISIS, VIOLENCE = "crisis", "violence"
FLAG_HELP = (CRISIS, VIOLENCE)
"""Kinds of help lines that a flag may name; the others stand below alarms by their level."""
HELP_KINDS = ("emergency", "police", "health", *FLAG_HELP)


@dataclass(frozen=True, kw_only=True)
class Country:
    """The help lines of a country."""

    code: str
    """ISO 3166 alpha-2, or EU."""
    name: str
    names: tuple[str, ...] = ()
    lines: tuple[HelpLine, ...] = ()

    def of(self, kind: str) -> tuple[HelpLine, ...]:
        """Its lines of one kind, best first."""
        return tuple(line for line in self.lines if line.kind == kind)


@dataclass(frozen=True, kw_only=True)
class OutsideGroup:
    """Messages that no topic answers, so that matching learns where the topics end."""

    id: str
    title: str
    questions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of topics in the menu."""

    id: str
    title: str
    beside_alarm: bool = False
    """Its answers may be read beside an alarm; where nobody has said so, they may not."""
    exercise: bool = False
    """Its topics say to wait for a go-ahead where she told that she has none yet."""


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Ids of topics and countries that the program does something special with; "" and () are nobody's role."""

    small_talk: tuple[str, ...] = ()
    """Topics said along with a question: never offered as a second one, and not worth a rating."""
    thanks: str = ""
    """The topic that answers an "ok"."""
    reminders_help: str = ""
    """What is asked of walk reminders in words counts as about this topic."""
    about: str = ""
    privacy: str = ""
    """Topics whose text stands in the commands of the same names."""
    country_menu: tuple[str, ...] = ()
    """Codes of the countries offered as buttons; the others are typed."""


REDACTION = (
    "ordinary", "capitals", "names", "before-a-name", "before-a-place", "place-joint", "houses", "no-places",
)  # fmt: skip
"""Names of the lists of redaction.yaml."""

REPLIES = (
    "skip", "decline", "answer-stage-pregnant", "answer-stage-after-birth", "answer-stage-loss",
    "answer-birth-vaginal", "answer-birth-caesarean", "answer-cleared-yes", "answer-cleared-no", "around-country",
    "menu", "stop-before", "stop", "resume", "stop-after", "stop-whole", "remind", "changing", "of-those-there",
    "many-before", "many", "again", "change", "back", "cancel", "not-yet", "quiet-none", "no-place", "doctor",
    "agreed", "is-cleared", "may-walk", "walking", "denied", "trouble", "not-denied", "no-trouble", "not-today",
    "of-today", "stop-this", "later", "later-in", "done", "around-done", "pain", "pain-is", "back-is",
    "no-pain", "lone-pain", "pain-none", "felt", "birth-over", "birth-not-over", "birth-over-first",
    "birth-recent", "birth-own", "birth-own-first", "birth-anothers", "birth-not-anothers", "birth-earlier",
    "birth-ahead",
)  # fmt: skip
"""Names of the groups of phrases of replies.yaml."""


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """By which words of ours a sentence is left out, and when; see the head of withheld.yaml."""

    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    """What is said after a loss in place of words that would hurt, so that the sentence can stay."""


WITHHELD = ("living-child", "not-living-child", "treatment", "tip-decided", "tip-growing", "tip-asks-first")
"""Names of its phrases."""


@dataclass(frozen=True, kw_only=True)
class TriageWords:
    """Groups of phrases for triage; see the head of triage/words.yaml."""

    signs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    half_signs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WalkPlan:
    """The limits of the walk plan, and where the tips of the reminders come from."""

    numbers: PlanNumbers
    tips: tuple[str, ...] = ()
    """Ids of topics."""
    reviewed: Review = Review()


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Everything the bot knows and says."""

    root: Path
    topics: Mapping[str, Topic]
    """In the order of the files."""
    groups: tuple[Group, ...] = ()
    flags: Mapping[str, Flag] = field(default_factory=dict)
    words: TriageWords = TriageWords()
    lexicon: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Phrases of commands in words, by the topic or action they stand for."""
    replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Phrases by which answers to the bot are read, by name; see the head of replies.yaml."""
    redaction: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words by which names are taken out of a question that is kept, by the name of the list."""
    withheld: Withheld = Withheld()
    roles: Roles = Roles()
    outside: tuple[OutsideGroup, ...] = ()
    countries: Mapping[str, Country] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    """Id to a line on who and what it is."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Every other sentence, by name."""
    plan: WalkPlan | None = None
    """Without one there are no walk reminders."""
    english_only: bool = False
    """Messages that are not English are turned away with a line that says so."""

    @property
    def reviewed_by(self) -> tuple[str, ...]:
        """The clinicians who have read topics, flags or the walk plan."""
        names = {review.by for review in self._reviews()}
        return tuple(sorted(names - {""}))

    @property
    def is_reviewed(self) -> bool:
        """True where a clinician's name stands under every topic and flag, and under the walk plan."""
        return all(review.by for review in self._reviews())

    @property
    def private_flags(self) -> frozenset[str]:
        """Ids of the flags that are answered in private only where others read along."""
        return frozenset(flag.id for flag in self.flags.values() if flag.private)

    def _reviews(self) -> list[Review]:
        plan = (self.plan.reviewed,) if self.plan else ()
        return [*(t.reviewed for t in self.topics.values()), *(f.reviewed for f in self.flags.values()), *plan]

    def members(self, group: str) -> tuple[Topic, ...]:
        """The topics of a group, in their order."""
        return tuple(t for t in self.topics.values() if t.group == group)
