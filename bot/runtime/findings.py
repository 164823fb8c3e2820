"""What `bot doctor` finds: one line each, for people or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. todo: what to do; empty where nothing is to be done."""

    state: State
    what: str
    says: str
    todo: str = ""

    def __str__(self) -> str:
        """`warn  disk        120 MB are free. Do: ...`, on one line."""
        todo = f". Do: {self.todo}" if self.todo else ""
        return f"{self.state.value:<4}  {self.what:<10}  {' '.join(self.says.split()).rstrip('.')}{todo}"

    def to_json(self) -> dict[str, str]:
        """Plain JSON values."""
        return {"state": self.state.value, "what": self.what, "says": self.says, "todo": self.todo}


def ok(what: str, says: str) -> Finding:
    """Nothing is to be done."""
    return Finding(state=State.OK, what=what, says=says)


def warn(what: str, says: str, todo: str) -> Finding:
    """The bot works, but somebody should look."""
    return Finding(state=State.WARN, what=what, says=says, todo=todo)


def fail(what: str, says: str, todo: str) -> Finding:
    """The bot does not work, or will not after the next start."""
    return Finding(state=State.FAIL, what=what, says=says, todo=todo)


def has_failed(findings: Sequence[Finding]) -> bool:
    """Whether anything does not work."""
    return any(finding.state is State.FAIL for finding in findings)


def ago(seconds: float) -> str:
    """A length of time in the largest unit that fits."""
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
