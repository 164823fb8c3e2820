"""Typed answers to what is open about walks; a text that is none goes the way of every text."""

from __future__ import annotations

import re

from bot.conversation.cards import block
from bot.conversation.profile import SKIPPING
from bot.conversation.reminders.answers import Nudges, open_pain
from bot.conversation.reminders.changes import ALL, Changes
from bot.conversation.reminders.context import Call, Kit, card
from bot.conversation.reminders.holds import SAFETY_HOLDS, lifted
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.plan_inputs import is_cleared
from bot.conversation.reminders.setup_flow import SetUpTalk
from bot.conversation.reminders.setup_steps import STEPS
from bot.conversation.state import Turn
from bot.conversation.typed_buttons import number_in
from bot.conversation.understanding import Understanding, Understood
from bot.language.reminder_reader import plain, read, read_minutes
from bot.language.reminder_request import Pause, Reason, Refusal, Resume, SetUp, Show, Stop
from bot.language.spans import read_pause_end
from bot.language.walk_answers import FELT, read_pain, read_told
from bot.language.walk_phrases import RESUME, STOP, says_cleared, says_trouble

HELP = "reminders-help"
"""The topic on walk reminders; what is asked for in words counts as about it."""
ANSWER_WORDS = 6
"""A text no longer than this that cannot be read was meant as an answer to the open question."""
SHORT = 3
"""Words: so short a text is an answer to the open question, whatever topic it reminds of."""
LONGEST = 80
"""Characters of a text that says "stop" and no more."""
_PAUSING = re.compile(r"(?:please )?(?:pause|stop|resume|restart)\b")
_CHANGE = ("change", "change it", "change this")
_BACK = ("back", "go back", "previous")
_CANCEL = ("cancel", "cancel it", "stop", "forget it", "never mind", "nevermind", "drop it", "no reminder")
_CLOCK = r"(\d{1,2})(?::?(\d{2}))?\s*(am|pm)?"
_HOURS = re.compile(rf"(?:from )?{_CLOCK}\s*(?:to|until|till|til|-|and)\s*{_CLOCK}")
_NO_PLACES = ("nice", "nope", "la")
"""Said of a line to confirm, they are not the towns of Nice and Nome."""
_NONE = ("none", "no quiet hours", "off", "never")


