"""What any turn means for her walks: alarms and open checks hold them, a birth asks for the clearance anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.conversation.actions import ProfileAnswer, is_about_reminders, is_on_reminders, parse
from bot.conversation.actions.reminders import ContinueSetup, LeaveOff, SaySeen, StartAgain
from bot.conversation.cards import block
from bot.conversation.help_lines import HelpLines
from bot.conversation.message import Message
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reminders.birth import contradicts
from bot.conversation.reminders.drafts import draft_of_safety
from bot.conversation.reminders.holds import held, hold_name
from bot.conversation.reminders.plan_inputs import cleared_on, wants_walks
from bot.conversation.reminders.setup_draft import PAIN
from bot.conversation.reminders.steps.clearance import ClearedStep
from bot.conversation.reminders.steps.order import Steps
from bot.conversation.reminders.steps.pain import PainStep
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder
from bot.conversation.reply import BlockKind, Button, ButtonStyle, Card, Outcome
from bot.conversation.state import ChatState, Stage, Turn
from bot.conversation.turns import changed
from bot.conversation.understanding import Understanding
from bot.knowledge.level import Level
from bot.schedule.changes import apply
from bot.schedule.model import Care, Hold, SetCare

WALK_PAIN = "walk-pain"
"""Id of the safety check that is asked for pain after walks."""


class SideEffects:
    """Looks at every turn of a private chat."""

    def __init__(self, resources: Resources, steps: Steps, understanding: Understanding) -> None:
        """Take the parts that the conversation makes."""
        self._resources = resources
        self._understanding = understanding
        numbers = HelpLines(resources.knowledge, resources.texts)
        self._questions = ProfileQuestions(resources.texts, numbers, understanding.replies)
        self._steps = steps
        self._texts = resources.texts

    def after(self, message: Message, before: ChatState, turn: Turn) -> Turn:
        """The turn with what it changes of her walks; `state.book` is as it will be kept.

        Args:
            message: what came in.
            before: the state it met.
            turn: what was decided.
        """
        if message.group or turn.forget:
            return turn
        now = int(message.at.timestamp())
        turn = _aside(message, before, _booked(before, turn, now))
        care = self._cared(before, turn, now)
        is_new_time = _is_new_time(before.profile.stage, turn.state.profile.stage)
        is_born = not is_new_time and contradicts(self._understanding, message, turn.state)
        if is_born or is_new_time:
            # What was true of the pregnancy is not of the time after the birth.
            is_known = care.needs_clearance is not None or cleared_on(before) is not None
            care = _forgotten(care, turn.state.profile.stage) if is_known else care
            turn = replace(turn, state=replace(turn.state, profile=replace(turn.state.profile, cleared=None)))
        denied_pain = before.context.check == WALK_PAIN and not turn.state.context.check and not turn.reply.is_safety
        if care != turn.state.book.care:
            turn = _with_care(turn, care, now)
        if turn.reply.is_safety:
            return self._with_hold(turn)
        if denied_pain:
            turn = changed(turn, cards=(Card(blocks=block(self._texts("walk-check-no"))),))
        if is_born and turn.state.profile.stage is Stage.PREGNANT:
            return self._where_now(turn)
        return self._with_question(message, before, turn)

    def _cared(self, before: ChatState, turn: Turn, now: int) -> Care:
        """Her care after a turn."""
        care, reply = turn.state.book.care, turn.reply
        flag = reply.flag or ""
        if reply.outcome is Outcome.ALARM and reply.level is Level.SOON:
            care = replace(care, soon=True)
            care = _unchecked(care, now) if before.context.check == flag else care  # it was the answer to the check
        elif reply.outcome is Outcome.ALARM:
            care = held(care, Hold.ALARM, flag, now)
        elif reply.outcome is Outcome.CHECK and turn.state.context.check:
            care = held(care, Hold.CHECK, flag, now)
        elif before.context.check and not turn.state.context.check and not reply.is_safety:
            care = _unchecked(care, now)
        if care.asked and care.hold is Hold.NONE and any(not isinstance(c, SetCare) for c in turn.walks):
            care = replace(care, asked=False)  # whatever she does to her reminders answers whether they go on
        return self._told(before, turn.state, care, now)

    def _told(self, before: ChatState, after: ChatState, care: Care, now: int) -> Care:
        """What she told in the profile."""
        old, new = before.profile, after.profile
        if new.cleared and not old.cleared and care.cleared_on is None and after.book.reminders:
            today = self._resources.local(after.book, datetime.fromtimestamp(now, UTC)).date()
            care = replace(care, cleared_on=today)
        is_asked = old.cleared is not False or before.context.setup == "cleared"
        if new.cleared is False and is_asked and care.cleared_on:
            care = replace(care, cleared_on=None)
        return care

    def _with_hold(self, turn: Turn) -> Turn:
        """Below an alarm: her walks wait, and how they start again. A set-up is dropped by it."""
        if turn.reply.outcome is not Outcome.ALARM:
            return turn
        context = replace(turn.state.context, walk=None)
        turn = replace(turn, state=replace(turn.state, context=context))
        t, book = self._texts, turn.state.book
        if not book.reminders or not turn.reply.cards:
            return turn
        is_soon = turn.reply.level is Level.SOON
        name = "soon" if is_soon else hold_name(self._resources, book.care)
        first, *others = turn.reply.cards
        label = t("walk-seen") if is_soon else t("walk-start-again")
        action = SaySeen() if is_soon else StartAgain()
        note = block(t(f"walk-held-{name}"), BlockKind.NOTE)
        button = (Button(label=label, action=action.pack()),)
        first = replace(first, blocks=(*first.blocks, *note), buttons=(*first.buttons, button))
        return changed(turn, cards=(first, *others))

    def _with_question(self, message: Message, before: ChatState, turn: Turn) -> Turn:
        """At most one question of ours below: about a clearance, about coming back, or to go on with a set-up."""
        book, context = turn.state.book, turn.state.context
        if book.reminders and self._must_ask(message, before, turn.state):
            is_over = bool(before.book.care.hold) and turn.state.profile.stage is Stage.PREGNANT
            return self._where_now(turn) if is_over else self._clearance(message, turn)
        away = book.care.hold is Hold.AWAY and not book.care.asked
        if away and any(r.enabled for r in book.reminders) and not is_about_reminders(message.action):
            return self._back(turn, int(message.at.timestamp()))
        draft = context.walk
        if draft and draft.aside and draft.step != PainStep.name and turn.reply.cards and not message.edited:
            return self._continued(turn)
        return turn

    def _must_ask(self, message: Message, before: ChatState, after: ChatState) -> bool:
        """True where walks would come no more for want of a clearance; the questions of the profile come first."""
        today = self._resources.local(after.book, message.at).date()
        draft = after.context.walk
        if wants_walks(after, today) or (draft and draft.purpose != PAIN) or after.context.setup:
            return False
        was_told = before.context.setup is not None or isinstance(parse(message.action), ProfileAnswer)
        is_over = bool(before.book.care.hold) and not after.book.care.hold  # it may have been told with an alarm
        return wants_walks(before, today) or ((was_told or is_over) and after.book.care.needs_clearance is None)

    def _where_now(self, turn: Turn) -> Turn:
        """She told of a birth while the profile says pregnant: ask for the profile, which asks for the clearance."""
        question = self._questions.question("stage")
        card = replace(question, blocks=(*block(self._texts("walk-clearance-anew")), *question.blocks))
        context = replace(turn.state.context, setup="stage", walk=None)
        return replace(changed(turn, cards=(*turn.reply.cards, card)), state=replace(turn.state, context=context))

    def _clearance(self, message: Message, turn: Turn) -> Turn:
        draft = draft_of_safety(*((ClearedStep.name,) if turn.state.profile.cleared is False else ()))
        builder = TurnBuilder(message=message, state=turn.state, changes=turn.walks)
        draft = replace(draft, step=self._steps.next(draft, builder).name)
        card = replace(self._steps.ask(draft, builder, *block(self._texts("walk-clearance-anew"))), replace=False)
        state = builder.drafting(draft).state
        return replace(changed(turn, cards=(*turn.reply.cards, card)), state=state)

    def _back(self, turn: Turn, now: int) -> Turn:
        t = self._texts
        again = Button(label=t("walk-start-again"), action=StartAgain().pack(), style=ButtonStyle.SUCCESS)
        card = Card(
            blocks=block(t("walk-back-again")),
            buttons=((again,), (Button(label=t("walk-leave-off"), action=LeaveOff().pack()),)),
        )
        turn = _with_care(turn, replace(turn.state.book.care, asked=True), now)
        return changed(turn, cards=(*turn.reply.cards, card))

    def _continued(self, turn: Turn) -> Turn:
        *others, last = turn.reply.cards
        button = (Button(label=self._texts("walk-continue"), action=ContinueSetup().pack()),)
        return changed(turn, cards=(*others, replace(last, buttons=(*last.buttons, button))))


def _is_new_time(old: Stage | None, new: Stage | None) -> bool:
    """True where a pregnancy has ended or begun."""
    return old not in (None, new) and Stage.PREGNANT in (old, new)


def _forgotten(care: Care, stage: Stage | None) -> Care:
    """Without what was known of her clearance; after a loss nothing is asked, and gentle walks go on."""
    return replace(care, needs_clearance=None, cleared_on=None, gentle=stage is Stage.LOSS, ask=False)


def _booked(before: ChatState, turn: Turn, now: int) -> Turn:
    book, _ = apply(before.book, turn.walks, now)
    return replace(turn, state=replace(turn.state, book=book))


def _with_care(turn: Turn, care: Care, now: int) -> Turn:
    book, _ = apply(turn.state.book, (SetCare(care),), now)
    return replace(turn, state=replace(turn.state, book=book), walks=(*turn.walks, SetCare(care)))


def _aside(message: Message, before: ChatState, turn: Turn) -> Turn:
    """The turn with her set-up marked where this answers something else."""
    draft = turn.state.context.walk
    is_ours = is_on_reminders(b.action for card in turn.reply.cards for row in card.buttons for b in row)
    if draft is None or before.context.walk is None or is_ours or not turn.reply.cards or message.edited:
        return turn
    context = replace(turn.state.context, walk=replace(draft, aside=True))
    return replace(turn, state=replace(turn.state, context=context))


def _unchecked(care: Care, now: int) -> Care:
    """A check was answered: its hold is over, and the pains told before are dealt with."""
    if care.hold is not Hold.CHECK:
        return care
    checked_at = now if care.flag == WALK_PAIN else care.checked_at
    return replace(care, hold=Hold.NONE, since=0, flag="", checked_at=checked_at)
