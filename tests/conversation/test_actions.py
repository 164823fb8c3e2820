"""Actions: what they are as text, in every chat that has a button of ours."""

from __future__ import annotations

import string
from dataclasses import fields
from datetime import date, time
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.actions import (
    MOST_BYTES,
    Action,
    ProfileAnswer,
    is_about_reminders,
    is_on_reminders,
    parse,
    questions,
    reminders,
)
from bot.conversation.actions.parts import CheckAnswer, GentleAnswer, packed, unpacked
from bot.conversation.actions.questions import (
    AnswerBorn,
    AnswerCheck,
    AnswerDue,
    MoreWasTold,
    OpenTopic,
    Overdue,
    RateTopic,
    ShowAsked,
    TellMore,
)
from bot.conversation.actions.reminders import (
    AnswerEarly,
    AnswerPain,
    ChooseDays,
    ChooseTime,
    ChooseZone,
    EditReminder,
    GoToStep,
    NewReminder,
    SkipStep,
    ToggleDays,
    UndoDelete,
    UndoStop,
)
from bot.conversation.dialogue import Conversation
from bot.conversation.state import Birth, Stage
from bot.knowledge.models import STAGES
from bot.schedule.model import MOST_REMINDERS
from bot.schedule.quiet import QuietHours
from bot.timezones.tables import load_tables

SENT = (Path(__file__).parent / "data" / "sent_actions.txt").read_text(encoding="utf-8").split()
"""What buttons of the versions so far carry. A line may be added here and never changed: the buttons are out."""
ONLY_READ = {
    "asked:": ShowAsked(),
    "more:": TellMore(),
    "told:": MoreWasTold(),
    "more:lifting:gone": TellMore("lifting"),
    "walk:a:days:531": ChooseDays(frozenset((1, 3, 5))),
    "walk:a:days:+20": ToggleDays(frozenset((0, 2))),
    "walk:a:time:10:00": ChooseTime(time(10)),
    "walk:put:1000:024:": UndoDelete(time(10), frozenset((0, 2, 4)), None, True, None, None),
    "walk:put:1000:024:20": UndoDelete(time(10), frozenset((0, 2, 4)), 20, True, None, None),
    "walk:put:1000:024:20:off": UndoDelete(time(10), frozenset((0, 2, 4)), 20, False, None, None),
    "walk:on:07": UndoStop((7,)),
}
"""Understood, though no button of this version carries them."""
CLASSES = sorted(
    {c for m in (questions, reminders) for c in vars(m).values() if isinstance(c, type) and issubclass(c, Action)}
    - {Action, ProfileAnswer, reminders.StepAnswer},
    key=lambda c: c.__name__,
)

IDS = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=40).filter(lambda text: text != "skip")
NUMBERS = st.integers(0, 9_999_999_999)
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
OF_TYPE: dict[object, st.SearchStrategy[Any]] = {
    str: IDS,
    str | None: st.none() | IDS,
    int: NUMBERS,
    int | None: st.none() | NUMBERS,
    bool: st.booleans(),
    bool | None: st.none() | st.booleans(),
    date: st.dates(),
    date | None: st.none() | st.dates(),
    date | int | None: st.none() | st.dates() | st.integers(0, 9),
    time: CLOCKS,
    time | bool: CLOCKS | st.booleans(),
    frozenset[int]: DAYS,
    tuple[int, ...]: st.lists(NUMBERS, min_size=1, max_size=MOST_REMINDERS).map(tuple),
    QuietHours: st.builds(QuietHours, CLOCKS, CLOCKS),
    Stage | None: st.none() | st.sampled_from(Stage),
    Birth | None: st.none() | st.sampled_from(Birth),
    Overdue: st.sampled_from(Overdue),
    CheckAnswer: st.sampled_from(CheckAnswer),
    GentleAnswer: st.sampled_from(GentleAnswer),
}
OF_FIELD: dict[tuple[type[Action], str], st.SearchStrategy[Any]] = {
    (TellMore, "stage"): st.none() | st.sampled_from(STAGES),
    (TellMore, "topic"): IDS,
    (EditReminder, "field"): st.sampled_from(("days", "time", "minutes")),
    (GoToStep, "step"): st.sampled_from(("days", "time", "minutes", "zone")),
    (SkipStep, "step"): st.sampled_from(
        ("days", "time", "early", "safety", "cleared", "gentle", "minutes", "zone", "quiet")
    ),
    (ChooseZone, "zone"): st.sampled_from(("Europe/Oslo", "America/North_Dakota/New_Salem", "UTC+05:30", "UTC-03:00")),
}


def any_of(cls: type[Action]) -> st.SearchStrategy[Action]:
    hints = get_type_hints(cls)
    values = {
        f.name: OF_FIELD[cls, f.name] if (cls, f.name) in OF_FIELD else OF_TYPE[hints[f.name]]
        for f in fields(cls)  # type: ignore[arg-type]
    }
    return st.builds(cls, **values)


