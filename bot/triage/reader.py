"""Rules and examples together: the rules decide, and what no rule foresaw is caught by likeness to the examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from bot.knowledge.level import Level
from bot.language.text import Words, split
from bot.triage.assertion import Status, sentences
from bot.triage.encoder_model import EncoderModel
from bot.triage.example_model import ExampleModel, Suspicion
from bot.triage.rules import Finding, Fired, Kind, Triage

ALARM_MARGINS = {Level.EMERGENCY: -0.25, Level.URGENT: -0.1, Level.SOON: -0.1}
"""From here on a message is about as near to a flag's examples as to anything harmless, or nearer: alarm. All margins
were set with whole authors kept out of training, and on the development set; docs/matching.md has the figures."""
CHECK_MARGINS = {Level.EMERGENCY: -0.6, Level.URGENT: -0.4, Level.SOON: -0.3}
"""From here on a message is near enough to ask back. The graver the flag, the sooner: a question too many costs a tap,
a missed emergency more."""
HARMLESS_MARGIN = -0.4
"""Below this a message looks like no example of any flag; an alarm of the rules is then asked back instead."""
HELD_MARGIN = 0.1
"""Below this a rule that saw the flag's signs denied, past or somebody else's holds an alarm of the model back, and it
is asked instead. Above it the model has seen the same words and still finds a flag: on three sets that was right every
time."""
UNLIKE_MARGIN = -1.8
"""Below this it is so unlike all of them that a check of the rules is not asked either."""
WORTH_ASKING = -1.6
"""From here on the second opinion is heard where no alarm is raised, by one message in six; below, it would change
nothing."""
SECOND_WEIGHT = 0.2
"""Of the second opinion in the sum of both. From 0.15 to 0.3 the figures hardly move."""
LEVEL_STEP = {Level.EMERGENCY: 0.0, Level.URGENT: 0.15, Level.SOON: 0.25}
"""Taken off the sum: the less grave, the surer it must be."""
SECOND_ASKS, SECOND_SPARES = -1.1, -1.3
"""From the one on the sum asks back where nothing was asked; below the other it spares her the question."""
LEARNED = "likeness to the examples"
"""Stands in the place of a pattern in what is explained."""
FEWEST_WORDS = 2
"""One word alone is too little to be like anything; the rules know the single words that matter."""


LONG_MESSAGE = 80
"""Words; longer than any example. In so long a message one sentence says little to the model, so each is looked at by
itself before a rule is doubted; in a shorter one the other sentences often say that all is well."""


class TriageReader(Protocol):
    """What the conversation needs of triage."""

    def read(self, *texts: str, remembered: frozenset[str] = frozenset()) -> Finding:
        """See `Triage.read`."""
        ...


class CombinedReader:
    """The rules, and the model that learned from the examples."""

    def __init__(
        self,
        rules: Triage,
        learned: ExampleModel,
        levels: Mapping[str, Level],
        repair: Callable[[Words], Words],
        second: EncoderModel | None = None,
    ) -> None:
        """Put them together.

        Args:
            rules: the patterns.
            learned: the model.
            levels: of each flag.
            repair: of typos.
            second: the encoder; None does without.
        """
        self._rules = rules
        self._learned = learned
        self._levels = levels
        self._repair = repair
        self._second = second

    def read(self, *texts: str, remembered: frozenset[str] = frozenset()) -> Finding:
        """From `Triage.read`: the rules on every form of the message, then the model on the first."""
        finding = self._rules.read(*texts, remembered=remembered)
        words = self._repair(split(texts[0]))
        if len(words.words) < FEWEST_WORDS:
            return finding
        suspicion = self._learned.suspect(words)
        if suspicion is None or (finding.kind == "alarm" and remembered):
            return finding  # the model sees this message alone and cannot judge signs spread over several
        if finding.kind == "alarm":
            return self._weighed(finding, words, suspicion)
        return self._together(finding, words, suspicion)

    def _weighed(self, finding: Finding, words: Words, suspicion: Suspicion) -> Finding:
        """An alarm of the rules: raised, or asked back at most where the message looks like no example."""
        named = self._named(finding, suspicion)
        if self._is_likely(words, suspicion):
            return named
        asked = replace(named, kind="check", flags=())
        # A sign of an emergency that a rule saw reported is never met with silence, however unlike it looks.
        return asked if named.level is Level.EMERGENCY else self._reconsidered(asked, words, suspicion)

    def _named(self, finding: Finding, suspicion: Suspicion) -> Finding:
        """The flag of the rules, or the one that the model finds likelier and that is no less urgent."""
        flag = self._over(suspicion, CHECK_MARGINS)
        if flag is None or flag == finding.flag or finding.level is None or finding.escalated:
            return finding
        if self._levels[flag].rank > finding.level.rank:
            return finding
        fired = (Fired(flag, "alarm", LEARNED, suspicion.because(flag)), *finding.fired)
        return replace(finding, flag=flag, level=self._levels[flag], flags=(flag, *finding.flags), fired=fired)

    def _together(self, finding: Finding, words: Words, suspicion: Suspicion) -> Finding:
        flag = self._over(suspicion, ALARM_MARGINS)
        if any(f.always_asks and f.flag in (finding.flag, flag) for f in finding.fired):
            return finding
        if flag and not (suspicion.margins[flag] < HELD_MARGIN and self._is_held(finding, flag)):
            return self._found(finding, suspicion, flag, "alarm")
        if finding.kind == "check":
            found = finding if suspicion.nearest >= UNLIKE_MARGIN else self._dropped(finding)
        else:
            asked = flag or self._over(suspicion, CHECK_MARGINS)
            found = self._found(finding, suspicion, asked, "check") if asked else finding
        return self._reconsidered(found, words, suspicion)

    def _reconsidered(self, finding: Finding, words: Words, suspicion: Suspicion) -> Finding:
        """What the second opinion makes of it: it may ask back, or spare her a question, but never raises an alarm."""
        if self._second is None or suspicion.nearest < WORTH_ASKING or any(f.always_asks for f in finding.fired):
            return finding
        second = self._second.margins(words)
        sums = {
            flag: margin + SECOND_WEIGHT * second.get(flag, 0.0) - LEVEL_STEP[self._levels[flag]]
            for flag, margin in suspicion.margins.items()
        }
        best = max(sums, key=lambda flag: sums[flag])
        if finding.kind == "check":
            return finding if sums[best] >= SECOND_SPARES else self._dropped(finding)
        return self._found(finding, suspicion, best, "check") if sums[best] >= SECOND_ASKS else finding

    def _over(self, suspicion: Suspicion, margins: Mapping[Level, float]) -> str | None:
        """The flag that is furthest over the margin of its level."""
        over = {flag: margin - margins[self._levels[flag]] for flag, margin in suspicion.margins.items()}
        best = max(over, key=lambda flag: over[flag])
        return best if over[best] >= 0 else None

    def _found(self, finding: Finding, suspicion: Suspicion, flag: str, kind: Kind) -> Finding:
        return replace(
            finding,
            flag=flag,
            level=self._levels[flag],
            kind=kind,
            escalated=False,
            flags=(flag,) if kind == "alarm" else (),
            fired=(Fired(flag, kind, LEARNED, suspicion.because(flag)), *finding.fired),
        )

    @staticmethod
    def _is_held(finding: Finding, flag: str) -> bool:
        """True where a rule for the flag saw its signs denied, past or somebody else's."""
        return any(h.flag == flag and h.kind == "alarm" and h.status is not Status.REPORTED for h in finding.held)

    def _is_likely(self, words: Words, suspicion: Suspicion) -> bool:
        """True where the message, or one sentence of a long one, is like some example of a flag."""
        if suspicion.nearest >= HARMLESS_MARGIN:
            return True
        if len(words.words) < LONG_MESSAGE:
            return False
        found = (self._learned.suspect(part) for part in sentences(words) if len(part.words) >= FEWEST_WORDS)
        return any(s is not None and s.nearest >= HARMLESS_MARGIN for s in found)

    @staticmethod
    def _dropped(finding: Finding) -> Finding:
        """Without what the rules found: the message looks like nothing of the kind."""
        return replace(
            finding, flag=None, level=None, kind=None, flags=(), held=(*finding.fired, *finding.held), fired=()
        )
