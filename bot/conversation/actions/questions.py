"""Actions about topics, red flags and the profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from bot.conversation.actions.base import Action
from bot.conversation.actions.parts import (
    FLAG,
    SKIP,
    SPAN_OR_DATE,
    STAGE_SHOWN,
    TEXT,
    YES_NO,
    CheckAnswer,
    Id,
    Part,
    optional,
)
from bot.conversation.state import Birth, Stage

# --- topics -------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenTopic(Action, head="topic:"):
    """Answers a topic."""

    topic: Id


@dataclass(frozen=True)
class TellMore(Action, head="more:"):
    """Tells more of a topic; none, where there is nothing to tell more of."""

    topic: Annotated[str | None, optional(TEXT)] = None
    stage: Annotated[str | None, STAGE_SHOWN] = None
    """The variant that was shown, where it is not that of her profile."""


@dataclass(frozen=True)
class MoreWasTold(Action, head="told:"):
    """Says that there is nothing beyond what was told; of no button, only of words."""

    topic: Annotated[str | None, optional(TEXT)] = None


@dataclass(frozen=True)
class RateTopic(Action, head="rate:"):
    """Notes whether an answer helped."""

    topic: Id
    helpful: Annotated[bool, FLAG]


@dataclass(frozen=True)
class NoneOfThese(Action, head="none"):
    """None of the topics that were offered."""


@dataclass(frozen=True)
class ShowGroups(Action, head="topics"):
    """Shows the groups of topics."""


@dataclass(frozen=True)
class OpenGroup(Action, head="group:"):
    """Shows the topics of a group."""

    group: Id


# --- red flags ----------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswerCheck(Action, head="check:"):
    """Answers a safety check."""

    flag: Id
    answer: Annotated[CheckAnswer, Part(str, CheckAnswer)]


@dataclass(frozen=True)
class ShowAsked(Action, head="asked:"):
    """Answers what she asked in a message with a flag: one topic of it, or whatever it was."""

    topic: Annotated[str | None, optional(TEXT)] = None


# --- what is kept of her ------------------------------------------------------------------


class Overdue(StrEnum):
    """What she answers to how things are after the due date, where nothing changes by it."""

    STILL = "still"
    LATER = "later"


class ProfileAnswer(Action):
    """An answer to a question of the profile."""

    question: ClassVar[str]
    """Its name."""
    value: object
    """None where she would rather not say."""


@dataclass(frozen=True)
class AskProfile(Action, head="ask-profile"):
    """Begins the questions of the profile."""


@dataclass(frozen=True)
class DeclineProfile(Action, head="no-profile"):
    """She wants no questions."""


@dataclass(frozen=True)
class AskCountry(Action, head="country"):
    """Asks where she is."""


@dataclass(frozen=True)
class AnswerStage(ProfileAnswer, head="set:stage:"):
    """Where she stands."""

    question = "stage"
    value: Annotated[Stage | None, optional(Part(str, Stage), SKIP)]


@dataclass(frozen=True)
class AnswerDue(ProfileAnswer, head="set:due:"):
    """The due date, or the number of a span in which it lies."""

    question = "due"
    value: Annotated[date | int | None, optional(SPAN_OR_DATE, SKIP)]


@dataclass(frozen=True)
class AnswerBorn(ProfileAnswer, head="set:born:"):
    """The date of the birth, or the number of a span in which it lies."""

    question = "born"
    value: Annotated[date | int | None, optional(SPAN_OR_DATE, SKIP)]


@dataclass(frozen=True)
class AnswerBirth(ProfileAnswer, head="set:birth:"):
    """How the baby was born."""

    question = "birth"
    value: Annotated[Birth | None, optional(Part(str, Birth), SKIP)]


@dataclass(frozen=True)
class AnswerClearance(ProfileAnswer, head="set:cleared:"):
    """Whether she is cleared for exercise."""

    question = "cleared"
    value: Annotated[bool | None, optional(YES_NO, SKIP)]


@dataclass(frozen=True)
class AnswerCountry(ProfileAnswer, head="set:country:"):
    """Her country, by its code."""

    question = "country"
    value: Annotated[str | None, optional(TEXT, SKIP)]


@dataclass(frozen=True)
class AnswerOverdue(Action, head="due:"):
    """How things are after the due date."""

    answer: Annotated[Overdue, Part(str, Overdue)]


@dataclass(frozen=True)
class HelpImprove(Action, head="improve:"):
    """Whether her questions may help to improve the bot."""

    agreed: Annotated[bool, FLAG]


@dataclass(frozen=True)
class AskToForget(Action, head="forget"):
    """Asks whether all that is kept of her shall be deleted."""


@dataclass(frozen=True)
class Forget(Action, head="forget:yes"):
    """Deletes it."""


@dataclass(frozen=True)
class ForgetNothing(Action, head="forget:no"):
    """Keeps it."""
