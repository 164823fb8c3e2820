"""The questions of a set-up as objects: their order, their buttons, and when an answer is taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.actions import parse, reminders
from bot.conversation.actions.reminders import DropSetup, GoBack, GoToStep, SkipStep, StepAnswer
from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.reminders.descriptions import Descriptions
from bot.conversation.reminders.setup_draft import CHANGE, NEW, PAUSE, QUIET, SAFETY, ZONE, SetupDraft
from bot.conversation.reminders.steps.order import Steps
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder
from bot.conversation.state import ChatState
from bot.schedule.model import Book, Care, Reminder
from tests.conversation.reminders.chats import MONDAY

FORM = ("days", "time", "early", "safety", "cleared", "gentle", "minutes", "zone", "confirm")
SINGLE = ("quiet", "pause", "pain")
DRAFTS = st.builds(
    SetupDraft,
    purpose=st.sampled_from((NEW, CHANGE, SAFETY)),
    step=st.sampled_from(FORM),
    at=st.sampled_from(("", "07:00", "10:00")),
    zone=st.sampled_from(("", "Europe/Oslo")),
    done=st.lists(st.sampled_from(FORM[:-1]), unique=True).map(tuple),
    given=st.lists(st.sampled_from(FORM[:-1]), unique=True).map(tuple),
)
BOOKS = st.builds(
    Book,
    zone=st.sampled_from((None, "Europe/Oslo")),
    care=st.builds(Care, needs_clearance=st.sampled_from((None, True, False)), gentle=st.booleans()),
)
SOME = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def steps(conversation: Conversation) -> Steps:
    plan = conversation.knowledge.plan
    assert plan
    resources = Resources(conversation.knowledge, conversation.texts, plan)
    return Steps(resources, Descriptions(resources), lambda _state: pytest.fail("no check is asked here"))


def builder_of(book: Book, draft: SetupDraft | None = None) -> TurnBuilder:
    return TurnBuilder(message=Message(at=MONDAY), state=ChatState(book=book)).drafting(draft)


def test_every_answer_has_its_question(steps: Steps) -> None:
    classes = [c for c in vars(reminders).values() if isinstance(c, type) and issubclass(c, StepAnswer)]
    answered = {c.step for c in classes if c is not StepAnswer}
    assert answered == {*FORM, *SINGLE}
    assert {steps.named(name).name for name in answered} == answered


def test_what_can_be_skipped_has_a_button_for_it(steps: Steps) -> None:
    for name in (*FORM, *SINGLE):
        if steps.named(name).is_skippable:
            assert parse(SkipStep(name).pack()) == SkipStep(name)
    assert [name for name in (*FORM, *SINGLE) if not steps.named(name).is_skippable] == ["confirm", *SINGLE]


def test_a_question_of_another_version_is_the_line_to_confirm(steps: Steps) -> None:
    assert steps.named("gone") is steps.last


@SOME
@given(draft=DRAFTS, book=BOOKS)
def test_the_next_question_is_the_first_that_is_open(steps: Steps, draft: SetupDraft, book: Book) -> None:
    builder = builder_of(book, draft)
    following = steps.next(draft, builder)
    for name in FORM[: FORM.index(following.name)]:
        assert name in (*draft.done, *draft.given) or not steps.named(name).applies(draft, builder)
    if following is not steps.last:
        assert following.name not in (*draft.done, *draft.given)
        assert following.applies(draft, builder)


@SOME
@given(draft=DRAFTS)
def test_back_leads_to_an_earlier_question_that_was_seen(steps: Steps, draft: SetupDraft) -> None:
    before = steps.before(draft)
    if before:
        assert FORM.index(before.name) < FORM.index(draft.step)
        assert before.name in draft.done or (draft.purpose == NEW and before.is_always_asked)
    elif draft.purpose == NEW:
        assert draft.step == "days"


@SOME
@given(draft=DRAFTS, book=BOOKS)
def test_every_button_answers_its_question_or_leads_away(steps: Steps, draft: SetupDraft, book: Book) -> None:
    card = steps.ask(draft, builder_of(book, draft))
    for action in (parse(b.action) for row in card.buttons for b in row):
        assert isinstance(action, GoBack | GoToStep | DropSetup | StepAnswer | SkipStep)
        if isinstance(action, StepAnswer | SkipStep):
            assert action.step == draft.step


@pytest.mark.parametrize(
    ("purpose", "step", "skippable"),
    [(ZONE, "zone", False), (QUIET, "quiet", False), (PAUSE, "pause", False), (SAFETY, "gentle", True)],
)
def test_a_question_by_itself_is_left_and_not_skipped(steps: Steps, purpose: str, step: str, skippable: bool) -> None:
    draft = SetupDraft(purpose=purpose, step=step)
    card = steps.ask(draft, builder_of(Book(), draft))
    last = [parse(b.action) for b in card.buttons[-1]]
    assert last == [GoBack(), *([SkipStep(step)] if skippable else []), DropSetup()]


@SOME
@given(draft=DRAFTS, book=BOOKS)
def test_every_button_can_be_pressed(steps: Steps, draft: SetupDraft, book: Book) -> None:
    draft = replace(draft, days=(0,), at=draft.at or "10:00", no=None, purpose=NEW)
    builder, step = builder_of(book, draft), steps.named(draft.step)
    _, rows = step.asks(draft, builder)
    for action in (parse(b.action) for row in rows for b in row):
        if isinstance(action, StepAnswer):
            step.takes(action, draft, builder)
    step.skips(draft, builder)


def test_which_answers_are_taken_beside_which_question(steps: Steps) -> None:
    apart = ("confirm", "pause", "pain")
    for name in (*FORM, *SINGLE):
        step = steps.named(name)
        assert step.takes_beside(step)
        assert step.takes_beside(None) == (name == "pain")
        for other in (*FORM, *SINGLE):
            is_free = name not in apart and other not in apart
            assert step.takes_beside(steps.named(other)) == (is_free or name in ("pain", other))


def test_an_answer_to_another_question_is_none(steps: Steps) -> None:
    draft = SetupDraft(step="days")
    for name in ("days", "time", "early", "safety", "cleared", "gentle", "minutes", "zone", "quiet", "pause", "pain"):
        with pytest.raises(ValueError, match="GoOn"):
            steps.named(name).takes(reminders.GoOn(1), draft, builder_of(Book()))  # type: ignore[arg-type]


def test_skipping_a_time_in_quiet_hours_asks_for_another(steps: Steps) -> None:
    draft = SetupDraft(step="early", at="07:00", done=("days", "time"))
    builder = builder_of(Book(reminders=(Reminder(no=1, at=time(10)),)), draft)
    taken = steps.named("early").skips(draft, builder)
    assert getattr(taken, "draft", None) == draft.with_step("time")
