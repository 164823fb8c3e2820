"""The set-up of a reminder: one question at a time, by buttons or in words, each skippable; then a line to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.actions import Action, parse
from bot.conversation.actions.reminders import SkipStep, StepAnswer
from bot.conversation.cards import block
from bot.conversation.reminders.drafts import draft_of_change, draft_of_new, draft_of_pain, draft_of_safety, with_said
from bot.conversation.reminders.formatting import days_said, time_said
from bot.conversation.reminders.holds import hold_lines
from bot.conversation.reminders.setup_draft import SAFETY, SetupDraft
from bot.conversation.reminders.steps.base import Answered, AskedNext, Reading, Step, Taken, TypedText, Unclear
from bot.conversation.reminders.steps.order import Steps
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card, list_button, too_many
from bot.conversation.reply import Block
from bot.conversation.state import Turn
from bot.language.reminder_reader import plain
from bot.language.reminder_request import Refusal, SetUp
from bot.schedule.model import MOST_MINUTES, MOST_REMINDERS
from bot.schedule.plan_model import Walk


class SetupFlow:
    """Leads through a set-up, whatever its questions are. A wrong value raises ValueError or KeyError.

    Nothing is changed then.
    """

    def __init__(self, resources: Resources, steps: Steps) -> None:
        """Take the parts that the conversation makes."""
        self._resources = resources
        self._steps = steps
        self._texts = resources.texts

    # --- beginning ------------------------------------------------------------------------

    def begin(self, builder: TurnBuilder, wanted: SetUp | None = None, *above: Block) -> Turn:
        """A new reminder, with what she has said of it already."""
        if len(builder.book.reminders) >= MOST_REMINDERS:
            return too_many(self._texts, builder, *above)
        draft = draft_of_new(self._resources, builder)
        return self._on(builder, with_said(draft, wanted) if wanted else draft, *above)

    def change(self, builder: TurnBuilder, no: int, *steps: str, wanted: SetUp | None = None) -> Turn:
        """Change a reminder: ask for these fields, or take what was said."""
        old = builder.book.reminder(no)
        if old is None:
            raise KeyError(no)
        return self._on(builder, draft_of_change(old, *steps, wanted=wanted))

    def single(self, builder: TurnBuilder, purpose: str, step: str, *, no: int | None = None) -> Turn:
        """One question by itself."""
        return self._show(builder, SetupDraft(purpose=purpose, step=step, no=no))

    def pain(self, builder: TurnBuilder, no: int, walk: Walk, *above: Block) -> Turn:
        """How her back felt after a walk."""
        return self._show(builder, draft_of_pain(no, walk), *above)

    def safety(self, builder: TurnBuilder, *above: Block) -> Turn:
        """Ask what her walks have to heed, by itself."""
        return self._on(builder, draft_of_safety(), *above)

    # --- going on -------------------------------------------------------------------------

    def open_step(self, builder: TurnBuilder) -> Step | None:
        """The open question; None where none is."""
        return self._steps.named(builder.draft.step) if builder.draft else None

    def show(self, builder: TurnBuilder, *above: Block) -> Turn:
        """The open question again."""
        if builder.draft is None:
            raise KeyError("draft")
        return self._show(builder, builder.draft, *above)

    def step(self, builder: TurnBuilder, name: str) -> Turn:
        """Go to a step that she wants to change."""
        if builder.draft is None:
            raise KeyError(name)
        given = tuple(s for s in builder.draft.given if s != name)
        return self._show(builder, replace(builder.draft.with_step(name), given=given))

    def labelled(self, builder: TurnBuilder, words: str) -> Action | None:
        """The action of the button of the open question whose label was typed, as `plain` gives it; None for none."""
        buttons = [b for row in self._steps.ask(builder.draft, builder).buttons for b in row] if builder.draft else []
        return next((parse(b.action) for b in buttons if plain(b.label) == words), None)

    def back(self, builder: TurnBuilder) -> Turn | None:
        """The question before; None at the beginning."""
        if builder.draft is None:
            raise KeyError("draft")
        before = self._steps.before(builder.draft)
        return self._show(builder, builder.draft.with_step(before.name)) if before else None

    def skip(self, builder: TurnBuilder) -> Turn | None:
        """Skip the open question; None where it cannot be skipped."""
        step = self.open_step(builder)
        return self.take(builder, SkipStep(step.name)) if step and step.is_skippable else None

    def take(self, builder: TurnBuilder, answer: StepAnswer | SkipStep) -> Turn:
        """Take the answer to a question, the open one or another.

        Raises:
            ValueError, KeyError: it cannot be answered now, or the value is none; nothing is changed.
        """
        step, draft = self._steps.named(answer.step), builder.draft or SetupDraft()
        if not step.takes_beside(self.open_step(builder)):
            raise KeyError(step.name)
        draft = draft if draft.step == step.name else draft.with_step(step.name)
        if isinstance(answer, SkipStep):
            return self._taken(step.skips(draft, builder))
        return self._taken(step.takes(answer, draft, builder))

    # --- what is typed --------------------------------------------------------------------

    def chosen(self, builder: TurnBuilder, said: TypedText) -> Turn | None:
        """The turn of a yes, a no or the like to the open question; None where the text is none."""
        step = self.open_step(builder)
        choice = step.chooses(said) if step else None
        return self.take(builder, choice) if choice else None

    def typed(self, builder: TurnBuilder, said: TypedText) -> Turn | None:
        """The turn of a text that answers the open question in words, or was meant to; None for any other."""
        draft = builder.draft
        return self._read(builder, self._steps.named(draft.step).reads(said, draft, builder)) if draft else None

    def located(self, builder: TurnBuilder, latitude: float, longitude: float) -> Turn | None:
        """The turn of a place that she shared; None where the open question does not ask for one."""
        draft = builder.draft
        if draft is None:
            return None
        return self._read(builder, self._steps.named(draft.step).located(latitude, longitude, draft, builder))

    def _read(self, builder: TurnBuilder, reading: Reading | None) -> Turn | None:
        match reading:
            case None:
                return None
            case StepAnswer():
                return self.take(builder, reading)
            case SetUp():
                return self._take_said(builder, reading)
            case Refusal():
                return self.show(builder, *block(self.why_refused(reading)))
            case Unclear(said):
                return self.show(builder, *said)
            case _:
                return self._taken(reading)

    def _take_said(self, builder: TurnBuilder, wanted: SetUp) -> Turn:
        """What she typed at a step: one or several of days, time and minutes."""
        draft = builder.draft or SetupDraft()
        taken = with_said(draft, wanted, typed=True)
        is_same = self._steps.next(taken, builder).name == draft.step
        return self._on(builder, taken, *(self._noted(wanted) if is_same else ()))

    def why_refused(self, refusal: Refusal) -> str:
        """The sentence of a refusal."""
        return self._texts(f"walk-refused-{refusal.reason}", part=refusal.part, most=MOST_MINUTES)

    # --- what follows ---------------------------------------------------------------------

    def _taken(self, taken: Taken) -> Turn:
        match taken:
            case Answered(builder, draft):
                return self._on(builder, draft)
            case AskedNext(builder, draft):
                return self._show(builder, draft)
            case Turn():
                return taken

    def _on(self, builder: TurnBuilder, draft: SetupDraft, *above: Block) -> Turn:
        """The next open question."""
        step = self._steps.next(draft, builder)
        if draft.purpose == SAFETY and step is self._steps.last:  # there is nothing to be set
            builder = builder.drafting(None)
            said = block(self._texts("walk-safety-noted"))
            buttons = [[list_button(self._texts)]]
            return builder.says(card(above, said, hold_lines(self._resources, builder), buttons=buttons))
        return self._show(builder, replace(draft, step=step.name, picking=False), *above)

    def _show(self, builder: TurnBuilder, draft: SetupDraft, *above: Block) -> Turn:
        builder = builder.drafting(draft)
        return builder.says(self._steps.ask(draft, builder, *above))

    def _noted(self, wanted: SetUp) -> Sequence[Block]:
        """What was taken of a text that does not answer the open question."""
        t = self._texts
        said = [days_said(t, wanted.days)] if wanted.days else []
        said += [time_said(wanted.at)] if wanted.at is not None else []
        said += [t("walk-minutes", minutes=wanted.minutes)] if wanted.minutes else []
        return block(t("walk-noted", what=", ".join(said)))
