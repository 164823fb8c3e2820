"""At which time, and whether a time in her quiet hours is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.conversation.actions.reminders import AnswerEarly, ChooseTime, StepAnswer
from bot.conversation.cards import block
from bot.conversation.reminders.formatting import read_clock, span_said, time_said
from bot.conversation.reminders.setup_draft import DEFAULT_TIME, SetupDraft
from bot.conversation.reminders.steps.base import Answered, AskedNext, Question, Step, Taken, TypedText, rows
from bot.conversation.reminders.turn_builder import TurnBuilder
from bot.language.reminder_reader import read
from bot.language.reminder_request import Refusal, Request

TIMES = (time(9), time(10), time(11), time(15), time(17))


class TimeStep(Step):
    """The time of a walk."""

    name = "time"
    is_always_asked = True
    reads_numbers = True

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        return block(self._texts("walk-ask-time")), rows([(ChooseTime(at), time_said(at)) for at in TIMES], 3)

    def request(self, said: TypedText, builder: TurnBuilder) -> Request:
        """See `Step.request`; a mere number is a time here."""
        wanted = super().request(said, builder)
        if said.words.isdigit() and isinstance(wanted, Refusal):
            return read(f"at {said.words}", self._resources.today(builder))
        return wanted

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case ChooseTime(at):
                return Answered(builder, _at(draft, at))
        raise ValueError(answer)


class EarlyStep(Step):
    """Whether a time in quiet hours is meant: only a yes makes them give way."""

    name = "early"

    def applies(self, draft: SetupDraft, builder: TurnBuilder) -> bool:
        """See `Step.applies`."""
        is_told = bool(draft.at) or TimeStep.name in draft.done
        return is_told and builder.book.quiet.covers(read_clock(draft.at or DEFAULT_TIME))

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        t, at = self._texts, read_clock(draft.at or DEFAULT_TIME)
        new = builder.book.quiet.narrowed(at)
        text = t("walk-ask-early", at=time_said(at), quiet=span_said(builder.book.quiet), new=span_said(new))
        options = [(AnswerEarly(True), t("walk-early-yes", at=time_said(at)))]
        if draft.other and not builder.book.quiet.covers(read_clock(draft.other)):  # "half seven" may mean the evening
            options.append((AnswerEarly(read_clock(draft.other)), draft.other))
        options.append((AnswerEarly(False), t("walk-early-no")))
        return block(text), rows(options, 1)

    def chooses(self, said: TypedText) -> StepAnswer | None:
        """See `Step.chooses`."""
        if said.agrees:
            return AnswerEarly(True)
        return AnswerEarly(False) if said.refuses else None

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case AnswerEarly(True):
                return Answered(builder, draft.answered())
            case AnswerEarly(False):
                return self.skips(draft, builder)
            case AnswerEarly(time() as at):
                return Answered(builder, _at(draft, at))
        raise ValueError(answer)

    def skips(self, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.skips`: that is no leave to write in quiet hours, so another time is asked for."""
        return AskedNext(builder, draft.with_step(TimeStep.name))


def _at(draft: SetupDraft, at: time) -> SetupDraft:
    """The draft with another time, which may lie in quiet hours again."""
    draft = replace(draft.with_step(EarlyStep.name).with_step(TimeStep.name), at=time_said(at), other="")
    return replace(draft, given=tuple(s for s in draft.given if s != EarlyStep.name)).answered()
