"""How a draft begins, and what a sentence that names days, a time or minutes makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.conversation.reminders.formatting import time_said
from bot.conversation.reminders.setup_draft import CHANGE, NEW, PAIN, SAFETY, SetupDraft
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder
from bot.language.reminder_request import SetUp
from bot.schedule.model import Reminder
from bot.schedule.plan_model import Walk

_FIELDS = ("days", "time", "minutes")
_SAFETY = ("safety", "cleared", "gentle")
_NOT_SAFETY = ("days", "time", "early", "minutes", "zone")


def draft_of_new(resources: Resources, builder: TurnBuilder) -> SetupDraft:
    """Sets a new reminder; where the country that she told has one zone only, the line to confirm shows its time."""
    country = builder.state.profile.country
    found = resources.zones.of_country(country, builder.now) if country and not builder.book.zone else ()
    return SetupDraft(zone=found[0].key if len(found) == 1 else "")


def draft_of_safety(*given: str) -> SetupDraft:
    """Asks what her walks have to heed, and no more.

    Args:
        given: steps of it that need no asking.
    """
    return SetupDraft(purpose=SAFETY, given=(*_NOT_SAFETY, *given))


def draft_of_pain(no: int, walk: Walk) -> SetupDraft:
    """Asks how her back felt after a walk."""
    return SetupDraft(purpose=PAIN, step="pain", no=no, day=walk.day.isoformat(), walked_at=walk.at)


def draft_of_change(old: Reminder, *steps: str, wanted: SetUp | None = None) -> SetupDraft:
    """Changes a reminder.

    Args:
        old: the reminder.
        steps: to ask for.
        wanted: what was said of it already.
    """
    given = tuple(f for f in (*_FIELDS, *_SAFETY) if f not in steps)
    draft = SetupDraft(
        purpose=CHANGE,
        no=old.no,
        days=tuple(sorted(old.days)),
        at=time_said(old.at),
        minutes=old.minutes,
        given=(*given, *(() if "time" in steps or (wanted and wanted.at) else ("early",))),
    )
    return with_said(draft, wanted) if wanted else draft


def with_said(draft: SetupDraft, wanted: SetUp, *, typed: bool = False) -> SetupDraft:
    """The draft with what was said; `typed` at a step, where it counts as answered."""
    said: list[str] = []
    if wanted.days:
        draft, said = replace(draft, days=tuple(sorted(wanted.days)), picking=False), [*said, "days"]
    if wanted.at is not None:
        other = _clock(wanted.or_at)
        done = tuple(s for s in draft.done if s != "early")
        given = tuple(s for s in draft.given if s != "early")
        draft, said = replace(draft, at=_clock(wanted.at), other=other, done=done, given=given), [*said, "time"]
    if wanted.minutes:
        draft, said = replace(draft, minutes=wanted.minutes), [*said, "minutes"]
    if wanted.days and wanted.at is not None and draft.purpose == NEW and "minutes" not in said:
        draft = replace(draft, given=(*draft.given, "minutes"))  # said in one go: the plan's, shown to be confirmed
    if typed or wanted.minutes:
        draft = replace(draft, done=tuple(dict.fromkeys((*draft.done, *(said if typed else ("minutes",))))))
    if typed:
        return draft
    return replace(draft, given=tuple(dict.fromkeys((*draft.given, *said))))


def _clock(at: time | None) -> str:
    return time_said(at) if at else ""
