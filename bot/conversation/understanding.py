"""Reads one text: triage first, then what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.conversation.stage import is_loss_in_words, stage_in_words
from bot.knowledge.models import Knowledge
from bot.language.phrases import PhraseGroups
from bot.language.spelling import sentence
from bot.language.text import PHRASING_LIMIT, Words, split
from bot.matching.matcher import Decision, Matcher, Ranking, decide
from bot.triage.reader import LEARNED, TriageReader
from bot.triage.rules import Finding

WHOLE = 1000
"""Characters; a message no longer is read at once."""
PIECE = 700
"""Characters of a piece. With these two, 4,096 characters take under 20 times the CPU of 200 (`make bench`)."""
OVERLAP = 100
"""Characters that pieces share, so that nothing is torn apart: about a sentence."""


def pieces(text: str) -> tuple[str, ...]:
    """A text in pieces that overlap, each once; one piece where it is not long."""
    if len(text) <= WHOLE:
        return (text,)
    starts = [*range(0, len(text) - PIECE, PIECE - OVERLAP), len(text) - PIECE]  # the last is as long as the others
    return tuple(dict.fromkeys(text[at : at + PIECE] for at in starts))


def gravest(findings: Sequence[Finding]) -> Finding:
    """The gravest of some findings, at least one, with the signs of all."""

    def gravity(finding: Finding) -> tuple[bool, bool, int]:
        return finding.flag is None, finding.kind != "alarm", finding.level.rank if finding.level else 0

    return replace(
        min(findings, key=gravity),
        signs=frozenset().union(*(f.signs for f in findings)),
        bystander=any(f.bystander for f in findings),
    )


MOST_PARTS = 12
"""A message of more sentences is a story, not two questions."""
SHORT = 6
"""Words: a message no longer than this may lean on the topic before ("and after a caesarean?")."""
SECOND_QUESTION = 0.6
"""Share that a part of a message needs to be offered as a second question. A button too many distracts."""
_PARTS = re.compile(
    r"[.?!\n;]+|\b(?:and also|also|and another thing|plus|oh and|secondly|and then"
    r"|and (?=how|what|when|can|is|should|do|does|why|where|which))\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3
FEW_WORDS = 3
"""Words that say nothing of their own beside a phrase: "after", "a", "my", "i", "am"."""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What a text says."""

    finding: Finding
    ranking: Ranking
    decision: Decision
    words: Words
    also: tuple[str, ...] = ()
    """A second topic that another part of the message asks about."""
    stage: str | None = None
    """The stage it names."""
    command: str | None = None
    """A topic that a command in words stands for."""
    is_loss: bool = False
    """It tells that she lost her baby."""
    is_only_loss: bool = False
    """It says hardly anything else."""
    asks: bool = False
    """It has a word that questions are made with."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Topic ids, best first: those offered, or at most three."""
        if len(self.decision.topics) > 1:
            return self.decision.topics
        first = self.decision.topics[:1]
        rest = tuple(c.topic for c in self.ranking.candidates if c.topic not in first)
        return (*first, *rest)[:3]


