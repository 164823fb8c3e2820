"""Actions about walk reminders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, ClassVar

from bot.conversation.actions.base import Action
from bot.conversation.actions.parts import (
    CLOCK,
    CLOCK_OR_YES_NO,
    HOURS,
    ISO_DATE,
    NUMBER,
    NUMBERS,
    SKIP,
    YES_NO,
    ZONE,
    CheckAnswer,
    Day,
    Days,
    GentleAnswer,
    Number,
    Part,
    Which,
    one_of,
    optional,
    words,
)
from bot.schedule.quiet import QuietHours

_ROOM = "walk"
_SKIPPABLE = ("days", "time", "early", "safety", "cleared", "gentle", "minutes", "zone", "quiet")
_SKIPPED = words({f"{step}:{SKIP}": step for step in _SKIPPABLE})
_FIELDS = ("days", "time", "minutes")


def is_about_reminders(text: str) -> bool:
    """True for the text of an action about reminders, also where it is none of ours or no longer."""
    return text.partition(":")[0] == _ROOM


def is_on_reminders(actions: Iterable[str]) -> bool:
    """True where buttons belong to talk about reminders. One that begins it stands below other answers, too."""
    return any(is_about_reminders(text) and text != NewReminder().pack() for text in actions)


# --- the list, and what is done to one ----------------------------------------------------


@dataclass(frozen=True)
class NewReminder(Action, head="walk:new"):
    """Begins the set-up of a reminder."""


@dataclass(frozen=True)
class ListReminders(Action, head="walk:list"):
    """Shows every reminder."""


@dataclass(frozen=True)
class ShowReminder(Action, head="walk:show:"):
    """Shows one reminder with what can be done to it."""

    no: Number


@dataclass(frozen=True)
class EditReminder(Action, head="walk:edit:"):
    """Asks for one field of a reminder anew."""

    no: Number
    field: Annotated[str, one_of(*_FIELDS)]


@dataclass(frozen=True)
class StopReminders(Action, head="walk:stop:"):
    """Stops one or all."""

    which: Which


@dataclass(frozen=True)
class UndoStop(Action, head="walk:on:"):
    """Starts those that were stopped."""

    numbers: Annotated[tuple[int, ...], NUMBERS]


@dataclass(frozen=True)
class ResumeReminders(Action, head="walk:resume:"):
    """Starts what is stopped or paused."""

    which: Which


@dataclass(frozen=True)
class PauseReminders(Action, head="walk:pause:"):
    """Asks for how long one or all shall pause."""

    which: Which


@dataclass(frozen=True)
class UndoPause(Action, head="walk:unpause:"):
    """Ends a pause; what was stopped stays so."""

    which: Which


@dataclass(frozen=True)
class RemoveReminder(Action, head="walk:delete:"):
    """Deletes one."""

    no: Number


@dataclass(frozen=True)
class UndoDelete(Action, head="walk:put:"):
    """Sets a deleted reminder again. Buttons of an older version end behind the minutes."""

    at: Annotated[time, CLOCK]
    days: Days
    minutes: Annotated[int | None, optional(NUMBER)]
    enabled: Annotated[bool, Part[bool](lambda on: "" if on else "off", lambda text: text != "off")]
    paused_until: Annotated[date | None, optional(ISO_DATE)]
    last_day: Annotated[date | None, optional(ISO_DATE)]


# --- her time, her safety -----------------------------------------------------------------


@dataclass(frozen=True)
class ChangeZone(Action, head="walk:zone"):
    """Asks for her time zone."""


@dataclass(frozen=True)
class ChangeQuietHours(Action, head="walk:quiet"):
    """Asks for her quiet hours."""


@dataclass(frozen=True)
class StartAgain(Action, head="walk:again"):
    """She wants her walks to go on after whatever held them."""


@dataclass(frozen=True)
class SaySeen(Action, head="walk:seen"):
    """She has been seen by a doctor."""


@dataclass(frozen=True)
class SayCleared(Action, head="walk:cleared"):
    """She says that she is cleared, and is asked about it."""


@dataclass(frozen=True)
class LeaveOff(Action, head="walk:leave"):
    """Her walks stay off after she was away."""


# --- answers to a reminder ----------------------------------------------------------------


@dataclass(frozen=True)
class SayDone(Action, head="walk:done:"):
    """She walked on that date."""

    no: Number
    day: Day


@dataclass(frozen=True)
class SayLater(Action, head="walk:later:"):
    """Later; without minutes she is asked for them."""

    no: Number
    day: Day
    minutes: Annotated[int | None, optional(NUMBER)] = None


@dataclass(frozen=True)
class SayNotToday(Action, head="walk:not-today:"):
    """A rest day."""

    no: Number
    day: Day


@dataclass(frozen=True)
class GoOn(Action, head="walk:go-on:"):
    """The reminders shall go on though she answered none."""

    no: Number


# --- the set-up ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ContinueSetup(Action, head="walk:go"):
    """Shows the open question again."""


@dataclass(frozen=True)
class GoBack(Action, head="walk:back"):
    """Goes to the question before."""


@dataclass(frozen=True)
class DropSetup(Action, head="walk:drop"):
    """Ends the set-up; nothing is set."""


@dataclass(frozen=True)
class GoToStep(Action, head="walk:step:"):
    """Goes to a step that she wants to change."""

    step: Annotated[str, one_of(*_FIELDS, "zone")]


class StepAnswer(Action):
    """An answer to a question of the set-up, or to one that is asked by itself."""

    step: ClassVar[str]
    """The name of the question."""


@dataclass(frozen=True)
class SkipStep(Action, head="walk:a:"):
    """Skips a question."""

    step: Annotated[str, _SKIPPED]


@dataclass(frozen=True)
class ChooseDays(StepAnswer, head="walk:a:days:"):
    """These days."""

    step = "days"
    days: Days


@dataclass(frozen=True)
class PickDays(StepAnswer, head="walk:a:days:pick"):
    """She wants to choose the days one by one."""

    step = "days"


@dataclass(frozen=True)
class ToggleDays(StepAnswer, head="walk:a:days:+"):
    """Days that are added, or taken away where they are chosen."""

    step = "days"
    days: Days


@dataclass(frozen=True)
class PickedDays(StepAnswer, head="walk:a:days:ok"):
    """The days are chosen."""

    step = "days"


@dataclass(frozen=True)
class ChooseTime(StepAnswer, head="walk:a:time:"):
    """A time."""

    step = "time"
    at: Annotated[time, CLOCK]


@dataclass(frozen=True)
class AnswerEarly(StepAnswer, head="walk:a:early:"):
    """Whether a time in quiet hours is meant, or the time that is."""

    step = "early"
    answer: Annotated[time | bool, CLOCK_OR_YES_NO]


@dataclass(frozen=True)
class AnswerSafety(StepAnswer, head="walk:a:safety:"):
    """Whether anything speaks against walks without a doctor's clearance."""

    step = "safety"
    answer: Annotated[CheckAnswer, Part(str, CheckAnswer)]


