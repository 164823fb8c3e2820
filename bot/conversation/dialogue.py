"""A message goes in, a reply comes out: triage, follow-up, match, decide. Nothing here knows of Telegram or a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.conversation.actions import Action, is_about_reminders, parse
from bot.conversation.actions.parts import CheckAnswer
from bot.conversation.actions.questions import AnswerCheck, AnswerCountry
from bot.conversation.actions.reminders import ResumeReminders, SaySeen, StartAgain
from bot.conversation.alarm_cards import AlarmCards
from bot.conversation.alarms import Alarms
from bot.conversation.answers import Answers
from bot.conversation.buttons import Buttons
from bot.conversation.cards import Cards, block
from bot.conversation.commands import TYPED_COMMANDS, Commands
from bot.conversation.data_export import file_of, told
from bot.conversation.help_lines import HelpLines
from bot.conversation.loss import LossFilter
from bot.conversation.message import Message
from bot.conversation.missed_questions import MissedQuestions
from bot.conversation.ports import Composer
from bot.conversation.postprocessing import Postprocessor
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reminders.composer import ReminderComposer
from bot.conversation.reminders.router import COMMANDS as WALK_COMMANDS
from bot.conversation.reminders.router import STOP, RemindersRouter, pain_check
from bot.conversation.reminders.turn_builder import Resources
from bot.conversation.reply import BlockKind, Outcome
from bot.conversation.state import ChatState, Context, Stage, Turn
from bot.conversation.texts import Texts
from bot.conversation.treatment import TreatmentFilter
from bot.conversation.turns import changed, topped
from bot.conversation.typed_buttons import TypedButtons, number_in
from bot.conversation.understanding import Understanding, Understood
from bot.knowledge.models import Flag, Knowledge
from bot.language.phrases import PhraseGroups
from bot.matching.matcher import Matcher
from bot.settings.parts import Clinic, RetentionTimes
from bot.triage.reader import TriageReader
from bot.triage.rules import Finding

WALKING_ON = (StartAgain(), SaySeen(), ResumeReminders(None))
"""Buttons that let walks go on: not while a safety check is open."""
HALF_SIGNS_LAST = 6 * 3600
"""Seconds that a half-sign is remembered: "38.6" and "my back throbs" belong together in an evening, not in a week."""
SETUP_WORDS = 4
"""A text no longer than this that nothing else fits was meant as an answer to the open profile question."""


class Conversation:
    """Answers messages from one knowledge base."""

    def __init__(
        self,
        knowledge: Knowledge,
        triage: TriageReader,
        matcher: Matcher,
        *,
        clinic: Clinic | None = None,
        country: str | None = None,
        timezone: str | None = None,
        keeping: RetentionTimes | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            knowledge: the knowledge base.
            triage: its red flags.
            matcher: trained on its phrasings.
            clinic: who runs the bot.
            country: ISO code for chats that have not said where they are.
            timezone: offered to chats that have not said where they are; None: none is.
            keeping: how long what is kept, for the words on it.
        """
        self.knowledge = knowledge
        self.texts = Texts(knowledge.texts)
        self.cards = Cards(knowledge, self.texts)
        self.understanding = Understanding(knowledge, triage, matcher)
        numbers = HelpLines(knowledge, self.texts, country)
        safety = AlarmCards(self.texts, numbers)
        self._questions = ProfileQuestions(self.texts, numbers, self.understanding.replies)
        self._answers = Answers(knowledge, self.cards, self.texts, numbers)
        further = (pain_check(self.texts),) if knowledge.plan else ()
        self._flags = Alarms(knowledge, self.texts, self.cards, safety, self._answers, further=further)
        self._keeping = keeping or RetentionTimes()
        run_by = clinic or Clinic()
        self._commands = Commands(self.cards, self.texts, numbers, self._questions, run_by, keeping=self._keeping)
        self._improving = MissedQuestions(knowledge, self.understanding)
        withheld = PhraseGroups(knowledge.withheld.phrases)
        loss, treatment = LossFilter(knowledge.withheld, withheld), TreatmentFilter(knowledge.groups, withheld)
        self._buttons = Buttons(self.cards, self.texts, self._questions, self._answers, treatment)
        self._bystander = safety.bystander
        self._frame = Postprocessor(knowledge, self.texts, numbers, self._questions, loss)
        self._typed = TypedButtons(self.understanding)
        self._walks: RemindersRouter | None = None
        if knowledge.plan:
            resources = Resources(knowledge, self.texts, knowledge.plan, timezone)
            composer = ReminderComposer(resources, withheld, loss)
            self._walks = RemindersRouter(resources, self.understanding, composer, self._ask_walk_pain)

    @property
    def composer(self) -> Composer | None:
        """Writes the walk reminders; None where the knowledge base has no plan of walks."""
        return self._walks.composer if self._walks else None

    def respond(self, message: Message, state: ChatState) -> Turn:
        """Answer one message.

        Args:
            message: what came in.
            state: what is remembered of the chat.

        Returns:
            The reply, the state after it, and what to store besides.
        """
        today = message.at.date()
        if place := self._walks.located(message, state) if self._walks else None:
            turn = place
        elif message.action:
            turn = self._press(message.action, message, state, today)
        elif message.command:
            turn = self._commanded(message, state, today)
        elif message.text.strip():
            turn = self._said(message, state, today)
        else:
            turn = self._answers.fallback(
                "unreadable" if message.attachment else "empty", state, groups=not message.attachment
            )
        return self._finished(message, state, turn)

    def seek_help(self, message: Message, state: ChatState) -> Turn | None:
        """Triage alone, for when `respond` failed: the alarm that a text raises, or None."""
        finding = self.understanding.triage(message.text)
        turn = self._flags.bare(finding, state, group=message.group)
        return self._finished(message, state, turn) if turn else None

    def exported(self, turn: Turn, data: Mapping[str, Any]) -> Turn:
        """The turn with everything that is kept of the chat.

        Args:
            data: as `ConversationStore.export` gives.
        """
        *before, card = turn.reply.cards
        shown = told(data, card.blocks, self.texts, self._keeping)
        reply = replace(turn.reply, cards=(*before, shown), document=file_of(data, self.texts))
        return replace(turn, reply=reply)

    def _finished(self, message: Message, state: ChatState, turn: Turn) -> Turn:
        turn = self._walks.after(message, state, turn) if self._walks else turn
        return self._improving.after(message, state, self._frame.finish(message, state, turn))

    def _ask_walk_pain(self, state: ChatState) -> Turn:
        state = replace(state, context=replace(state.context, asked=(), setup=None, walk=None))
        return self._flags.ask(pain_check(self.texts), state, group=False)

    # --- the ways in ----------------------------------------------------------------------

    def _press(self, text: str, message: Message, state: ChatState, today: date) -> Turn:
        """Answer a press.

        Args:
            text: of the button's action.
        """
        action = parse(text)
        if is_about_reminders(text) and self._walks:
            flag = None if message.group else self._flags.open_check(state)
            if flag and action in WALKING_ON:
                return self._flags.repeated(flag, state, group=False)
            return self._walks.press(action, replace(message, action=text), state)
        return self._act(action, message, state, today)

    def _act(self, action: Action | None, message: Message, state: ChatState, today: date) -> Turn:
        if isinstance(action, AnswerCheck):
            turn = self._flags.pressed(action, message, state, today)
            return turn or self._answers.fallback("stale-button", state, groups=True)
        turn = self._buttons.press(action, state, today, group=message.group)
        # She chose her country below an alarm: what counts now is the alarm with its numbers.
        is_country = isinstance(action, AnswerCountry)
        if is_country and turn.state.profile.country and not turn.state.context.setup:
            return self._flags.again(turn.state) or turn
        return turn

    def _commanded(self, message: Message, state: ChatState, today: date) -> Turn:
        text = message.text.strip()
        is_payload = message.command == "start" and " " not in text
        if is_payload and text in self.knowledge.topics:
            return self._answers.open(text, state, today)
        finding = Finding()
        if text:  # "/help my chest hurts": words after a command are words
            finding = self.understanding.triage(text, _remembered(message, state.context))
            if finding.flag or (message.command == "start" and not is_payload):
                return self._said(message, state, today)
            state = replace(state, context=_with_signs(message, state.context, finding))
        if message.command == "cancel" and (flag := self._flags.open_check(state)):
            return self._flags.repeated(flag, state, group=message.group)
        name = text if is_payload and text in WALK_COMMANDS else message.command
        if name in (*WALK_COMMANDS, STOP) and self._walks:
            return self._with_bystander(self._walks.command(name, message, state), finding)
        payload = text if is_payload else ""
        turn = self._commands.run(message.command, state, today, group=message.group, payload=payload)
        return self._with_bystander(turn, finding)

    def _said(self, message: Message, state: ChatState, today: date) -> Turn:
        context = state.context
        read = self.understanding.read(message.text, remembered=_remembered(message, context), before=context.topic)
        state = replace(state, context=_with_signs(message, context, read.finding))
        if read.is_loss:
            state = _bereaved(state, group=message.group)
        flag = self._flags.open_check(state)
        if flag and (turn := self._answer_to_check(flag, read, message, state, today)):
            return turn
        is_plain = not flag and not _remembered(message, context)
        if is_plain and self._walks and (turn := self._walks.told(read, message, state)):
            return turn
        if read.finding.flag:
            return self._flags.raised(read, message, state, today)
        turn = self._followed(read, message, state, today) or self._asked(read, message, state, today)
        if message.attachment:
            turn = topped(turn, block(self.texts("caption-only"), BlockKind.NOTE))
        return self._with_bystander(turn, read.finding)

    # --- what a text may be ---------------------------------------------------------------

    def _answer_to_check(
        self, flag: Flag, read: Understood, message: Message, state: ChatState, today: date
    ) -> Turn | None:
        """A typed answer to the open safety check: only a clear no goes on. None where another alarm leads."""
        finding = read.finding
        if finding.kind == "alarm" and finding.level and finding.level.rank <= flag.level.rank:
            return None
        if message.edited:  # she changed what she said before the question; that answers nothing
            return self._flags.repeated(flag, state, group=message.group)
        number = number_in(message.text)
        says = self.understanding.says
        if number and number <= len(CheckAnswer):
            is_no, is_clear = tuple(CheckAnswer)[number - 1] is CheckAnswer.NO, True
        else:
            is_no = says("no", read.words)
            is_clear = is_no or says("yes", read.words) or says("unsure", read.words)
        if is_no:
            return self._flags.denied(state, today)
        if not is_clear and read.decision.is_answer:
            state = replace(state, context=replace(state.context, asked=read.decision.topics))
        return self._flags.confirmed(flag, state, group=message.group, unclear=not is_clear and not finding.flag)

    def _followed(self, read: Understood, message: Message, state: ChatState, today: date) -> Turn | None:
        """A typed button, or a typed answer to a question of the profile; None where the text is neither."""
        if message.edited:  # the buttons and questions came after what she changed
            return None
        context = state.context
        if self._walks and (turn := self._walks.typed(read, message, state)):
            return turn
        if action := self._typed.action(message.text, read.words, context):
            return self._press(action, message, state, today)
        # Below an alarm her country may be typed without being asked for.
        setup = context.setup or ("country" if context.alarm and not message.group else None)
        answer = self._questions.typed(setup, message.text, today, state.profile.country) if setup else None
        if answer is None or (answer.value is None and not context.setup):
            return None
        return self._act(answer, message, state, today)

    def _asked(self, read: Understood, message: Message, state: ChatState, today: date) -> Turn:
        """A question of hers, which ends a set-up that is open."""
        setup = state.context.setup
        state = replace(state, context=replace(state.context, setup=None, alarm=None))
        if read.is_loss:
            return self._answers.loss(read, state, today)
        if self._walks and (turn := self._walks.asked(read, message, state)):
            return turn
        name = TYPED_COMMANDS.get(" ".join(read.words.words))
        if name or self.understanding.replies.are("menu", read.words.words):
            turn = self._commands.run(name or "topics", state, today, group=message.group)
            return turn if turn.reply.topics else changed(turn, topics=read.topics)
        if self._walks and (nothing := self._walks.nothing_to_stop(message, state)):
            return nothing
        thanks = self.knowledge.roles.thanks
        if self.understanding.says("all-right", read.words) and thanks in self.knowledge.topics:
            return self._answers.open(thanks, state, today)
        turn = self._answers.decided(read, state, today)
        if turn.reply.outcome is not Outcome.FALLBACK:
            return turn
        if self._walks and (asked := self._walks.unclear(message, state)):
            return asked
        if setup and 0 < len(read.words.words) <= SETUP_WORDS:
            return self._buttons.unclear(setup, state)
        return turn

    def _with_bystander(self, turn: Turn, finding: Finding) -> Turn:
        return topped(turn, self._bystander(turn.state.profile.country)) if finding.bystander else turn


def _remembered(message: Message, context: Context) -> frozenset[str]:
    now = message.at.timestamp()
    return frozenset(s for s, at in context.signs.items() if 0 <= now - at <= HALF_SIGNS_LAST)


def _with_signs(message: Message, context: Context, finding: Finding) -> Context:
    kept = {s: context.signs[s] for s in sorted(_remembered(message, context))}
    return replace(context, signs=kept | dict.fromkeys(sorted(finding.signs), message.at.timestamp()))


def _bereaved(state: ChatState, *, group: bool) -> ChatState:
    if group:  # no profile is kept there
        return replace(state, context=replace(state.context, loss=True))
    return replace(state, profile=replace(state.profile, stage=Stage.LOSS, due=None, offered=True))
