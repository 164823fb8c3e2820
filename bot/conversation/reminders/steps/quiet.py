"""Her quiet hours, asked by themselves."""

from __future__ import annotations

import re
from datetime import time

from bot.conversation.actions.reminders import ChooseQuietHours, StepAnswer
from bot.conversation.cards import block
from bot.conversation.reminders.formatting import span_said, time_said
from bot.conversation.reminders.setup_draft import SetupDraft
from bot.conversation.reminders.steps.base import Question, Reading, Step, Taken, TypedText, Unclear, rows
from bot.conversation.reminders.turn_builder import TurnBuilder, card, list_button
from bot.language.walk_phrases import words_of
from bot.schedule.model import SetQuiet
from bot.schedule.quiet import QuietHours

QUIET_SETS = (QuietHours(time(21), time(8)), QuietHours(time(22), time(7)), QuietHours(time(20), time(9)))
_CLOCK = r"(\d{1,2})(?::?(\d{2}))?\s*(am|pm)?"
_HOURS = re.compile(rf"(?:from )?{_CLOCK}\s*(?:to|until|till|til|-|and)\s*{_CLOCK}")


class QuietStep(Step):
    """When nothing may come."""

    name = "quiet"
    is_skippable = False

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        text = self._texts("walk-ask-quiet", quiet=self._descriptions.quiet_said(builder.book.quiet))
        return block(text), rows([(ChooseQuietHours(quiet), span_said(quiet)) for quiet in QUIET_SETS], 1)

    def reads(self, said: TypedText, draft: SetupDraft, builder: TurnBuilder) -> Reading | None:
        """See `Step.reads`; nothing but hours are read here."""
        if said.replies.are("quiet-none", words_of(said.text)):
            return ChooseQuietHours(QuietHours(time(), time()))
        if hours := _read(said.words):
            return ChooseQuietHours(hours)
        return Unclear(block(self._texts("walk-quiet-unclear"))) if said.is_short else None

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        match answer:
            case ChooseQuietHours(quiet):
                return self._noted(quiet, builder)
        raise ValueError(answer)

    def _noted(self, quiet: QuietHours, builder: TurnBuilder) -> Taken:
        builder = (builder.changing(SetQuiet(quiet)) if quiet != builder.book.quiet else builder).drafting(None)
        t = self._texts
        hit = [time_said(r.at) for r in builder.book.reminders if quiet.covers(r.at)]
        note = block(t("walk-quiet-hit", times=", ".join(dict.fromkeys(hit)))) if hit else ()
        said = block(t("walk-quiet-noted", quiet=self._descriptions.quiet_said(quiet)))
        return builder.says(card(said, note, buttons=[[list_button(t)]]))


def _read(words: str) -> QuietHours | None:
    if (match := _HOURS.fullmatch(words)) is None:
        return None
    start, end = match.groups()[:3], match.groups()[3:]
    try:
        return QuietHours(_clock(*start, late=True), _clock(*end, late=False))
    except ValueError:
        return None


def _clock(hour: str, minute: str | None, half: str | None, *, late: bool) -> time:
    """The time; the beginning of quiet hours without a half of the day is in the evening."""
    number = int(hour)
    if half and not 1 <= number <= 12:
        raise ValueError(hour)
    if half:
        number = number % 12 + (12 if half == "pm" else 0)
    elif late and 6 <= number <= 11:
        number += 12
    return time(number, int(minute or 0))
