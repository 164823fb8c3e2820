"""Very long messages are read for red flags in pieces: the time of triage grows with the square of the length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