class TypedAnswers:
    """Finds what a text answers."""

    def __init__(  # noqa: PLR0917  (the parts of one talk)
        self,
        kit: Kit,
        understanding: Understanding,
        setup: SetUpTalk,
        listing: Listing,
        changes: Changes,
        nudges: Nudges,
    ) -> None:
        """Arguments: as made by the talk."""
        self._kit = kit
        self._texts = kit.texts
        self._understanding = understanding
        self._setup = setup
        self._listing = listing
        self._changes = changes
        self._nudges = nudges

    def told(self, call: Call, read_text: Understood) -> Turn | None:
        """The turn of a text that answers a reminder that came after all else, or how her back feels; None: neither."""
        text, context = call.message.text, call.state.context
        nudge = self._nudges.pending(call)
        pain = open_pain(context.walk)
        is_aside = context.walk is not None and context.walk.aside
        is_button = is_aside and 0 < (number_in(text) or 0) <= len(context.offered)
        if pain and not is_button and (value := read_pain(text)) is not None:
            return self._nudges.pain(call, *pain, value)
        if pain and not is_aside and plain(text) in SKIPPING:
            return self._nudges.pain(call, *pain, None)
        is_last = nudge is not None and nudge.at >= context.at
        if is_last and call.book.care.asked and (turn := self._to_going_on(call, read_text)):
            return turn
        return self._to_nudge(call, text) if is_last or _is_of_today(text) else None

    def answer(self, call: Call, read_text: Understood) -> Turn | None:
        """The turn of a text that answers the open question, or says that she has been seen; None: neither."""
        context = call.state.context
        care = call.book.care
        is_held = care.hold in SAFETY_HOLDS or care.soon
        if is_held and not context.check and self._understanding.says("seen", read_text.words):
            name = "walk-again-said" if "again" in read_text.words.words else "walk-seen-said"
            return self._listing.all(lifted(call), *block(self._texts(name)))
        if open_pain(context.walk) and context.walk and not context.walk.aside and _is_felt(call.message.text):
            return self._setup.show(call, *block(self._texts("walk-pain-number")))
        if context.walk is None or context.setup or context.walk.step == "pain":
            return None
        return self._to_step(call, read_text)

    def late(self, call: Call) -> Turn | None:
        """An answer to a reminder of the last day, after other things have been said."""
        text = call.message.text
        told = read_told(text)
        is_other = told is None or (told.not_today and not _is_of_today(text))
        return None if is_other else self._to_nudge(call, text)

    def bare(self, call: Call) -> Turn | None:
        """The turn of a mere "stop", "start again" or "change" from one who has reminders, or of her doctor's yes."""
        text = call.message.text
        if not call.book.reminders or len(text) > LONGEST:
            return None
        words = plain(text)
        if STOP.fullmatch(words) and any(r.enabled for r in call.book.reminders):
            return self._changes.stop(call, ALL)
        if RESUME.fullmatch(words) and self._listing.is_off(call):
            return self._changes.resume(call, ALL)
        if words in _CHANGE and (nudge := self._nudges.pending(call)) and call.book.reminder(nudge.no):
            return self._listing.one(call, nudge.no)
        if says_cleared(words) and not is_cleared(call.state, self._kit.today(call)):
            return self._setup.safety(call)
        return None

    def unclear(self, call: Call) -> Turn | None:
        """The open question again, where nothing else fits a short text either."""
        draft = call.draft
        if draft is None or draft.aside or len(call.message.text.split()) > ANSWER_WORDS:
            return None
        name = "walk-pain-number" if draft.step == "pain" else "walk-unclear"
        return self._setup.show(call, *block(self._texts(name)))

    def _to_going_on(self, call: Call, read_text: Understood) -> Turn | None:
        """A typed answer to whether the reminders shall go on."""
        says, words = self._understanding.says, read_text.words
        if says("yes", words) or says("agree", words):
            return self._nudges.go_on(call)
        if says("no", words) or says("refuse", words):
            return self._changes.stop(call, ALL)
        return None

    def _to_nudge(self, call: Call, text: str) -> Turn | None:
        nudge, told = self._nudges.pending(call), read_told(text)
        if nudge is None or told is None:
            return None
        if told.stop:
            return self._changes.stop(call, str(nudge.no)) if call.book.reminder(nudge.no) else None
        return self._nudges.typed(call, nudge, told)

    def _to_step(self, call: Call, read_text: Understood) -> Turn | None:
        text, draft = call.message.text, call.draft
        words = plain(text[:300])
        if draft is None or not words:
            return None
        if words in _BACK:
            return self._setup.back(call) or self._listing.all(call.drafting(None))
        if words in SKIPPING and draft.step in STEPS[:-1]:
            return self._setup.take(call, draft.step, "skip")
        if words in _CANCEL:
            return call.drafting(None).says(card(block(self._texts("walk-dropped"))))
        is_button = not draft.aside or (number_in(text) or 0) <= len(call.state.context.offered)
        if number_in(text) and is_button and (draft.aside or draft.step not in ("time", "minutes")):
            return None  # the number of a button
        if not draft.aside and (turn := self._to_button(call, read_text, words)):
            return turn
        count = len(words.split())
        is_question = read_text.asks or "?" in text
        is_other = count > SHORT and (is_question or bool(read_text.decision.is_answer))
        if is_other and not (draft.step == "zone" and not is_question):
            return None
        is_other = is_question or (read_text.decision.is_answer and HELP not in read_text.decision.topics)
        return self._value(call, words, text, short=count <= ANSWER_WORDS and not is_other)

    def _to_button(self, call: Call, read_text: Understood, words: str) -> Turn | None:
        """A typed label, or a yes or no: only where nothing else was said since the question."""
        if call.draft and (choice := self._choice(call, read_text)):
            return self._setup.take(call, call.draft.step, choice)
        match self._setup.labelled(call, words).split(":"):
            case ["walk", "a", "pause", value]:
                return self._changes.pause_for(call, value)
            case ["walk", "a", step, *value]:
                return self._setup.take(call, step, ":".join(value))
            case ["walk", "step", step]:
                return self._setup.step(call, step)
        return None

    def _choice(self, call: Call, read_text: Understood) -> str | None:
        """Yes or no in words, where the question is answered so."""
        step, says = (call.draft.step if call.draft else ""), self._understanding.says
        if step not in ("early", "safety", "cleared", "gentle", "minutes", "confirm"):
            return None
        words = read_text.words
        if step == "minutes":
            return "plan" if says("yes", words) or says("agree", words) or says("all-right", words) else None
        if step == "safety" and says("unsure", words):
            return "unsure"
        if says("yes", words) or says("agree", words):
            return "yes"
        told = plain(call.message.text[:LONGEST])
        if step == "safety" and not read_text.asks and (trouble := says_trouble(told)) is not None:
            return "yes" if trouble else "no"
        if step == "cleared" and says_cleared(told):
            return "yes"
        if says("no", words) or says("refuse", words) or words.words == ("not", "yet"):
            return None if step == "confirm" else "no"
        return None

    def _value(self, call: Call, words: str, text: str, *, short: bool) -> Turn | None:
        """A typed value of the open step; a clear line where a short text is none."""
        step = call.draft.step if call.draft else ""
        match step:
            case "zone":
                turn = self._setup.typed_zone(call, text)
                return turn or (self._setup.show(call, *block(self._texts("walk-zone-unknown"))) if short else None)
            case "quiet":
                return self._quiet(call, words, short=short)
            case "pause":
                return self._pause(call, words, short=short)
            case "minutes":
                minutes = read_minutes(text)
                if not isinstance(minutes, Refusal):
                    return self._setup.take(call, "minutes", str(minutes))
                if words.isdigit():
                    return self._setup.refused(call, minutes)
            case "confirm" if short and (turn := self._elsewhere(call, words, text)):
                return turn
        return self._set_up(call, step, words, text, short=short)

    def _elsewhere(self, call: Call, words: str, text: str) -> Turn | None:
        """A place instead of a yes: she lives there. None where it is none."""
        draft, says = call.draft, self._understanding.says
        said = self._understanding.words(text)
        if draft is None or words in _NO_PLACES or any(says(group, said) for group in ("no", "refuse", "all-right")):
            return None
        if not isinstance(read(text, self._kit.today(call)), Refusal):
            return None
        return self._setup.typed_zone(call.drafting(draft.with_step("zone")), text)

    def _set_up(self, call: Call, step: str, words: str, text: str, *, short: bool) -> Turn | None:
        wanted = read(text, self._kit.today(call))
        if isinstance(wanted, Refusal) and _PAUSING.match(words):
            return None  # of reminders that are there
        if isinstance(wanted, Stop | Pause | Resume | Show):
            return None
        if step == "time" and words.isdigit() and isinstance(wanted, Refusal):
            wanted = read(f"at {words}", self._kit.today(call))
        if isinstance(wanted, SetUp) and (wanted.days or wanted.at is not None or wanted.minutes):
            return self._setup.take_said(call, wanted)
        if not isinstance(wanted, Refusal):
            return None
        is_plain = wanted.reason in (Reason.NOTHING, Reason.TOO_LONG, Reason.UNCLEAR)
        if step == "minutes" and short and re.search(r"\d", words) and is_plain:
            wanted, is_plain = Refusal(Reason.MINUTES, words), False
        if is_plain and not (short and re.search(r"\d", words)):
            return None
        return self._setup.refused(call, wanted) if short or not is_plain else None

    def _quiet(self, call: Call, words: str, *, short: bool) -> Turn | None:
        if words in _NONE:
            return self._setup.take(call, "quiet", "0000-0000")
        match = _HOURS.fullmatch(words)
        try:
            if match:
                hours = f"{_clock(*match.groups()[:3], late=True)}-{_clock(*match.groups()[3:], late=False)}"
                return self._setup.take(call, "quiet", hours)
        except ValueError:
            pass
        return self._setup.show(call, *block(self._texts("walk-quiet-unclear"))) if short else None

    def _pause(self, call: Call, words: str, *, short: bool) -> Turn | None:
        end = read_pause_end(words, self._kit.today(call))
        if end is None:
            end = read_pause_end(f"until {words}", self._kit.today(call))
        if isinstance(end, Refusal):
            return self._changes.pause_refused(call, end) if short else None
        return self._changes.pause_said(call, Pause(end)) if end else None


def _is_felt(text: str) -> bool:
    """True for a pain in words, or a number that is none of the scale; triage has read it by then."""
    words = plain(text[:LONGEST]).split()
    return number_in(text) is not None or (0 < len(words) <= ANSWER_WORDS and FELT.issuperset(words))


def _is_of_today(text: str) -> bool:
    """True for a "not today" that is no answer to anything else, as a mere "no" may be."""
    told = read_told(text)
    return bool(told and told.not_today and {"today", "tired", "skip"} & set(plain(text).split()))


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