ANY_ACTION = st.sampled_from(CLASSES).flatmap(any_of)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
PIECES = st.sampled_from(sorted({piece for text in SENT for piece in text.split(":")})) | st.text(max_size=5)
ALMOST = st.lists(PIECES, min_size=1, max_size=7).map(":".join)


def test_every_class_is_drawn() -> None:
    assert len(CLASSES) > 50


@given(action=ANY_ACTION)
def test_what_is_packed_is_read_again(action: Action) -> None:
    text = action.pack()
    assert parse(text) == action
    assert type(parse(text)) is type(action)
    assert len(text.encode()) <= MOST_BYTES


@pytest.mark.parametrize("text", SENT)
def test_buttons_that_are_out_work_and_are_written_the_same(text: str) -> None:
    action = parse(text)
    assert action is not None
    assert action.pack() == text


def test_the_list_has_every_class() -> None:
    assert len(SENT) > 150
    assert {type(parse(text)) for text in SENT} == set(CLASSES)


@pytest.mark.parametrize(("text", "action"), ONLY_READ.items())
def test_what_is_only_read(text: str, action: Action) -> None:
    assert parse(text) == action


@given(text=ANY_TEXT | ALMOST | ANY_TEXT.map("walk:{}".format) | ANY_TEXT.map("set:due:{}".format))
def test_reading_never_raises(text: str) -> None:
    assert isinstance(parse(text), Action | None)


@pytest.mark.parametrize(
    "text",
    [
        "", ":",
        "topic", "topic:", "rate:lifting", "rate:lifting:2", "check:sepsis", "check:sepsis:perhaps", "improve:2",
        "set", "set:stage", "set:stage:gone", "set:due:12", "set:gone:skip", "due:", "forget:perhaps", "walk", "walk:",
        "walk:gone", "walk:listing", "walk:show:x", "walk:edit:7:zone", "walk:a:days:", "walk:a:days:7",
        "walk:a:days:okay",
        "walk:a:time:2500", "walk:a:zone:", "walk:a:gone:skip", "walk:a:confirm:skip", "walk:a:pain:7:2026-02-30:1:3",
        "walk:a:quiet:2100", "walk:done:7:x", "walk:on:%", "walk:put:1000::", f"walk:show:{'9' * 5000}",
    ],
)  # fmt: skip
def test_what_is_made_up(text: str) -> None:
    assert parse(text) is None


def test_no_button_of_the_knowledge_base_is_too_long(conversation: Conversation) -> None:
    knowledge = conversation.knowledge
    actions: list[Action] = []
    for topic in knowledge.topics:
        actions += [OpenTopic(topic), ShowAsked(topic), MoreWasTold(topic), RateTopic(topic, helpful=False)]
        actions += [TellMore(topic, stage) for stage in STAGES]
    actions += [questions.OpenGroup(group.id) for group in knowledge.groups]
    actions += [AnswerCheck(flag, answer) for flag in knowledge.flags for answer in CheckAnswer]
    actions += [questions.AnswerCountry(code) for code in knowledge.countries]
    tables = load_tables()
    actions += [ChooseZone(row.key) for rows in tables.zones.values() for row in rows]
    for action in actions:
        assert len(action.pack().encode()) <= MOST_BYTES
        assert parse(action.pack()) == action


def test_nor_the_longest_about_reminders() -> None:
    last, no = date(9999, 12, 31), 9_999_999_999
    week = frozenset(range(7))
    for action in (
        UndoDelete(time(23, 59), week, 120, False, last, last),
        UndoStop((no,) * MOST_REMINDERS),
        AnswerPain(no, last, no, None),
    ):
        assert len(action.pack()) <= MOST_BYTES


def test_what_is_too_long_is_not_packed() -> None:
    assert len(OpenTopic("a" * 58).pack()) == MOST_BYTES
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        OpenTopic("a" * 59).pack()
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        OpenTopic("é" * 30).pack()


def test_a_head_belongs_to_one_class() -> None:
    with pytest.raises(TypeError, match="OpenTopic"):

        class _Other(Action, head=OpenTopic.head):
            pass


@given(numbers=st.lists(st.integers(0, 2**53), min_size=1))
def test_numbers(numbers: list[int]) -> None:
    assert unpacked(packed(numbers)) == numbers


def test_spans_and_dates() -> None:
    assert parse("set:due:1") == AnswerDue(1)
    assert parse("set:due:2027-03-01") == AnswerDue(date(2027, 3, 1))
    assert parse("set:born:skip") == AnswerBorn(None)
    assert parse("walk:a:early:yes") == AnswerEarly(True)
    assert parse("walk:a:early:1930") == AnswerEarly(time(19, 30))


def test_what_is_about_reminders() -> None:
    assert is_about_reminders("walk:gone")
    assert not is_about_reminders("walking:new")
    assert not is_on_reminders([NewReminder().pack(), "topic:lifting"])
    assert is_on_reminders(["topic:lifting", "walk:list"])
