"""All questions: which come in a set-up, in which order, and which are asked by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.actions.reminders import DropSetup, GoBack, SkipStep
from bot.conversation.reminders.descriptions import Descriptions
from bot.conversation.reminders.setup_draft import CHANGE, NEW, PAIN, SAFETY, SetupDraft
from bot.conversation.reminders.steps.base import Step
from bot.conversation.reminders.steps.clearance import ClearedStep, GentleStep, SafetyStep
from bot.conversation.reminders.steps.confirm import ConfirmStep
from bot.conversation.reminders.steps.days import DaysStep
from bot.conversation.reminders.steps.minutes import MinutesStep
from bot.conversation.reminders.steps.pain import AskCheck, PainStep
from bot.conversation.reminders.steps.pause import PauseStep
from bot.conversation.reminders.steps.quiet import QuietStep
from bot.conversation.reminders.steps.times import EarlyStep, TimeStep
from bot.conversation.reminders.steps.zone import ZoneStep
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reply import Block, Button, Card


class Steps:
    """The questions by their names."""

    def __init__(self, resources: Resources, descriptions: Descriptions, ask_check: AskCheck) -> None:
        """Take the parts that the conversation makes."""
        self._texts = resources.texts
        made = resources, descriptions
        zone = ZoneStep(*made)
        self.last = ConfirmStep(*made, zone)
        self._order: tuple[Step, ...] = (
            DaysStep(*made),
            TimeStep(*made),
            EarlyStep(*made),
            SafetyStep(*made),
            ClearedStep(*made),
            GentleStep(*made),
            MinutesStep(*made),
            zone,
            self.last,
        )
        self.pain = PainStep(*made, ask_check)
        single = (QuietStep(*made), PauseStep(*made), self.pain)
        self._by_name = {step.name: step for step in (*self._order, *single)}

    def named(self, name: str) -> Step:
        """The question of that name; the last for one that another version knew."""
        return self._by_name.get(name, self.last)

    def next(self, draft: SetupDraft, builder: TurnBuilder) -> Step:
        """The first question of a set-up that is open."""
        asked = (*draft.done, *draft.given)
        is_open = (s for s in self._order if s is self.last or (s.name not in asked and s.applies(draft, builder)))
        return next(is_open)

    def before(self, draft: SetupDraft) -> Step | None:
        """Where Back leads; None at the beginning."""
        names = [step.name for step in self._order]
        earlier = self._order[: names.index(draft.step)] if draft.step in names else ()
        is_new = draft.purpose == NEW
        return next((s for s in reversed(earlier) if s.name in draft.done or (is_new and s.is_always_asked)), None)

    def ask(self, draft: SetupDraft, builder: TurnBuilder, *above: Block) -> Card:
        """The card of the open question, with blocks above it."""
        step = self.named(draft.step)
        body, rows = step.asks(draft, builder)
        return card(above, body, buttons=(*rows, self._around(step, draft)))

    def _around(self, step: Step, draft: SetupDraft) -> Sequence[Button]:
        t = self._texts
        if draft.purpose == PAIN:
            return ()
        buttons = [Button(label=t("walk-back"), action=GoBack().pack())]
        if step.is_skippable and draft.purpose in (NEW, CHANGE, SAFETY):
            buttons.append(Button(label=t("profile-skip"), action=SkipStep(step.name).pack()))
        buttons.append(Button(label=t("walk-cancel"), action=DropSetup().pack()))
        return buttons
