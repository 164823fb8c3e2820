"""How long the walks are: by the plan, or minutes of her own."""

from __future__ import annotations

from bot.conversation.actions.reminders import ChooseMinutes, StepAnswer
from bot.conversation.cards import block
from bot.conversation.reminders.plan_inputs import walker
from bot.conversation.reminders.setup_draft import SetupDraft
from bot.conversation.reminders.steps.base import (
    PLAIN_REFUSALS,
    Answered,
    Question,
    Reading,
    Step,
    Taken,
    TypedText,
    rows,
)
from bot.conversation.reminders.turn_builder import TurnBuilder
from bot.language.reminder_reader import read_minutes
from bot.language.reminder_request import Reason, Refusal
from bot.schedule.model import MOST_MINUTES
from bot.schedule.plan import next_walk

MINUTES = (5, 10, 15, 20, 30)


class MinutesStep(Step):
    """The minutes of a walk."""

    name = "minutes"
    is_always_asked = True
    reads_numbers = True

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        t, numbers = self._texts, self._resources.plan.numbers
        plan = next_walk(walker(builder.state), numbers, self._resources.today(builder))
        most = numbers.before_clearance_most if plan.gentle else numbers.most
        options = [(ChooseMinutes(None), t("walk-minutes-plan"))]
        options += [(ChooseMinutes(n), t("walk-minutes", minutes=n)) for n in MINUTES if n <= most]
        name = "walk-ask-minutes-gentle" if plan.gentle else "walk-ask-minutes"
        return block(t(name, minutes=plan.minutes, goal=numbers.goal, most=most)), rows(options, 1)

    def chooses(self, said: TypedText) -> StepAnswer | None:
        """See `Step.chooses`."""
        return ChooseMinutes(None) if said.agrees or said.says("all-right") else None

    def reads(self, said: TypedText, draft: SetupDraft, builder: TurnBuilder) -> Reading | None:
        """See `Step.reads`; a number that cannot be read is one of minutes here."""
        minutes = read_minutes(said.text)
        if not isinstance(minutes, Refusal):
            return ChooseMinutes(minutes)
        if said.words.isdigit():
            return minutes
        reading = super().reads(said, draft, builder)
        is_plain = isinstance(reading, Refusal) and reading.reason in PLAIN_REFUSALS
        return Refusal(Reason.MINUTES, said.words) if is_plain else reading

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case ChooseMinutes(minutes) if minutes is None or 1 <= minutes <= MOST_MINUTES:
                return Answered(builder, draft.answered(minutes=minutes))
        raise ValueError(answer)
