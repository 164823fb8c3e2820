"""On which days."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.actions.reminders import ChooseDays, PickDays, PickedDays, StepAnswer, ToggleDays
from bot.conversation.cards import block
from bot.conversation.reminders.formatting import WEEKDAYS, day_name, days_said
from bot.conversation.reminders.setup_draft import SetupDraft
from bot.conversation.reminders.steps.base import Answered, AskedNext, Question, Rows, Step, Taken, rows
from bot.conversation.reminders.turn_builder import TurnBuilder
from bot.schedule.model import DEFAULT_DAYS
from bot.schedule.occurrence import EVERY_DAY

DAY_SETS = (DEFAULT_DAYS, frozenset((1, 3, 5)), WEEKDAYS, EVERY_DAY)


class DaysStep(Step):
    """Some sets of days to choose from, or one by one."""

    name = "days"
    is_always_asked = True

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        return block(self._texts("walk-ask-days")), self._picking(draft) if draft.picking else self._sets()

    def _sets(self) -> Rows:
        t = self._texts
        return rows([*((ChooseDays(d), days_said(t, d)) for d in DAY_SETS), (PickDays(), t("walk-pick-days"))], 1)

    def _picking(self, draft: SetupDraft) -> Rows:
        toggles = [(ToggleDays(frozenset((d,))), f"{'✓ ' if d in draft.days else ''}{day_name(d)}") for d in range(7)]
        ready = [(PickedDays(), self._texts("walk-days-ready"))] if draft.days else []
        return (*rows(toggles, 4), *rows(ready, 1))

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case PickDays():
                return AskedNext(builder, replace(draft, picking=True, days=draft.days if draft.picking else ()))
            case PickedDays() if draft.days:
                return Answered(builder, draft.answered())
            case ToggleDays(days):
                chosen = days.symmetric_difference(draft.days)
                return AskedNext(builder, replace(draft, picking=True, days=tuple(sorted(chosen))))
            case ChooseDays(days):
                return Answered(builder, draft.answered(days=tuple(sorted(days))))
        raise ValueError(answer)
