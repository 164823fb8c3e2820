"""What every question has: when it comes, its card, and what answers it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from bot.conversation.actions.reminders import SkipStep, StepAnswer
from bot.conversation.reminders.descriptions import Descriptions
from bot.conversation.reminders.plan_inputs import is_cleared
from bot.conversation.reminders.setup_draft import SetupDraft
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder
from bot.conversation.reply import Block, Button
from bot.conversation.state import Turn
from bot.conversation.understanding import Understanding, Understood
from bot.language.phrases import PhraseGroups
from bot.language.reminder_reader import read
from bot.language.reminder_request import Reason, Refusal, Request, SetUp
from bot.language.walk_phrases import WalkPhrases, words_of

LONGEST = 80
"""Characters of a text that says one thing and no more."""
PLAIN_REFUSALS = (Reason.NOTHING, Reason.TOO_LONG, Reason.UNCLEAR)
"""Nothing was read, as of any other text."""
_DIGIT = re.compile(r"\d")

Rows: TypeAlias = Sequence[Sequence[Button]]
Question: TypeAlias = tuple[Sequence[Block], Rows]
"""What is asked, and the buttons below."""


@dataclass(frozen=True)
class Answered:
    """An answer was taken: the next open question follows."""

    builder: TurnBuilder
    draft: SetupDraft


@dataclass(frozen=True)
class AskedNext:
    """An answer was taken, and the open question of the draft is to be asked."""

    builder: TurnBuilder
    draft: SetupDraft


@dataclass(frozen=True)
class Unclear:
    """A text was meant as an answer and is none: the question is asked again, below this."""

    said: Sequence[Block]


Taken: TypeAlias = Answered | AskedNext | Turn
Reading: TypeAlias = StepAnswer | SetUp | Refusal | Unclear | Taken
"""What a typed text is to a question: an answer, more of the set-up, why it is none, or what was taken already."""


@dataclass(frozen=True)
class TypedText:
    """A text that was typed while a question was open."""

    text: str
    words: str
    """Of it, as `plain` gives them."""
    read: Understood
    is_short: bool
    """So short, and so little like a question, that it was meant as an answer."""
    understanding: Understanding

    def says(self, *groups: str) -> bool:
        """True where it is a phrase of one of these groups, and no more."""
        return any(self.understanding.says(group, self.read.words) for group in groups)

    @property
    def agrees(self) -> bool:
        """True for a yes."""
        return self.says("yes", "agree")

    @property
    def refuses(self) -> bool:
        """True for a no."""
        return self.says("no", "refuse") or self.replies.are("not-yet", self.read.words.words)

    @property
    def told(self) -> str:
        """Its beginning, as typed."""
        return self.text[:LONGEST]

    @property
    def replies(self) -> PhraseGroups:
        """The phrases of answers, those of replies.yaml."""
        return self.understanding.replies

    @property
    def phrases(self) -> WalkPhrases:
        """What short texts say of walks."""
        return WalkPhrases(self.understanding.replies)


class Step(ABC):
    """One question. It keeps nothing; what was answered is in the draft."""

    name: ClassVar[str]
    """In drafts and actions."""
    is_skippable: ClassVar[bool] = True
    is_always_asked: ClassVar[bool] = False
    """A new reminder has it in any case: Back leads there even where it was answered with the first message."""
    is_apart: ClassVar[bool] = False
    """While it is open no other question is answered, and its own answers are taken only then."""
    reads_numbers: ClassVar[bool] = False
    """A mere number is a value, and not that of a button."""
    reads_names: ClassVar[bool] = False
    """Whatever topic an answer reminds of, it may be one: names are words, too."""
    unclear_text: ClassVar[str] = "walk-unclear"
    """Name of the sentence that says that an answer could not be read."""

    def __init__(self, resources: Resources, descriptions: Descriptions) -> None:
        """Take the parts that the conversation makes."""
        self._resources = resources
        self._descriptions = descriptions
        self._texts = resources.texts

    def applies(self, draft: SetupDraft, builder: TurnBuilder) -> bool:
        """True where it has something to ask."""
        return True

    @abstractmethod
    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """The question with its buttons."""

    def chooses(self, said: TypedText) -> StepAnswer | None:
        """The button that a yes, a no or the like stands for; None for none."""
        return None

    def reads(self, said: TypedText, draft: SetupDraft, builder: TurnBuilder) -> Reading | None:
        """What a typed text is to the question; None where it is about something else.

        At any question of a set-up she may say more of it: other days, a time, minutes.
        """
        wanted = self.request(said, builder)
        if isinstance(wanted, Refusal) and said.replies.begin("of-those-there", words_of(said.text)):
            return None  # of reminders that are there
        if isinstance(wanted, SetUp) and (wanted.days or wanted.at is not None or wanted.minutes):
            return wanted
        if not isinstance(wanted, Refusal):
            return None
        is_plain = wanted.reason in PLAIN_REFUSALS
        if is_plain and not (said.is_short and _DIGIT.search(said.words)):
            return None
        return wanted if said.is_short or not is_plain else None

    def request(self, said: TypedText, builder: TurnBuilder) -> Request:
        """What a text says of a reminder."""
        return read(said.text, self._resources.today(builder))

    def located(self, latitude: float, longitude: float, draft: SetupDraft, builder: TurnBuilder) -> Reading | None:
        """What a place that she shared is to the question."""
        return None

    def takes_beside(self, other: Step | None) -> bool:
        """True where an answer may be taken while another question, this one or none is open."""
        return other is self or (other is not None and not self.is_apart and not other.is_apart)

    @abstractmethod
    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """Take an answer.

        Args:
            answer: to this question.
            draft: at this question.
            builder: of her message.

        Raises:
            ValueError, KeyError: it is none that can be taken; nothing is changed.
        """

    def skips(self, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """Take that she would rather not say."""
        return Answered(builder, draft.answered(other=""))

    def is_cleared(self, builder: TurnBuilder) -> bool:
        """True where the growing plan may run."""
        return is_cleared(builder.state, self._resources.today(builder))


def rows(options: Sequence[tuple[StepAnswer | SkipStep, str]], a_row: int) -> Rows:
    """Buttons for answers with their labels, some a row."""
    buttons = [Button(label=label, action=answer.pack()) for answer, label in options]
    return tuple(tuple(buttons[i : i + a_row]) for i in range(0, len(buttons), a_row))
