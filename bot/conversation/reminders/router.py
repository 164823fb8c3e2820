"""All talk about walk reminders, in one place for the conversation: commands, buttons, words, places, afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.conversation.cards import block
from bot.conversation.message import Message
from bot.conversation.reminders.answers import AskCheck, ReminderAnswers
from bot.conversation.reminders.changes import ALL, ReminderChanges
from bot.conversation.reminders.composer import ReminderComposer
from bot.conversation.reminders.holds import SAFETY_HOLDS, lifted, woken
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.setup_draft import QUIET, ZONE
from bot.conversation.reminders.setup_flow import SetupFlow
from bot.conversation.reminders.setup_steps import SetupSteps
from bot.conversation.reminders.side_effects import WALK_PAIN, SideEffects
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reminders.typed_answers import TypedAnswers
from bot.conversation.reply import Button, Card
from bot.conversation.state import ChatState, Turn
from bot.conversation.texts import Texts
from bot.conversation.turns import changed
from bot.conversation.typed_labels import BUTTONS, UNDO
from bot.conversation.understanding import Understanding, Understood
from bot.knowledge.level import Level
from bot.knowledge.models import Flag
from bot.language.reminder_reader import is_about_reminders, plain, read
from bot.language.reminder_request import Pause, Reason, Refusal, Resume, SetUp, Show, Stop
from bot.language.walk_phrases import WalkPhrases, words_of
from bot.schedule.model import MOST_REMINDERS, Hold

COMMANDS = ("remind", "reminders")
STOP = "stop"
"""Works as a command too, as for most bots, though it stands in no menu."""
WALKING_ON = ("walk:again", "walk:seen", "walk:resume:all")
"""Buttons that let walks go on: not while a safety check is open."""


def pain_check(texts: Texts) -> Flag:
    """The safety check for pain after walks, in the form of a flag; triage never raises it."""
    return Flag(
        id=WALK_PAIN,
        level=Level.URGENT,
        title=WALK_PAIN,
        say=texts("walk-check-say"),
        ask=texts("walk-check-ask"),
        if_yes=texts("walk-check-if-yes"),
    )


class RemindersRouter:
    """Talk about walks. Every method takes a message and the state that it met."""

    def __init__(
        self, resources: Resources, understanding: Understanding, composer: ReminderComposer, ask_check: AskCheck
    ) -> None:
        """Arguments: as made by the conversation; ask_check, asks the safety check `pain_check`."""
        self._resources = resources
        self._texts = resources.texts
        self._help = resources.knowledge.roles.reminders_help
        self._replies = understanding.replies
        self._said = WalkPhrases(understanding.replies)
        steps = SetupSteps(resources)
        self._setup = SetupFlow(resources, steps)
        self._listing = Listing(resources, steps)
        self._changes = ReminderChanges(resources, self._listing, self._setup)
        self._nudges = ReminderAnswers(resources, self._listing, self._setup, ask_check)
        self._typed = TypedAnswers(resources, understanding, self._setup, self._listing, self._changes, self._nudges)
        self._aftermath = SideEffects(resources, steps, understanding)
        self.composer = composer

    # --- ways in --------------------------------------------------------------------------

    def command(self, name: str, message: Message, state: ChatState) -> Turn:
        """/remind and /reminders, with what was written behind it."""
        builder = TurnBuilder(message=message, state=state)
        if message.group:
            return self._alone(builder, "reminders" if name == STOP else name)
        if name == STOP:
            return self._changes.stop(builder, ALL) if builder.book.reminders else self._listing.all(builder)
        if name == "reminders":
            return self._listing.all(builder)
        text = message.text.strip()
        if not text or text in COMMANDS:
            return self._setup.begin(builder)
        return self._requested(builder, text)

    def press(self, message: Message, state: ChatState) -> Turn:
        """A pressed button whose action begins with "walk:"; a stale or made-up one changes nothing."""
        builder = TurnBuilder(message=message, state=state)
        if message.group:
            return self._alone(builder, "remind")
        verb, *args = message.action.partition(":")[2].split(":")
        return self._safely(builder, lambda: self._pressed(builder, verb, args)) or self._stale(builder)

    def told(self, read_text: Understood, message: Message, state: ChatState) -> Turn | None:
        """A typed answer to a reminder, or to how her back feels, that says nothing else; None for any other text.

        Such a text has no room for a sign but the pain, and that leads to a safety check of its own. A model that has
        learned from whole sentences may see danger in "not today".
        """
        if message.group or message.edited:
            return None
        builder = TurnBuilder(message=message, state=state)
        return self._safely(builder, lambda: self._typed.told(builder, read_text))

    def typed(self, read_text: Understood, message: Message, state: ChatState) -> Turn | None:
        """A typed answer to an open question about walks, or to a reminder that came just now; None for neither."""
        if message.group or message.edited:
            return None
        builder = TurnBuilder(message=message, state=state)
        if turn := self._safely(builder, lambda: self._typed.answer(builder, read_text)):
            return turn
        action = self._labelled(plain(message.text), state.context.offered)
        return self.press(replace(message, action=action), state) if action else None

    def asked(self, read_text: Understood, message: Message, state: ChatState) -> Turn | None:
        """A request about reminders in words; None where the text is none."""
        if message.edited:
            return None
        builder = TurnBuilder(message=message, state=state)
        if not message.group and (late := self._safely(builder, lambda: self._typed.late(builder))):
            return late
        if not message.group and (bare := self._safely(builder, lambda: self._typed.bare(builder))):
            return self._about(bare, read_text)
        is_meant = is_about_reminders(message.text, self._resources.today(builder)) or self._is_told(builder, read_text)
        if not is_meant and self._said.many(message.text, whole=True) is None:
            return None
        turn = self._alone(builder, "reminders") if message.group else self._requested(builder, message.text)
        return self._about(turn, read_text)

    def unclear(self, message: Message, state: ChatState) -> Turn | None:
        """The open question of a set-up again, for a short text that nothing fits; None where none is open."""
        if message.group or message.edited:
            return None
        builder = TurnBuilder(message=message, state=state)
        return self._safely(builder, lambda: self._typed.unclear(builder))

    def located(self, message: Message, state: ChatState) -> Turn | None:
        """A place that she shared while her time zone is asked; None where it is not."""
        draft = state.context.walk
        if message.latitude is None or message.longitude is None or message.group or draft is None:
            return None
        if draft.step != "zone":
            return None
        return self._setup.located(TurnBuilder(message=message, state=state), message.latitude, message.longitude)

    def after(self, message: Message, before: ChatState, turn: Turn) -> Turn:
        """See `SideEffects.after`."""
        return self._aftermath.after(message, before, turn)

    def _labelled(self, words: str, offered: Sequence[str]) -> str:
        """The action of a shown button whose label was typed; "" for none."""
        t = self._texts
        if words == plain(t("walk-undo-button")):
            return offered[0] if offered and UNDO.fullmatch(offered[0]) else ""
        wanted = next((pattern for name, pattern in BUTTONS.items() if words and words == plain(t(name))), None)
        return next((a for a in offered if wanted.fullmatch(a)), "") if wanted else ""

    def _about(self, turn: Turn, read_text: Understood) -> Turn:
        others = [t for t in read_text.topics if t != self._help]
        return (
            changed(turn, topics=(self._help, *others)[:3]) if self._help in self._resources.knowledge.topics else turn
        )

    # --- what it is -----------------------------------------------------------------------

    def _is_told(self, builder: TurnBuilder, read_text: Understood) -> bool:
        """True for other words than `is_about_reminders` knows, from one who has reminders: "unsubscribe"."""
        if not builder.book.reminders or read_text.asks or read_text.decision.topics[:1] != (self._help,):
            return False
        match read(builder.message.text, self._resources.today(builder)):
            case Stop() | Pause() | Resume():
                return True
            case SetUp():
                return self._replies.has("changing", words_of(builder.message.text))
            case Refusal(reason):
                return reason not in (Reason.NOTHING, Reason.UNCLEAR, Reason.TOO_LONG)
        return False

    def _safely(self, builder: TurnBuilder, answer: Callable[[], Turn | None]) -> Turn | None:
        """What answers her; what is not there any more, or never was, changes nothing."""
        try:
            return answer()
        except (KeyError, ValueError, OverflowError):
            return self._stale(builder)

    def _stale(self, builder: TurnBuilder) -> Turn:
        return builder.says(card(block(self._texts("walk-stale")), new=True))

    def _requested(self, builder: TurnBuilder, text: str) -> Turn:
        if (self._said.many(text) or 0) > MOST_REMINDERS:
            return self._listing.all(builder, *block(self._texts("walk-too-many", most=MOST_REMINDERS)))
        request = read(text, self._resources.today(builder))
        match request:
            case Stop():
                return self._changes.stop_said(builder, request)
            case Pause():
                return self._changes.pause_said(builder, request)
            case Resume():
                return self._changes.resume(builder, ALL)
            case Show():
                return self._listing.all(builder)
            case Refusal() if builder.book.reminders and not self._replies.has("remind", words_of(text)):
                return self._listing.all(builder, *block(self._setup.why_refused(request)))
            case Refusal():
                return self._setup.begin(builder, None, *block(self._setup.why_refused(request)))
            case SetUp():
                return self._set_up(builder, request, text)

    def _set_up(self, builder: TurnBuilder, wanted: SetUp, text: str) -> Turn:
        reminders = builder.book.reminders
        if reminders and self._replies.has("changing", words_of(text)):
            if len(reminders) > 1:
                return self._listing.all(builder, *block(self._texts("walk-which")))
            if wanted == SetUp():
                return self._listing.one(builder, reminders[0].no)
            return self._setup.change(builder, reminders[0].no, wanted=wanted)
        return self._setup.begin(builder, wanted)

    def _pressed(self, builder: TurnBuilder, verb: str, args: Sequence[str]) -> Turn | None:  # noqa: C901, PLR0912
        match verb, *args:
            case ["new"]:
                return self._setup.begin(builder)
            case ["list"]:
                return self._listing.all(builder.drafting(None))
            case ["show", no]:
                return self._listing.one(builder, int(no))
            case ["edit", no, step] if step in ("days", "time", "minutes"):
                return self._setup.change(builder, int(no), step)
            case ["a", "pain", no, day, at, value]:
                pain = None if value == "skip" else int(value)
                return self._nudges.pain(builder, int(no), date.fromisoformat(day), int(at), pain)
            case ["a", "pause", value]:
                return self._changes.pause_for(builder, value)
            case ["a", step, *value]:
                return self._setup.take(builder, step, ":".join(value))
            case ["step", step]:
                return self._setup.step(builder, step)
            case ["go"]:
                return self._setup.show(builder)
            case ["back"]:
                return self._setup.back(builder) or self._listing.all(builder.drafting(None))
            case ["drop"]:
                return self.dropped(builder)
            case ["zone"]:
                return self._setup.single(builder, ZONE, "zone")
            case ["quiet"]:
                return self._setup.single(builder, QUIET, "quiet")
            case ["stop", which]:
                return self._changes.stop(builder, which)
            case ["on", numbers]:
                return self._changes.on(builder, numbers)
            case ["resume", which]:
                return self._changes.resume(builder, which)
            case ["unpause", which]:
                return self._changes.unpause(builder, which)
            case ["pause", which]:
                return self._changes.pause(builder, which)
            case ["delete", no]:
                return self._changes.delete(builder, int(no))
            case ["put", at, days, minutes, *others]:
                return self._changes.put(builder, at, days, minutes, *others)
            case ["done", no, day]:
                return self._nudges.done(builder, int(no), date.fromisoformat(day))
            case ["later", no, day, *delay]:
                return self._nudges.later(builder, int(no), date.fromisoformat(day), int(delay[0]) if delay else None)
            case ["not-today", no, day]:
                return self._nudges.not_today(builder, int(no), date.fromisoformat(day))
            case ["go-on", _]:
                return self._nudges.go_on(builder)
            case ["again" | "seen"]:
                return self._again(builder, verb)
            case ["leave"]:
                return builder.says(card(block(self._texts("walk-left-off"))))
            case ["cleared"]:
                return self._cleared(builder)
        return None

    def _again(self, builder: TurnBuilder, verb: str) -> Turn:
        """She has been seen, or wants to start again."""
        care = builder.book.care
        if care.hold is Hold.NONE and not care.soon:
            return self._listing.all(builder)
        is_safety = care.hold in SAFETY_HOLDS or care.soon
        name = "walk-resumed" if not is_safety else "walk-seen-said" if verb == "seen" else "walk-again-said"
        is_pause = care.hold in (Hold.UNANSWERED, Hold.AWAY) and verb == "again"  # it says nothing of a soon alarm
        return self._listing.all(woken(builder) if is_pause else lifted(builder), *block(self._texts(name)))

    def _cleared(self, builder: TurnBuilder) -> Turn:
        """She says that her doctor has agreed, or asks about it again."""
        return self._setup.safety(builder)

    def dropped(self, builder: TurnBuilder) -> Turn:
        """She wants no set-up."""
        return builder.drafting(None).says(card(block(self._texts("walk-dropped"))))

    def _alone(self, builder: TurnBuilder, name: str) -> Turn:
        t = self._texts
        button = Button(label=t("group-alone-button"), deep_link=name)
        return builder.says(Card(blocks=block(t("walk-alone")), buttons=((button,),)))
