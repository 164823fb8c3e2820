"""The reminder itself: minutes, a tip, what to press. Its first line says nothing of health, for locked screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.conversation.actions.reminders import (
    GoOn,
    PauseReminders,
    SayDone,
    SayLater,
    SayNotToday,
    ShowReminder,
    StopReminders,
)
from bot.conversation.cards import block
from bot.conversation.loss import LossFilter
from bot.conversation.ports import Composed, DueWalk
from bot.conversation.reminders.plan_inputs import walker, wants_walks
from bot.conversation.reminders.tips import Tips
from bot.conversation.reminders.turn_builder import Resources
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card, Outcome, Reply
from bot.conversation.state import ChatState, Stage
from bot.conversation.texts import Texts
from bot.language.phrases import PhraseGroups
from bot.schedule.holds import must_ask, why_held
from bot.schedule.model import Drop, Reminder, Said
from bot.schedule.plan import next_walk
from bot.schedule.plan_model import Plan, Why
from bot.schedule.quiet import later_options


def why_said(texts: Texts, plan: Plan) -> str:
    """Why the plan is as it is, where it is worth a sentence; "" otherwise."""
    said = (texts(f"walk-why-{why}") for why in plan.why if why is not Why.BEFORE_CLEARANCE)
    return next((text for text in said if text), "")


class ReminderComposer:
    """Composes reminders; keeps `bot.conversation.ports.Composer`."""

    def __init__(self, resources: Resources, phrases: PhraseGroups, loss: LossFilter) -> None:
        """Take the parts that the conversation makes.

        Args:
            phrases: of withheld.yaml, compiled.
        """
        self._resources = resources
        self._texts = resources.texts
        self._loss = loss
        self.tips = Tips(resources, phrases, loss)

    def compose(self, state: ChatState, due: DueWalk, now: datetime) -> Composed | Drop:
        """From `Composer`."""
        reminder = state.book.reminder(due.no)
        if why := self._dropped(state, reminder, due):
            return why
        plan = next_walk(walker(state, reminder), self._resources.plan.numbers, due.day)
        care = None
        if must_ask(state.book):
            card, care = self._asking(due), replace(state.book.care, asked=True)
        else:
            card = self._nudge(state, due, plan, int(now.timestamp()))
        if state.profile.stage is Stage.LOSS:
            card = self._loss.gentle(card)
        return Composed(reply=Reply(outcome=Outcome.ANSWER, cards=(card,)), minutes=plan.minutes, care=care)

    @staticmethod
    def _dropped(state: ChatState, reminder: Reminder | None, due: DueWalk) -> Drop | None:
        if reminder is None or not reminder.enabled or (reminder.paused_until and due.day < reminder.paused_until):
            return Drop.STOPPED
        if held := why_held(state.book.care.hold):
            return held
        if state.context.check or not wants_walks(state, due.day):
            return Drop.HELD
        said = {n.said for n in state.book.nudges if (n.no, n.day) == (due.no, due.day)}
        return Drop.STOPPED if said & {Said.DONE, Said.NOT_TODAY} else None

    def _nudge(self, state: ChatState, due: DueWalk, plan: Plan, now: int) -> Card:
        t, tip = self._texts, self.tips.of(state, due.day)
        blocks: list[Block] = [*block(t("walk-nudge", minutes=plan.minutes))]
        if plan.gentle:
            blocks += block(t("walk-nudge-gentle"))
            blocks += block(t("walk-nudge-ask")) if state.book.care.ask else ()
        blocks += block(why_said(t, plan), BlockKind.NOTE)
        if tip:
            blocks.append(Block(kind=BlockKind.TIPS, items=(tip,)))
        return Card(blocks=tuple(blocks), buttons=self.buttons(state, due.no, due.day, now))

    def buttons(self, state: ChatState, no: int, day: date, now: int) -> tuple[tuple[Button, ...], ...]:
        """The buttons below a reminder; Later only where a delay ends before quiet hours."""
        t = self._texts
        zone = self._resources.zone(state.book.zone)
        later = bool(zone and later_options(state.book.quiet, zone, now, day))
        done = Button(label=t("walk-done-button"), action=SayDone(no, day).pack(), style=ButtonStyle.SUCCESS)
        first = (done, Button(label=t("walk-later-button"), action=SayLater(no, day).pack())) if later else (done,)
        return (
            (*first, Button(label=t("walk-not-today-button"), action=SayNotToday(no, day).pack())),
            (
                Button(label=t("walk-change-button"), action=ShowReminder(no).pack()),
                Button(label=t("walk-stop-button"), action=StopReminders(no).pack()),
            ),
        )

    def _asking(self, due: DueWalk) -> Card:
        t = self._texts
        return Card(
            blocks=block(t("walk-go-on")),
            buttons=(
                (Button(label=t("walk-go-on-button"), action=GoOn(due.no).pack(), style=ButtonStyle.SUCCESS),),
                (
                    Button(label=t("walk-pause-button"), action=PauseReminders(None).pack()),
                    Button(label=t("walk-stop-button"), action=StopReminders(None).pack()),
                ),
            ),
        )
