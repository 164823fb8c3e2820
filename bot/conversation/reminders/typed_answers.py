"""Typed answers to what is open about walks; a text that is none goes the way of every text."""

from __future__ import annotations

import re

from bot.conversation.cards import block
from bot.conversation.reminders.answers import ReminderAnswers, open_pain
from bot.conversation.reminders.changes import ALL, ReminderChanges
from bot.conversation.reminders.holds import SAFETY_HOLDS, lifted
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.plan_inputs import is_cleared
from bot.conversation.reminders.setup_flow import SetupFlow
from bot.conversation.reminders.setup_steps import STEPS
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.state import Turn
from bot.conversation.typed_buttons import number_in
from bot.conversation.understanding import Understanding, Understood
from bot.language.reminder_reader import plain, read, read_minutes
from bot.language.reminder_request import Pause, Reason, Refusal, Resume, SetUp, Show, Stop
from bot.language.spans import read_pause_end
from bot.language.walk_answers import WalkAnswers
from bot.language.walk_phrases import WalkPhrases, words_of

ANSWER_WORDS = 6
"""A text no longer than this that cannot be read was meant as an answer to the open question."""
SHORT = 3
"""Words: so short a text is an answer to the open question, whatever topic it reminds of."""
LONGEST = 80
"""Characters of a text that says "stop" and no more."""
_CLOCK = r"(\d{1,2})(?::?(\d{2}))?\s*(am|pm)?"
_HOURS = re.compile(rf"(?:from )?{_CLOCK}\s*(?:to|until|till|til|-|and)\s*{_CLOCK}")


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
        """Arguments: as made by the talk."""
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
            return self._nudges.pain(builder, *pain, value)
        if pain and not is_aside and self._replies.are("skip", words_of(text)):
            return self._nudges.pain(builder, *pain, None)
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
        if context.walk is None or context.setup or context.walk.step == "pain":
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
        if self._said.stops(text) and any(r.enabled for r in builder.book.reminders):
            return self._changes.stop(builder, ALL)
        if self._said.resumes(text) and self._listing.is_off(builder):
            return self._changes.resume(builder, ALL)
        is_change = self._replies.are("change", words_of(text))
        if is_change and (nudge := self._nudges.pending(builder)) and builder.book.reminder(nudge.no):
            return self._listing.one(builder, nudge.no)
        if self._said.is_cleared(text) and not is_cleared(builder.state, self._resources.today(builder)):
            return self._setup.safety(builder)
        return None

    def unclear(self, builder: TurnBuilder) -> Turn | None:
        """The open question again, where nothing else fits a short text either."""
        draft = builder.draft
        if draft is None or draft.aside or len(builder.message.text.split()) > ANSWER_WORDS:
            return None
        name = "walk-pain-number" if draft.step == "pain" else "walk-unclear"
        return self._setup.show(builder, *block(self._texts(name)))

    def _to_going_on(self, builder: TurnBuilder, read_text: Understood) -> Turn | None:
        """A typed answer to whether the reminders shall go on."""
        says, words = self._understanding.says, read_text.words
        if says("yes", words) or says("agree", words):
            return self._nudges.go_on(builder)
        if says("no", words) or says("refuse", words):
            return self._changes.stop(builder, ALL)
        return None

    def _to_nudge(self, builder: TurnBuilder, text: str) -> Turn | None:
        nudge, told = self._nudges.pending(builder), self._answers.read(text)
        if nudge is None or told is None:
            return None
        if told.stop:
            return self._changes.stop(builder, str(nudge.no)) if builder.book.reminder(nudge.no) else None
        return self._nudges.typed(builder, nudge, told)

    def _to_step(self, builder: TurnBuilder, read_text: Understood) -> Turn | None:
        text, draft = builder.message.text, builder.draft
        words = plain(text[:300])
        if draft is None or not words:
            return None
        said = words_of(text[:300])
        if self._replies.are("back", said):
            return self._setup.back(builder) or self._listing.all(builder.drafting(None))
        if self._replies.are("skip", said) and draft.step in STEPS[:-1]:
            return self._setup.take(builder, draft.step, "skip")
        if self._replies.are("cancel", said):
            return builder.drafting(None).says(card(block(self._texts("walk-dropped"))))
        is_button = not draft.aside or (number_in(text) or 0) <= len(builder.state.context.offered)
        if number_in(text) and is_button and (draft.aside or draft.step not in ("time", "minutes")):
            return None  # the number of a button
        if not draft.aside and (turn := self._to_button(builder, read_text, words)):
            return turn
        count = len(words.split())
        is_question = read_text.asks or "?" in text
        is_other = count > SHORT and (is_question or bool(read_text.decision.is_answer))
        if is_other and not (draft.step == "zone" and not is_question):
            return None
        is_other = is_question or (read_text.decision.is_answer and self._help not in read_text.decision.topics)
        return self._value(builder, words, text, short=count <= ANSWER_WORDS and not is_other)

    def _to_button(self, builder: TurnBuilder, read_text: Understood, words: str) -> Turn | None:
        """A typed label, or a yes or no: only where nothing else was said since the question."""
        if builder.draft and (choice := self._choice(builder, read_text)):
            return self._setup.take(builder, builder.draft.step, choice)
        match self._setup.labelled(builder, words).split(":"):
            case ["walk", "a", "pause", value]:
                return self._changes.pause_for(builder, value)
            case ["walk", "a", step, *value]:
                return self._setup.take(builder, step, ":".join(value))
            case ["walk", "step", step]:
                return self._setup.step(builder, step)
        return None

    def _choice(self, builder: TurnBuilder, read_text: Understood) -> str | None:
        """Yes or no in words, where the question is answered so."""
        step, says = (builder.draft.step if builder.draft else ""), self._understanding.says
        if step not in ("early", "safety", "cleared", "gentle", "minutes", "confirm"):
            return None
        words = read_text.words
        if step == "minutes":
            return "plan" if says("yes", words) or says("agree", words) or says("all-right", words) else None
        if step == "safety" and says("unsure", words):
            return "unsure"
        if says("yes", words) or says("agree", words):
            return "yes"
        told = builder.message.text[:LONGEST]
        if step == "safety" and not read_text.asks and (trouble := self._said.tells_trouble(told)) is not None:
            return "yes" if trouble else "no"
        if step == "cleared" and self._said.is_cleared(told):
            return "yes"
        if says("no", words) or says("refuse", words) or self._replies.are("not-yet", words.words):
            return None if step == "confirm" else "no"
        return None

    def _value(self, builder: TurnBuilder, words: str, text: str, *, short: bool) -> Turn | None:
        """A typed value of the open step; a clear line where a short text is none."""
        step = builder.draft.step if builder.draft else ""
        match step:
            case "zone":
                turn = self._setup.typed_zone(builder, text)
                return turn or (self._setup.show(builder, *block(self._texts("walk-zone-unknown"))) if short else None)
            case "quiet":
                return self._quiet(builder, words, short=short)
            case "pause":
                return self._pause(builder, words, short=short)
            case "minutes":
                minutes = read_minutes(text)
                if not isinstance(minutes, Refusal):
                    return self._setup.take(builder, "minutes", str(minutes))
                if words.isdigit():
                    return self._setup.refused(builder, minutes)
            case "confirm" if short and (turn := self._elsewhere(builder, text)):
                return turn
        return self._set_up(builder, step, words, text, short=short)

    def _elsewhere(self, builder: TurnBuilder, text: str) -> Turn | None:
        """A place instead of a yes: she lives there. None where it is none."""
        draft, says = builder.draft, self._understanding.says
        said = self._understanding.words(text)
        if (
            draft is None
            or self._replies.are("no-place", words_of(text))
            or any(says(group, said) for group in ("no", "refuse", "all-right"))
        ):
            return None
        if not isinstance(read(text, self._resources.today(builder)), Refusal):
            return None
        return self._setup.typed_zone(builder.drafting(draft.with_step("zone")), text)

    def _set_up(self, builder: TurnBuilder, step: str, words: str, text: str, *, short: bool) -> Turn | None:
        wanted = read(text, self._resources.today(builder))
        if isinstance(wanted, Refusal) and self._replies.begin("of-those-there", words_of(text)):
            return None  # of reminders that are there
        if isinstance(wanted, Stop | Pause | Resume | Show):
            return None
        if step == "time" and words.isdigit() and isinstance(wanted, Refusal):
            wanted = read(f"at {words}", self._resources.today(builder))
        if isinstance(wanted, SetUp) and (wanted.days or wanted.at is not None or wanted.minutes):
            return self._setup.take_said(builder, wanted)
        if not isinstance(wanted, Refusal):
            return None
        is_plain = wanted.reason in (Reason.NOTHING, Reason.TOO_LONG, Reason.UNCLEAR)
        if step == "minutes" and short and re.search(r"\d", words) and is_plain:
            wanted, is_plain = Refusal(Reason.MINUTES, words), False
        if is_plain and not (short and re.search(r"\d", words)):
            return None
        return self._setup.refused(builder, wanted) if short or not is_plain else None

    def _quiet(self, builder: TurnBuilder, words: str, *, short: bool) -> Turn | None:
        if self._replies.are("quiet-none", words_of(words)):
            return self._setup.take(builder, "quiet", "0000-0000")
        match = _HOURS.fullmatch(words)
        try:
            if match:
                hours = f"{_clock(*match.groups()[:3], late=True)}-{_clock(*match.groups()[3:], late=False)}"
                return self._setup.take(builder, "quiet", hours)
        except ValueError:
            pass
        return self._setup.show(builder, *block(self._texts("walk-quiet-unclear"))) if short else None

    def _pause(self, builder: TurnBuilder, words: str, *, short: bool) -> Turn | None:
        end = read_pause_end(words, self._resources.today(builder))
        if end is None:
            end = read_pause_end(f"until {words}", self._resources.today(builder))
        if isinstance(end, Refusal):
            return self._changes.pause_refused(builder, end) if short else None
        return self._changes.pause_said(builder, Pause(end)) if end else None

    def _is_felt(self, text: str) -> bool:
        """True for a pain in words, or a number that is none of the scale; triage has read it by then."""
        told = text[:LONGEST]
        return number_in(text) is not None or (len(told.split()) <= ANSWER_WORDS and self._answers.feels(told))


def _clock(hour: str, minute: str | None, half: str | None, *, late: bool) -> str:
    """The time as 2130; the beginning of quiet hours without a half of the day is in the evening."""
    number = int(hour)
    if half and not 1 <= number <= 12:
        raise ValueError(hour)
    if half:
        number = number % 12 + (12 if half == "pm" else 0)
    elif late and 6 <= number <= 11:
        number += 12
    return f"{number:02d}{minute or '00'}"
