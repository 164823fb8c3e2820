"""What the talk about walks is made with, and one call to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from itertools import islice

from bot.conversation.actions.reminders import ListReminders
from bot.conversation.cards import block
from bot.conversation.message import Message
from bot.conversation.reminders.setup_draft import SetupDraft
from bot.conversation.reply import Block, Button, Card
from bot.conversation.state import ChatState, Turn
from bot.conversation.texts import Texts
from bot.conversation.turns import saying
from bot.knowledge.models import Knowledge, WalkPlan
from bot.schedule.changes import apply
from bot.schedule.model import FOREVER, MOST_REMINDERS, Book, Nudge, Reminder, WalkChange
from bot.schedule.occurrence import Occurrence, Rule, local_time, upcoming
from bot.timezones.search import Zones
from bot.timezones.tables import load_tables


@dataclass(frozen=True, kw_only=True)
class TurnBuilder:
    """One message about walks, with the state it met and what has been changed in answer to it so far."""

    message: Message
    state: ChatState
    changes: tuple[WalkChange, ...] = ()

    @property
    def now(self) -> int:
        """Epoch seconds."""
        return int(self.message.at.timestamp())

    @property
    def book(self) -> Book:
        """Her walks, with the changes so far."""
        return self.state.book

    @property
    def draft(self) -> SetupDraft | None:
        """The open set-up."""
        return self.state.context.walk

    def chosen(self, which: int | None) -> list[Reminder]:
        """One reminder by its number, or (None) all. Raises KeyError where the one is not there."""
        if which is None:
            return list(self.book.reminders)
        reminder = self.book.reminder(which)
        if reminder is None:
            raise KeyError(which)
        return [reminder]

    def nudge(self, no: int, day: date) -> Nudge:
        """The last reminder that was sent, of that number and date. Raises KeyError where none was, or long ago."""
        found = [n for n in self.book.nudges if (n.no, n.day) == (no, day)]
        if not found:
            raise KeyError(no)
        return max(found, key=lambda n: n.at)

    def changing(self, *changes: WalkChange) -> TurnBuilder:
        """This call with more changed."""
        book, _ = apply(self.book, changes, self.now)
        return replace(self, state=replace(self.state, book=book), changes=(*self.changes, *changes))

    def drafting(self, draft: SetupDraft | None) -> TurnBuilder:
        """This call with a question of ours asked, or none; a question of the profile is closed."""
        draft = replace(draft, aside=False) if draft else None
        context = replace(self.state.context, walk=draft, setup=None)
        return replace(self, state=replace(self.state, context=context))

    def says(self, *cards: Card) -> Turn:
        """The turn that ends this call."""
        return replace(saying(self.state, *cards), walks=self.changes)


@dataclass(frozen=True)
class Resources:
    """The sentences, the plan's numbers, and the time zones (read when first needed: that takes 0.1 s)."""

    knowledge: Knowledge
    texts: Texts
    plan: WalkPlan
    default_zone: str | None = None
    """Offered to chats that have chosen none; a guess, so never taken unasked."""

    @cached_property
    def zones(self) -> Zones:
        """All time zones."""
        return Zones(load_tables())

    def zone(self, key: str | None) -> tzinfo | None:
        """The zone of a key, None where there is none (any more)."""
        return self.zones.zone(key) if key else None

    def local(self, book: Book, at: datetime) -> datetime:
        """Her local time; by UTC where her zone is not known."""
        return local_time(self.zone(book.zone) or UTC, int(at.timestamp()))

    def today(self, builder: TurnBuilder) -> date:
        """Her local date."""
        return self.local(builder.book, builder.message.at).date()

    def next_dates(self, book: Book, reminder: Reminder, now: int, count: int) -> Sequence[Occurrence]:
        """The next occurrences of a reminder, as if it were on."""
        if reminder.paused_until == FOREVER:
            return ()
        zone = self.zone(book.zone) or UTC
        rule = Rule(at=reminder.at, days=reminder.days, zone=zone, since=reminder.paused_until)
        return tuple(islice(upcoming(rule, now, last=reminder.last_day), count))


def card(*blocks: Sequence[Block], buttons: Sequence[Sequence[Button]] = (), new: bool = False) -> Card:
    """A card of blocks; it takes the place of the pressed button's message unless `new`."""
    rows = tuple(tuple(row) for row in buttons if row)
    return Card(blocks=tuple(b for group in blocks for b in group), buttons=rows, replace=not new)


def list_button(texts: Texts) -> Button:
    """Leads to the list of her reminders."""
    return Button(label=texts("walk-list-button"), action=ListReminders().pack())


def too_many(texts: Texts, builder: TurnBuilder, *above: Block) -> Turn:
    """Says that there can be no more reminders."""
    said = block(texts("walk-most", most=MOST_REMINDERS))
    return builder.says(card(above, said, buttons=[[list_button(texts)]]))
