"""Typed answers to what is open about walks; a text that is none goes the way of every text."""

from __future__ import annotations

from bot.conversation.actions.reminders import (
    AnswerPain,
    GoToStep,
    SkipStep,
    StepAnswer,
)
from bot.conversation.cards import block
from bot.conversation.reminders.answers import ReminderAnswers
from bot.conversation.reminders.changes import ReminderChanges
from bot.conversation.reminders.holds import SAFETY_HOLDS, lifted
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.plan_inputs import is_cleared
from bot.conversation.reminders.setup_flow import SetupFlow
from bot.conversation.reminders.steps.base import LONGEST, TypedText
from bot.conversation.reminders.steps.pain import PainStep, open_pain
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.state import Turn
from bot.conversation.typed_buttons import number_in
from bot.conversation.understanding import Understanding, Understood
from bot.language.reminder_reader import plain
from bot.language.walk_answers import WalkAnswers
from bot.language.walk_phrases import WalkPhrases, words_of

ANSWER_WORDS = 6
"""A text no longer than this that cannot be read was meant as an answer to the open question."""
SHORT = 3
"""Words: so short a text is an answer to the open question, whatever topic it reminds of."""


class TypedAnswers:
    """Finds what a text answers."""

    def __init__(  # noqa: PLR0917  (the parts of one talk)
        self,
        resources: Resources,
        understanding: Understanding,
        setup: SetupFlow,
        listing: Listing,
        changes: ReminderChanges,
        nudges: ReminderAnswers,
    ) -> None:
        """Take the parts that the router makes."""
        self._resources = resources
        self._texts = resources.texts
        self._help = resources.knowledge.roles.reminders_help
        self._replies = understanding.replies
        self._said = WalkPhrases(understanding.replies)
        self._answers = WalkAnswers(understanding.replies)
        self._understanding = understanding
        self._setup = setup
        self._listing = listing
        self._changes = changes
        self._nudges = nudges

    def told(self, builder: TurnBuilder, read_text: Understood) -> Turn | None:
        """The turn of a text that answers a reminder that came after all else, or how her back feels; None: neither."""
        text, context = builder.message.text, builder.state.context
        nudge = self._nudges.pending(builder)
        pain = open_pain(context.walk)
        is_aside = context.walk is not None and context.walk.aside
        is_button = is_aside and 0 < (number_in(text) or 0) <= len(context.offered)
        if pain and not is_button and (value := self._answers.pain(text)) is not None:
            return self._setup.take(builder, AnswerPain(*pain, value))
        if pain and not is_aside and self._replies.are("skip", words_of(text)):
            return self._setup.take(builder, AnswerPain(*pain, None))
        is_last = nudge is not None and nudge.at >= context.at
        if is_last and builder.book.care.asked and (turn := self._to_going_on(builder, read_text)):
            return turn
        return self._to_nudge(builder, text) if is_last or self._answers.is_of_today(text) else None

    def answer(self, builder: TurnBuilder, read_text: Understood) -> Turn | None:
        """The turn of a text that answers the open question, or says that she has been seen; None: neither."""
        context = builder.state.context
        care = builder.book.care
        is_held = care.hold in SAFETY_HOLDS or care.soon
        if is_held and not context.check and self._understanding.says("seen", read_text.words):
            is_again = self._replies.has("again", read_text.words.words)
            name = "walk-again-said" if is_again else "walk-seen-said"
            return self._listing.all(lifted(builder), *block(self._texts(name)))
        if open_pain(context.walk) and context.walk and not context.walk.aside and self._is_felt(builder.message.text):
            return self._setup.show(builder, *block(self._texts("walk-pain-number")))
        if context.walk is None or context.setup or context.walk.step == PainStep.name:
            return None
        return self._to_step(builder, read_text)

    def late(self, builder: TurnBuilder) -> Turn | None:
        """An answer to a reminder of the last day, after other things have been said."""
        text = builder.message.text
        told = self._answers.read(text)
        is_other = told is None or (told.not_today and not self._answers.is_of_today(text))
        return None if is_other else self._to_nudge(builder, text)

    def bare(self, builder: TurnBuilder) -> Turn | None:
        """The turn of a mere "stop", "start again" or "change" from one who has reminders, or of her doctor's yes."""
        text = builder.message.text
        if not builder.book.reminders or len(text) > LONGEST:
            return None
        if self.stops(text) and any(r.enabled for r in builder.book.reminders):
            return self._changes.stop(builder, None)
        if self._said.resumes(text) and self._listing.is_off(builder):
            return self._changes.resume(builder, None)
        is_change = self._replies.are("change", words_of(text))
        if is_change and (nudge := self._nudges.pending(builder)) and builder.book.reminder(nudge.no):
            return self._listing.one(builder, nudge.no)
        if self._said.is_cleared(text) and not is_cleared(builder.state, self._resources.today(builder)):
            return self._setup.safety(builder)
        return None

    def stops(self, text: str) -> bool:
        """True for a text that stops every reminder and says nothing else."""
        return len(text) <= LONGEST and self._said.stops(text)

    def unclear(self, builder: TurnBuilder) -> Turn | None:
        """The open question again, where nothing else fits a short text either."""
        draft, step = builder.draft, self._setup.open_step(builder)
        if draft is None or step is None or draft.aside or len(builder.message.text.split()) > ANSWER_WORDS:
            return None
        return self._setup.show(builder, *block(self._texts(step.unclear_text)))

    def _to_going_on(self, builder: TurnBuilder, read_text: Understood) -> Turn | None:
        """A typed answer to whether the reminders shall go on."""
        says, words = self._understanding.says, read_text.words
        if says("yes", words) or says("agree", words):
            return self._nudges.go_on(builder)
        if says("no", words) or says("refuse", words):
            return self._changes.stop(builder, None)
        return None

    def _to_nudge(self, builder: TurnBuilder, text: str) -> Turn | None:
        nudge, told = self._nudges.pending(builder), self._answers.read(text)
        if nudge is None or told is None:
            return None
        if told.stop:
            return self._changes.stop(builder, nudge.no) if builder.book.reminder(nudge.no) else None
        return self._nudges.typed(builder, nudge, told)

    def _to_step(self, builder: TurnBuilder, read_text: Understood) -> Turn | None:
        text, draft, step = builder.message.text, builder.draft, self._setup.open_step(builder)
        words = plain(text[:300])
        if draft is None or step is None or not words:
            return None
        said = words_of(text[:300])
        if self._replies.are("back", said):
            return self._setup.back(builder) or self._listing.all(builder.drafting(None))
        if self._replies.are("skip", said) and (skipped := self._setup.skip(builder)):
            return skipped
        if self._replies.are("cancel", said):
            return builder.drafting(None).says(card(block(self._texts("walk-dropped"))))
        is_button = not draft.aside or (number_in(text) or 0) <= len(builder.state.context.offered)
        if number_in(text) and is_button and (draft.aside or not step.reads_numbers):
            return None  # the number of a button
        count, is_question = len(words.split()), read_text.asks or "?" in text
        is_other = is_question or (read_text.decision.is_answer and self._help not in read_text.decision.topics)
        typed = TypedText(text, words, read_text, count <= ANSWER_WORDS and not is_other, self._understanding)
        if not draft.aside and (turn := self._to_button(builder, typed)):
            return turn
        is_long = count > SHORT and (is_question or bool(read_text.decision.is_answer))
        if is_long and (is_question or not step.reads_names):
            return None
        return self._setup.typed(builder, typed)

    def _to_button(self, builder: TurnBuilder, said: TypedText) -> Turn | None:
        """A typed label, or a yes or no: only where nothing else was said since the question."""
        if turn := self._setup.chosen(builder, said):
            return turn
        match self._setup.labelled(builder, said.words):
            case StepAnswer() | SkipStep() as answer:
                return self._setup.take(builder, answer)
            case GoToStep(step):
                return self._setup.step(builder, step)
        return None

    def _is_felt(self, text: str) -> bool:
        """True for a pain in words, or a number that is none of the scale; triage has read it by then."""
        told = text[:LONGEST]
        return number_in(text) is not None or (len(told.split()) <= ANSWER_WORDS and self._answers.feels(told))
