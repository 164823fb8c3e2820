"""A set-up or another question of the reminders that is open: kept in the context, short-lived, plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

NEW, CHANGE, ZONE, QUIET, PAUSE, PAIN, SAFETY = "new", "change", "zone", "quiet", "pause", "pain", "safety"
"""What a draft is for: a new reminder, a change of one, or one question by itself."""
DEFAULT_TIME = "10:00"
"""Of one who skips the question."""


@dataclass(frozen=True, kw_only=True)
class SetupDraft:
    """What she has answered so far."""

    purpose: str = NEW
    step: str = "days"
    """The question that is open."""
    no: int | None = None
    """The reminder that is changed, paused or answered; None for a new one, or for all."""
    day: str = ""
    """Local date of the walk whose pain is asked, ISO."""
    walked_at: int = 0
    """Its instant, which tells it from another walk of that day."""
    days: tuple[int, ...] = ()
    picking: bool = False
    """She chooses the days one by one."""
    at: str = ""
    """The time as HH:MM."""
    other: str = ""
    """Its other reading, twelve hours later."""
    minutes: int | None = None
    """None where the plan decides."""
    zone: str = ""
    done: tuple[str, ...] = ()
    """Steps that she has answered or skipped."""
    aside: bool = False
    """Something else was said since it was asked: a mere "yes" or a number answers that, not this."""
    given: tuple[str, ...] = ()
    """Steps that need no asking: said in the first message, or not to be changed."""

    def with_step(self, step: str) -> SetupDraft:
        """This draft at another step, which is open again."""
        return replace(self, step=step, done=tuple(s for s in self.done if s != step), picking=False)

    def answered(self, **values: Any) -> SetupDraft:
        """This draft with its step answered."""
        return replace(self, done=tuple(dict.fromkeys((*self.done, self.step))), **values)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `dataclasses.asdict` and JSON left of a draft; fields of another version are ignored."""
        known: dict[str, Any] = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        known |= {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
        return cls(**known)
