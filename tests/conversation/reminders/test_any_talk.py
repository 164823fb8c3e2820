"""Whatever she presses or types, in whatever order: nothing raises, every reply can be shown, every change is valid."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import Composed
from bot.schedule.model import (
    MOST_REMINDERS,
    DeleteReminder,
    Hold,
    PutReminder,
    RecordWalk,
    SetZone,
    Snooze,
    WalkChange,
)
from tests.conversation.chats import actions_of
from tests.conversation.reminders.chats import ZONES, WalkChat
from tests.conversation.test_any_input import ANY_TEXT, is_whole

TEXTS = (
    "remind me to walk mon wed fri at 10",
    "every day 7:30",
    "25:00",
    "feb 30",
    "300 reminders",
    "olso",
    "usa",
    "UTC+2",
    "yes",
    "no",
    "skip",
    "back",
    "cancel",
    "20",
    "3",
    "done",
    "did 15 min, pain 8",
    "not today",
    "later",
    "stop",
    "pause my reminders for a week",
    "resume my reminders",
    "walk reminders off",
    "i have been seen",
    "i cant feel my legs",
    "i lost my baby",
    "how do i lift",
    "1",
    "2",
    "22 to 7",
    "until friday",
)
MADE_UP = (
    "walk:again",
    "walk:new",
    "walk:list",
    "walk:zone",
    "walk:quiet",
    "walk:stop:all",
    "walk:cleared",
    "walk:go",
    "walk:back",
    "walk:a:zone:Europe/Oslo",
    "walk:put:1000:024:",
    "walk:resume:all",
    "walk:pause:all",
    "set:stage:pregnant",
    "set:stage:after-birth",
    "set:birth:caesarean",
    "walk:a:confirm:yes",
)
STEP = st.one_of(
    st.tuples(st.just("press"), st.integers(0, 11)),
    st.tuples(st.just("press"), st.integers(0, 11)),
    st.tuples(st.just("says"), st.sampled_from(TEXTS) | ANY_TEXT),
    st.tuples(st.just("action"), st.sampled_from(MADE_UP) | st.builds("walk:{}".format, ANY_TEXT)),
    st.tuples(st.just("command"), st.sampled_from(["remind", "reminders", "remind sun at 9:00", "cancel"])),
    st.tuples(st.just("nudge"), st.integers(0, 4)),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=5, max_size=25))
def test_any_talk(conversation: Conversation, steps: list[tuple[str, object]]) -> None:
    chat = WalkChat(conversation)
    chat.commands("remind")
    for kind, value in steps:
        _step(chat, kind, value)


def _step(chat: WalkChat, kind: str, value: object) -> None:
    before = chat.book
    match kind:
        case "wait":
            chat.at += timedelta(minutes=int(str(value)))
            return
        case "nudge":
            if chat.book.reminders:
                made = chat.nudged(chat.book.reminders[int(str(value)) % len(chat.book.reminders)].no)
                assert chat.book.care.hold is Hold.NONE or not isinstance(made, Composed)
            return
        case "press":
            actions = actions_of(chat.last) if chat.last else []
            reply = chat.presses(actions[int(str(value)) % len(actions)] if actions else "walk:list")
        case "action":
            reply = chat.presses(str(value))
        case "command":
            name, _, rest = str(value).partition(" ")
            reply = chat.commands(name, rest)
        case _:
            reply = chat.does(Message(at=chat.at, text=str(value)))
    assert is_whole(reply)
    assert len(chat.book.reminders) <= MOST_REMINDERS
    for change in chat.changes:
        assert is_valid(change, chat, {r.no for r in before.reminders})


def is_valid(change: WalkChange, chat: WalkChat, known: set[int]) -> bool:
    match change:
        case PutReminder(reminder):
            return reminder.no > 0 and (reminder.minutes is None or 1 <= reminder.minutes <= 120)
        case DeleteReminder(no):
            return no in known
        case SetZone(zone):
            return ZONES.zone(zone) is not None
        case Snooze(no, _, at, until):
            return no in known and chat.at.timestamp() - 60 < at <= until
        case RecordWalk(no, walk):
            return no > 0 and walk.day <= chat.at.date() + timedelta(days=1)
    return True