class Understanding:
    """Triage, matching and the words of commands, over one knowledge base."""

    def __init__(self, knowledge: Knowledge, triage: TriageReader, matcher: Matcher) -> None:
        """Take triage and matcher of the same knowledge base."""
        self._knowledge = knowledge
        self._triage = triage
        self._matcher = matcher
        self._small_talk = knowledge.roles.small_talk
        self.phrases = PhraseGroups(knowledge.commands)
        self.replies = PhraseGroups(knowledge.replies)

    def triage(self, text: str, remembered: frozenset[str] = frozenset()) -> Finding:
        """Look for red flags, in the text as typed and with typos repaired.

        Args:
            text: anything.
            remembered: half-signs heard lately.
        """
        found: list[Finding] = []
        for piece in pieces(text):
            repaired = sentence(self._matcher.repairer.words(split(piece)))
            found.append(self._triage.read(piece, repaired, remembered=remembered))
            remembered |= found[-1].signs
        return gravest(found)

    def read(self, text: str, *, remembered: frozenset[str] = frozenset(), before: str | None = None) -> Understood:
        """Read a text.

        Args:
            text: anything.
            remembered: half-signs heard lately.
            before: the topic of the last answer.
        """
        ranking = self._matcher.rank(text)
        words = ranking.words
        read = Understood(
            finding=self.triage(text, remembered),
            ranking=ranking,
            decision=Decision((), 0.0),
            stage=stage_in_words(self.phrases, words.words),
            words=words,
            asks=self.phrases.has("asking", words.words),
        )
        if is_loss_in_words(self.phrases, words.words):
            read = replace(read, is_loss=True, is_only_loss=self._left(words, {"loss"}) <= FEW_WORDS)
        if not ranking.is_english:
            return replace(read, finding=_without_likeness(read.finding))
        if command := self._command(words):
            return replace(read, decision=Decision((command,), 1.0), command=command)
        return self._decided(read, text, before)

    def _decided(self, read: Understood, text: str, before: str | None) -> Understood:
        ranking, decision = read.ranking, decide(read.ranking)
        if before and (leaning := self._leaning(read.words, before, read.stage)):
            ranking, decision = leaning
        elif (
            decision.topics
            and decision.topics[0] in self._small_talk
            and (beside := self._beside_small_talk(read.words))
        ):
            ranking, decision = beside
        decision, also = self._parts(text, ranking, decision)
        return replace(read, ranking=ranking, decision=decision, also=also)

    def says(self, group: str, words: Words) -> bool:
        """True where the whole text is one of a group's phrases ("none of these")."""
        said = tuple(w for w in words.words if w != "please") or words.words
        return bool(said) and self.phrases.are(group, said)

    def _left(self, words: Words, groups: Iterable[str]) -> int:
        """How many words no phrase of some groups covers."""
        return len(words.words) - len(self.phrases.covered(groups, words.words))

    def _beside_small_talk(self, words: Words) -> tuple[Ranking, Decision] | None:
        """What a message asks besides "hi" and "thank you"."""
        covered = self.phrases.covered({"small-talk"}, words.words)
        rest = tuple(w for i, w in enumerate(words.words) if i not in covered)
        if not covered or len(rest) < _FEWEST_WORDS:
            return None
        ranking = self._matcher.rank(Words(rest, ("",) * (len(rest) + 1)))
        decision = decide(ranking)
        is_more = bool(decision.topics) and decision.topics[0] not in self._small_talk
        return (ranking, decision) if is_more else None

    def begins(self, group: str, words: Words) -> bool:
        """True where the text begins with one of a group's phrases."""
        return self.phrases.begin(group, words.words)

    def words(self, text: str) -> Words:
        """The words of a text, typos repaired."""
        return self._matcher.repaired(text)

    def is_known(self, word: str) -> bool:
        """Whether a word in lower case is one of English or of the knowledge base."""
        return self._matcher.is_known(word)

    def rank(self, text: str) -> Ranking:
        """All topics for a text."""
        return self._matcher.rank(text)

    def _command(self, words: Words) -> str | None:
        search = self.phrases.in_one(words.words)
        return next((n for n in self.phrases.names if n in self._knowledge.topics and search.spans(n)), None)

    def _leaning(self, words: Words, before: str, stage: str | None) -> tuple[Ranking, Decision] | None:
        """A short message that leans on the topic before: the same topic for another stage, or both taken together."""
        topic = self._knowledge.topics.get(before)
        if topic is None or len(words.words) > SHORT or not self.begins("follow-up", words):
            return None
        alone = self._matcher.rank(words)
        together = self._matcher.rank(
            Words(
                (*split(topic.title).words, *words.words),
                ("",) * (len(split(topic.title).words) + len(words.words) + 1),
            )
        )
        if stage and self._only_stage(words):
            share = next((c.confidence for c in together.candidates if c.topic == before), 0.0)
            return together, Decision((before,), max(share, 0.5))
        if decide(alone).is_answer and not self.begins("and", words):
            return None
        combined = decide(together)
        return (together, combined) if combined.topics else None

    def _only_stage(self, words: Words) -> bool:
        """True where nothing but the stage is named: "and after a caesarean?"."""
        groups = {n for n in self.phrases.names if n.startswith("stage-")} | {"follow-up"}
        return self._left(words, groups) <= FEW_WORDS

    def _parts(self, text: str, ranking: Ranking, decision: Decision) -> tuple[Decision, tuple[str, ...]]:
        """The main topic, and another that some part of the message asks about."""
        parts: Sequence[str] = [
            p for p in _PARTS.split(text[:PHRASING_LIMIT]) if p and len(split(p).words) >= _FEWEST_WORDS
        ]
        if not 2 <= len(parts) <= MOST_PARTS:  # one part is the whole
            return decision, ()
        found = [
            (best.confidence, best.topic)
            for p in parts
            if (best := self._matcher.rank(p).best) and best.confidence >= SECOND_QUESTION
        ]
        known = {topic for _, topic in found}
        if decision.is_answer:
            others = sorted(
                ((c, t) for c, t in found if t != decision.topics[0] and t not in self._small_talk), reverse=True
            )
            return decision, tuple(dict.fromkeys(t for _, t in others))[:1]
        ranked = [c.topic for c in ranking.candidates if c.topic in known and c.topic not in self._small_talk]
        # Torn between two because she asked both: answer the likelier, offer the other.
        if decision.topics and len(ranked) > 1 and ranked[0] == decision.topics[0]:
            return Decision((ranked[0],), decision.confidence), tuple(ranked[1:2])
        return decision, ()


def _without_likeness(finding: Finding) -> Finding:
    """Of a message that is not English: likeness to English examples is chance, a question in English no help."""
    if finding.kind == "check" and all(fired.pattern == LEARNED for fired in finding.fired):
        return replace(finding, flag=None, level=None, kind=None, fired=())
    return finding
