"""What her walks must heed: whether she needs a doctor's clearance, has it, or wants gentle walks before."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.actions.parts import CheckAnswer, GentleAnswer
from bot.conversation.actions.reminders import AnswerCleared, AnswerGentle, AnswerSafety, StepAnswer
from bot.conversation.cards import block
from bot.conversation.reminders.plan_inputs import cleared_on, needs_clearance
from bot.conversation.reminders.setup_draft import SAFETY, SetupDraft
from bot.conversation.reminders.steps.base import Answered, Question, Step, Taken, TypedText, rows
from bot.conversation.reminders.turn_builder import TurnBuilder
from bot.conversation.state import Stage
from bot.schedule.model import Care, SetCare


class SafetyStep(Step):
    """Whether something speaks against walks without a clearance."""

    name = "safety"

    def applies(self, draft: SetupDraft, builder: TurnBuilder) -> bool:
        """See `Step.applies`."""
        return needs_clearance(builder.state) is None and not cleared_on(builder.state)

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        t = self._texts
        stage = builder.state.profile.stage
        name = {Stage.PREGNANT: "pregnant", Stage.AFTER_BIRTH: "birth", Stage.LOSS: "loss"}.get(stage) if stage else ""
        name = "" if draft.purpose == SAFETY and stage is Stage.PREGNANT else name  # she may have given birth since
        options = [(AnswerSafety(answer), t(f"check-{answer}")) for answer in CheckAnswer]
        return block(t(f"walk-ask-safety-{name or 'any'}")), rows(options, 3)

    def chooses(self, said: TypedText) -> StepAnswer | None:
        """See `Step.chooses`; what she had counts as a yes."""
        if said.says("unsure"):
            return AnswerSafety(CheckAnswer.UNSURE)
        if said.agrees:
            return AnswerSafety(CheckAnswer.YES)
        if not said.read.asks and (trouble := said.phrases.tells_trouble(said.told)) is not None:
            return AnswerSafety(CheckAnswer.YES if trouble else CheckAnswer.NO)
        return AnswerSafety(CheckAnswer.NO) if said.refuses else None

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case AnswerSafety(needed):
                care = replace(builder.book.care, needs_clearance=needed is not CheckAnswer.NO)
                return Answered(_caring(builder, care), draft.answered())
        raise ValueError(answer)


class ClearedStep(Step):
    """Whether her doctor has agreed."""

    name = "cleared"

    def applies(self, draft: SetupDraft, builder: TurnBuilder) -> bool:
        """See `Step.applies`."""
        return needs_clearance(builder.state) is True and not self.is_cleared(builder)

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        t = self._texts
        is_pregnant = builder.state.profile.stage is Stage.PREGNANT
        text = t("walk-ask-cleared-pregnant" if is_pregnant else "walk-ask-cleared")
        options = [(AnswerCleared(True), t("check-yes")), (AnswerCleared(False), t("profile-cleared-no"))]
        return block(text), rows(options, 2)

    def chooses(self, said: TypedText) -> StepAnswer | None:
        """See `Step.chooses`."""
        if said.agrees or said.phrases.is_cleared(said.told):
            return AnswerCleared(True)
        return AnswerCleared(False) if said.refuses else None

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case AnswerCleared(cleared):
                care = replace(builder.book.care, cleared_on=self._resources.today(builder) if cleared else None)
                return Answered(_caring(builder, care), draft.answered())
        raise ValueError(answer)


class GentleStep(Step):
    """Whether she wants gentle walks before she is cleared."""

    name = "gentle"

    def applies(self, draft: SetupDraft, builder: TurnBuilder) -> bool:
        """See `Step.applies`."""
        return not self.is_cleared(builder) and not builder.book.care.gentle

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        most = self._resources.plan.numbers.before_clearance_most
        options = [(AnswerGentle(answer), self._texts(f"walk-gentle-{answer}")) for answer in GentleAnswer]
        return block(self._texts("walk-ask-gentle", most=most)), rows(options, 1)

    def chooses(self, said: TypedText) -> StepAnswer | None:
        """See `Step.chooses`."""
        if said.agrees:
            return AnswerGentle(GentleAnswer.YES)
        return AnswerGentle(GentleAnswer.NO) if said.refuses else None

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case AnswerGentle(wanted):
                care = replace(builder.book.care, gentle=wanted is not GentleAnswer.NO, ask=wanted is GentleAnswer.ASK)
                return Answered(_caring(builder, care), draft.answered())
        raise ValueError(answer)


def _caring(builder: TurnBuilder, care: Care) -> TurnBuilder:
    return builder.changing(SetCare(care)) if care != builder.book.care else builder
