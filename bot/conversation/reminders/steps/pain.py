"""How her back felt after a walk, asked by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.conversation.actions.reminders import AnswerPain, EditReminder, StepAnswer
from bot.conversation.cards import block
from bot.conversation.reminders.composer import why_said
from bot.conversation.reminders.descriptions import Descriptions
from bot.conversation.reminders.holds import hold_lines
from bot.conversation.reminders.plan_inputs import walker
from bot.conversation.reminders.setup_draft import SetupDraft
from bot.conversation.reminders.steps.base import Question, Step, Taken, rows
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reply import Block, BlockKind, Button
from bot.conversation.state import ChatState, Turn
from bot.conversation.turns import changed, topped
from bot.schedule.model import RecordWalk, Said
from bot.schedule.plan import next_walk
from bot.schedule.plan_model import PAIN_MOST, Plan, Walk, Why

_CHECKS = (Why.CHECK_STRONG, Why.CHECK_OFTEN)
AskCheck = Callable[[ChatState], Turn]
"""Asks the safety check for pain after walks."""


class PainStep(Step):
    """0 to 10. Its buttons name the walk, so that they work also when the question is no longer open."""

    name = "pain"
    is_skippable = False
    is_apart = True
    unclear_text = "walk-pain-number"

    def __init__(self, resources: Resources, descriptions: Descriptions, ask_check: AskCheck) -> None:
        """Make one.

        Args:
            ask_check: of the conversation's red flags.
        """
        super().__init__(resources, descriptions)
        self._ask_check = ask_check

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        no, day, at = draft.no or 0, date.fromisoformat(draft.day), draft.walked_at
        options = [(AnswerPain(no, day, at, pain), str(pain)) for pain in range(PAIN_MOST + 1)]
        skip = (AnswerPain(no, day, at, None), self._texts("profile-skip"))
        return block(self._texts("walk-ask-pain")), rows([*options, skip], 6)

    def takes_beside(self, other: Step | None) -> bool:
        """See `Step.takes_beside`."""
        return True

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case AnswerPain():
                return self.noted(answer, builder)
        raise ValueError(answer)

    def noted(self, answer: AnswerPain, builder: TurnBuilder) -> Turn:
        """Note how her back felt. Raises KeyError where the walk is not there, or no longer."""
        no, pain = answer.no, answer.pain
        nudge = builder.nudge(no, answer.day)
        walk = next((w for w in builder.book.walks if w.done and (w.day, w.at) == (answer.day, answer.at)), None)
        if walk is None or nudge.said is not Said.DONE or not 0 <= (pain or 0) <= PAIN_MOST:
            raise KeyError(no)
        builder = builder.drafting(None)
        if pain is None:
            return builder.says(card(block(self._texts("walk-pain-skipped"))))
        if walk.pain != pain:
            walk = replace(walk, pain=pain)
            builder = builder.changing(RecordWalk(no, walk))
        plan = next_walk(
            walker(builder.state, builder.book.reminder(no)),
            self._resources.plan.numbers,
            self._resources.today(builder),
        )
        if plan.ask_check:
            return self._checked(builder, plan)
        own = Button(label=self._texts("walk-choose-again"), action=EditReminder(no, "minutes").pack())
        return builder.says(
            card(*self._next(builder, plan, walk), buttons=[[own]] if Why.OWN_EASED in plan.why else ())
        )

    def _next(self, builder: TurnBuilder, plan: Plan, walk: Walk) -> Sequence[Sequence[Block]]:
        t = self._texts
        said = block(t("walk-pain-noted", pain=walk.pain))
        if builder.book.care.hold:
            return said, block(why_said(t, plan)), hold_lines(self._resources, builder)
        why = why_said(t, plan) or (t("walk-why-longer") if walk.minutes > plan.minutes else "")
        return said, block(f"{t('walk-next', minutes=plan.minutes)} {why}".strip(), BlockKind.NOTE)

    def _checked(self, builder: TurnBuilder, plan: Plan) -> Turn:
        """The safety check, with why it is asked."""
        asked = self._ask_check(builder.state)
        why = next(w for w in plan.why if w in _CHECKS)
        turn = topped(changed(asked, remove_buttons=bool(builder.message.action)), block(self._texts(f"walk-{why}")))
        return replace(turn, walks=builder.changes)


def open_pain(draft: SetupDraft | None) -> tuple[int, date, int] | None:
    """Reminder, and date and instant of the walk, of the pain question that is open."""
    if draft is None or draft.step != PainStep.name or draft.no is None:
        return None
    return draft.no, date.fromisoformat(draft.day), draft.walked_at
