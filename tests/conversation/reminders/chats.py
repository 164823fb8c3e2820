"""A private chat with walks, and the reminders that the engine would send it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import Composed, DueWalk
from bot.conversation.reply import Reply
from bot.conversation.state import ChatState, Context, Profile
from bot.schedule.changes import apply
from bot.schedule.model import Book, Care, Drop, Kind, Nudge, PutReminder, Reminder, WalkChange
from bot.schedule.occurrence import local_time
from bot.timezones.search import Zones
from bot.timezones.tables import load_tables

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""10:00 in Oslo."""
CLEARED = Care(needs_clearance=False)
ZONES = Zones(load_tables())


class WalkChat:
    """One private chat. State survives as JSON would leave it; the book as the changes make it."""

    def __init__(self, conversation: Conversation, *, profile: Profile | None = None, book: Book | None = None) -> None:
        self.conversation = conversation
        self.at = MONDAY
        self.state = ChatState(profile=profile or Profile(greeted=True, offered=True), book=book or Book())
        self.changes: tuple[WalkChange, ...] = ()
        self.last: Reply | None = None

    @property
    def book(self) -> Book:
        return self.state.book

    def does(self, message: Message) -> Reply:
        turn = self.conversation.respond(message, self.state)
        kept, _ = apply(self.state.book, turn.walks, int(message.at.timestamp()))
        context = Context.from_json(json.loads(json.dumps(turn.state.context.to_json())))
        assert context == turn.state.context
        self.state = replace(turn.state, context=context, book=Book() if turn.forget else kept)
        self.changes, self.last = turn.walks, turn.reply
        self.at += timedelta(seconds=30)
        return turn.reply

    def says(self, text: str, **more: object) -> Reply:
        return self.does(Message(at=self.at, text=text, **more))  # type: ignore[arg-type]

    def presses(self, action: str) -> Reply:
        return self.does(Message(at=self.at, action=action))

    def commands(self, name: str, text: str = "") -> Reply:
        return self.does(Message(at=self.at, command=name, text=text))

    def taps(self, label: str) -> Reply:
        """Press the button of the last reply with that label."""
        assert self.last
        found = [b for c in self.last.cards for row in c.buttons for b in row if b.label == label]
        assert found, (label, [b.label for c in self.last.cards for row in c.buttons for b in row])
        return self.presses(found[0].action)

    def nudged(self, no: int, day: date | None = None, kind: Kind = Kind.WALK) -> Composed | Drop:
        """What the engine does when a reminder is due: compose, send, note."""
        composer = self.conversation.composer
        assert composer
        now = int(self.at.timestamp())
        zone = ZONES.zone(self.book.zone or "Europe/Oslo")
        day = day or local_time(zone, now).date()  # type: ignore[arg-type]
        made = composer.compose(self.state, DueWalk(no=no, day=day, kind=kind, due=now), self.at)
        if isinstance(made, Composed):
            nudge = Nudge(no=no, day=day, kind=kind, due=now, at=now, minutes=made.minutes)
            book = replace(self.book, nudges=(*self.book.nudges, nudge), unanswered=self.book.unanswered + 1)
            if made.care:
                book = replace(book, care=made.care)
            self.state = replace(self.state, book=book)
            self.last = made.reply
            self.at += timedelta(seconds=30)
        return made

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def with_reminder(self, reminder: Reminder, *, care: Care = CLEARED) -> WalkChat:
        book = replace(self.book, zone="Europe/Oslo", care=care)
        book, _ = apply(book, (PutReminder(reminder),), int(self.at.timestamp()))
        self.state = replace(self.state, book=book)
        return self
