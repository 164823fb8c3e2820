"""Rules and examples together: the rules decide, and what no rule foresaw is caught by likeness to the examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from bot.conversation.reply import Level
from bot.matching.text import Words, split
from bot.triage.clauses import Status
from bot.triage.engine import Finding, Fired, Kind, Triage
from bot.triage.learned import LearnedTriage, Suspicion

ALARM_MARGIN = 0.0
"""From here on a message is nearer to a flag's examples than to anything harmless: alarm. Set on the development set; docs/matching.md has the curve."""
CHECK_MARGIN = -0.6
"""From here on it is near enough to ask back."""
HARMLESS_MARGIN = -0.7
"""Below this a message looks like no example of any flag; an alarm of the rules is then asked back instead."""
LEARNED = "likeness to the examples"
"""Stands in the place of a pattern in what is explained."""
FEWEST_WORDS = 2
"""One word alone is too little to be like anything; the rules know the single words that matter."""


class TriageReader(Protocol):
    """What the conversation needs of triage."""

    def read(self, *texts: str, remembered: frozenset[str] = frozenset()) -> Finding:
        """See `Triage.read`."""
        ...


class TriagePanel:
    """The rules, and the model that learned from the examples."""

    def __init__(
        self, rules: Triage, learned: LearnedTriage, levels: Mapping[str, Level], repair: Callable[[Words], Words]
    ) -> None:
        """Put them together.

        Args:
            rules: the patterns.
            learned: the model.
            levels: of each flag.
            repair: of typos.
        """
        self._rules = rules
        self._learned = learned
        self._levels = levels
        self._repair = repair

    def read(self, *texts: str, remembered: frozenset[str] = frozenset()) -> Finding:
        """From `Triage.read`: the rules on every form of the message, then the model on the first."""
        finding = self._rules.read(*texts, remembered=remembered)
        words = self._repair(split(texts[0]))
        if len(words.words) < FEWEST_WORDS:
            return finding
        suspicion = self._learned.suspect(words)
        return finding if suspicion is None else self._together(finding, suspicion)

    def _together(self, finding: Finding, suspicion: Suspicion) -> Finding:
        if finding.kind == "alarm":
            return self._doubted(finding, suspicion)
        if suspicion.margin < CHECK_MARGIN:
            return finding
        kind: Kind = "alarm" if suspicion.margin >= ALARM_MARGIN else "check"
        if finding.kind == "check" and kind == "check":
            return finding
        if kind == "alarm" and self._is_held(finding, suspicion.flag):
            kind = "check"
        if finding.kind == "check" and kind == "check":
            return finding
        fired = Fired(suspicion.flag, kind, LEARNED, suspicion.because)
        return replace(
            finding,
            flag=suspicion.flag,
            level=self._levels[suspicion.flag],
            kind=kind,
            escalated=False,
            flags=(suspicion.flag,) if kind == "alarm" else (),
            fired=(fired, *finding.fired),
        )

    @staticmethod
    def _is_held(finding: Finding, flag: str) -> bool:
        """True where a rule for the flag saw its signs denied, past or somebody else's."""
        return any(h.flag == flag and h.kind == "alarm" and h.status is not Status.REPORTED for h in finding.held)

    def _doubted(self, finding: Finding, suspicion: Suspicion) -> Finding:
        """An alarm of the rules that looks like no example at all is asked back."""
        if suspicion.margin >= HARMLESS_MARGIN:
            return finding
        return replace(finding, kind="check", flags=())
