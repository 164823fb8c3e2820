"""Very long messages are read for red flags in pieces: the time of triage grows with the square of the length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.triage.engine import Finding

WHOLE = 2000
"""Characters; a message no longer is read at once, in at most 0.2 s of CPU."""
PIECE = 1000
"""Characters of a piece; 0.05 s at most."""
OVERLAP = 200
"""Characters that pieces share, so that nothing is torn apart: about two sentences."""


def pieces(text: str) -> tuple[str, ...]:
    """A text in pieces that overlap, each once; one piece where it is not long."""
    if len(text) <= WHOLE:
        return (text,)
    return tuple(dict.fromkeys(text[at : at + PIECE] for at in range(0, len(text) - OVERLAP, PIECE - OVERLAP)))


def gravest(findings: Sequence[Finding]) -> Finding:
    """The gravest of some findings, at least one, with the signs of all."""

    def gravity(finding: Finding) -> tuple[bool, bool, int]:
        return finding.flag is None, finding.kind != "alarm", finding.level.rank if finding.level else 0

    return replace(
        min(findings, key=gravity),
        signs=frozenset().union(*(f.signs for f in findings)),
        bystander=any(f.bystander for f in findings),
    )
