"""For how long reminders pause, asked by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.actions.reminders import ChoosePause, StepAnswer, UndoPause
from bot.conversation.cards import block
from bot.conversation.reminders.formatting import date_said
from bot.conversation.reminders.setup_draft import SetupDraft
from bot.conversation.reminders.steps.base import Question, Reading, Step, Taken, TypedText, rows
from bot.conversation.reminders.turn_builder import TurnBuilder, card, list_button
from bot.conversation.reply import Button
from bot.conversation.state import Turn
from bot.conversation.texts import Texts
from bot.language.reminder_request import Refusal
from bot.language.spans import LONGEST_PAUSE, read_pause_end
from bot.schedule.model import FOREVER, PutReminder, Reminder

PAUSES: Sequence[int | None] = (3, 7, 14, None)
"""Days; None until she resumes."""


class PauseStep(Step):
    """How long; of one reminder or of all."""

    name = "pause"
    is_skippable = False
    is_apart = True

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        t = self._texts
        return block(t("walk-ask-pause")), rows([(ChoosePause(d), t(f"walk-pause-{d or 'open'}")) for d in PAUSES], 2)

    def reads(self, said: TypedText, draft: SetupDraft, builder: TurnBuilder) -> Reading | None:
        """See `Step.reads`; nothing but an end is read here."""
        today = self._resources.today(builder)
        end = read_pause_end(said.words, today) or read_pause_end(f"until {said.words}", today)
        if isinstance(end, Refusal):
            return end if said.is_short else None
        return self._until(end, draft, builder) if end else None

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case ChoosePause(None):
                return self._until(FOREVER, draft, builder)
            case ChoosePause(int() as days) if 1 <= days <= LONGEST_PAUSE:
                return self._until(self._resources.today(builder) + timedelta(days=days), draft, builder)
        raise ValueError(answer)

    def _until(self, end: date, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        return paused(self._texts, builder, builder.chosen(draft.no), end)


def paused(texts: Texts, builder: TurnBuilder, reminders: Sequence[Reminder], until: date) -> Turn:
    """Pause reminders.

    Args:
        until: the first date on which they come again.
    """
    put = [PutReminder(replace(r, paused_until=until)) for r in reminders if r.paused_until != until]
    builder = builder.changing(*put).drafting(None)
    said = texts("walk-paused") if until == FOREVER else texts("walk-paused-until", day=date_said(until))
    which = reminders[0].no if len(reminders) == 1 else None
    undo = Button(label=texts("walk-undo-button"), action=UndoPause(which).pack())
    return builder.says(card(block(said), buttons=[[undo, list_button(texts)]]))
