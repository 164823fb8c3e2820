"""What the walk plan takes and gives: numbers, walks, the walker, the plan with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

PAIN_MOST = 10


class Why(StrEnum):
    """Reasons of a plan. Each has its own sentence elsewhere, or none."""

    START = "start"
    """The first walk."""
    GREW = "grew"
    TOO_FEW_WALKS = "too-few-walks"
    """Not yet enough walks of this length with their pain told."""
    TOO_SOON = "too-soon"
    """It grew, or changed, less than a week ago."""
    AT_MOST = "at-most"
    """The longest walk of the plan is reached."""
    PAIN_SOME = "pain-some"
    """Pain too strong to grow, not strong enough to shorten."""
    PAIN_RISING = "pain-rising"
    PAIN_HIGH = "pain-high"
    PAUSE = "pause"
    SOON_ALARM = "soon-alarm"
    BEFORE_CLEARANCE = "before-clearance"
    OWN = "own"
    """Her own minutes."""
    OWN_SHORTENED = "own-shortened"
    """Her own minutes are more than is right before the doctor's clearance."""
    OWN_EASED = "own-eased"
    """Less than her own minutes, for the pain told since she chose them."""
    CHECK_STRONG = "check-strong"
    """Ask the safety check: strong pain once."""
    CHECK_OFTEN = "check-often"
    """Ask the safety check: pain that shortens walks, several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNumbers:
    """The limits of the plan; they have no defaults here, for they are content that a clinician confirms.

    start: minutes of the first walk. shortest: minutes that easing never goes below. goal: minutes that texts name.
    most: the plan grows no further. step: minutes it grows or eases by. walks_to_grow: walks Done with their pain told
    before it grows. pain_grows: the most pain, 0 to 10, with which it grows. pain_rise: points from one walk to the
    next that count as rising beyond chance. pain_shortens: pain that shortens the next walk. pain_check: pain that
    asks the safety check at once. pain_check_times: how often `pain_shortens` asks it. pause_days: days without a
    walk after which it steps back, once for each such span. before_clearance_most: minutes before the clearance.
    """

    start: int
    shortest: int
    goal: int
    most: int
    step: int
    walks_to_grow: int
    pain_grows: int
    pain_rise: int
    pain_shortens: int
    pain_check: int
    pain_check_times: int
    pause_days: int
    before_clearance_most: int

    def __post_init__(self) -> None:
        """Raise ValueError where the numbers contradict each other, with all the contradictions."""
        problems = [f"{field.name} must be at least 1" for field in fields(self) if getattr(self, field.name) < 1]
        if not self.shortest <= self.start <= self.goal <= self.most:
            problems.append("shortest, start, goal and most must be in this order")
        if not self.pain_grows < self.pain_shortens < self.pain_check <= PAIN_MOST:
            problems.append(f"pain_grows, pain_shortens and pain_check must rise, to {PAIN_MOST} at the most")
        if self.shortest > self.before_clearance_most:
            problems.append("before_clearance_most must not be below shortest")
        if problems:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk that was planned: its instant, local date and minutes, whether it was done, pain after it (0 to 10)."""

    at: int
    day: date
    minutes: int
    done: bool = True
    pain: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where minutes or pain are out of range."""
        if self.minutes < 1 or not 0 <= (self.pain or 0) <= PAIN_MOST:
            raise ValueError(f"a walk has at least 1 minute, and pain from 0 to {PAIN_MOST}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """What the plan knows of her.

    walks: in any order. from_start: these are all that she ever did, not only the latest. own: minutes she chose
    herself; own_since: the instant at which she did, None for before all walks. needs_clearance: caesarean, bad tear,
    complications, told to rest, or not known; cleared_on: local date of the doctor's clearance. soon_alarm: a soon
    alarm is open. checked_at: the instant at which the last safety check was answered.
    """

    walks: Sequence[Walk] = ()
    from_start: bool = True
    own: int | None = None
    own_since: int | None = None
    needs_clearance: bool = True
    cleared_on: date | None = None
    soon_alarm: bool = False
    checked_at: int | None = None

    def cleared_by(self, today: date) -> bool:
        """True where the growing plan may run."""
        return not self.needs_clearance or (self.cleared_on is not None and self.cleared_on <= today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The next walk. `gentle`: even ground, no poles, as the hospital showed her. `ask_check`: ask before walking."""

    minutes: int
    why: tuple[Why, ...]
    ask_check: bool
    gentle: bool