@dataclass(frozen=True)
class AnswerCleared(StepAnswer, head="walk:a:cleared:"):
    """Whether she is cleared."""

    step = "cleared"
    cleared: Annotated[bool, YES_NO]


@dataclass(frozen=True)
class AnswerGentle(StepAnswer, head="walk:a:gentle:"):
    """Whether she wants gentle walks before."""

    step = "gentle"
    answer: Annotated[GentleAnswer, Part(str, GentleAnswer)]


@dataclass(frozen=True)
class ChooseMinutes(StepAnswer, head="walk:a:minutes:"):
    """Minutes of her own; None where the plan decides."""

    step = "minutes"
    minutes: Annotated[int | None, optional(NUMBER, "plan")]


@dataclass(frozen=True)
class ChooseZone(StepAnswer, head="walk:a:zone:"):
    """A time zone, by its key."""

    step = "zone"
    zone: Annotated[str, ZONE]


@dataclass(frozen=True)
class ConfirmSetup(StepAnswer, head="walk:a:confirm:yes"):
    """What she has chosen is right."""

    step = "confirm"


@dataclass(frozen=True)
class ChooseQuietHours(StepAnswer, head="walk:a:quiet:"):
    """Quiet hours; none where they end as they begin."""

    step = "quiet"
    quiet: Annotated[QuietHours, HOURS]


@dataclass(frozen=True)
class ChoosePause(StepAnswer, head="walk:a:pause:"):
    """Days of a pause; None until she resumes."""

    step = "pause"
    days: Annotated[int | None, optional(NUMBER, "open")]


@dataclass(frozen=True)
class AnswerPain(StepAnswer, head="walk:a:pain:"):
    """How her back felt after the walk of that date and instant, 0 to 10; None where she would rather not say."""

    step = "pain"
    no: Number
    day: Day
    at: Number
    pain: Annotated[int | None, optional(NUMBER, SKIP)]
