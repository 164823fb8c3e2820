"""All talk about walk reminders, in one place for the conversation: commands, buttons, words, places, afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.conversation.actions import Action, parse
from bot.conversation.actions.reminders import (
    ChangeQuietHours,
    ChangeZone,
    ContinueSetup,
    DropSetup,
    EditReminder,
    GoBack,
    GoOn,
    GoToStep,
    LeaveOff,
    ListReminders,
    NewReminder,
    PauseReminders,
    RemoveReminder,
    ResumeReminders,
    SayCleared,
    SayDone,
    SayLater,
    SayNotToday,
    SaySeen,
    ShowReminder,
    SkipStep,
    StartAgain,
    StepAnswer,
    StopReminders,
    UndoDelete,
    UndoPause,
    UndoStop,
)
from bot.conversation.cards import block
from bot.conversation.message import Message
from bot.conversation.reminders.answers import ReminderAnswers
from bot.conversation.reminders.changes import ReminderChanges
from bot.conversation.reminders.composer import ReminderComposer
from bot.conversation.reminders.descriptions import Descriptions
from bot.conversation.reminders.holds import SAFETY_HOLDS, lifted, woken
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.setup_draft import QUIET, ZONE
from bot.conversation.reminders.setup_flow import SetupFlow
from bot.conversation.reminders.side_effects import WALK_PAIN, SideEffects
from bot.conversation.reminders.steps.order import Steps
from bot.conversation.reminders.steps.pain import AskCheck
from bot.conversation.reminders.steps.quiet import QuietStep
from bot.conversation.reminders.steps.zone import ZoneStep
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
        """Take the parts that the conversation makes.

        Args:
            ask_check: asks the safety check `pain_check`.
        """
        self._resources = resources
        self._texts = resources.texts
        self._help = resources.knowledge.roles.reminders_help
        self._replies = understanding.replies
        self._said = WalkPhrases(understanding.replies)
        descriptions = Descriptions(resources)
        steps = Steps(resources, descriptions, ask_check)
        self._setup = SetupFlow(resources, steps)
        self._listing = Listing(resources, descriptions)
        self._changes = ReminderChanges(resources, self._listing, self._setup)
        self._nudges = ReminderAnswers(resources, self._listing, self._setup, steps.pain)
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
            return self._changes.stop(builder, None)
        if name == "reminders":
            return self._listing.all(builder)
        text = message.text.strip()
        if not text or text in COMMANDS:
            return self._setup.begin(builder)
        return self._requested(builder, text)

    def press(self, action: Action | None, message: Message, state: ChatState) -> Turn:
        """A pressed button about reminders; a stale or made-up one changes nothing."""
        builder = TurnBuilder(message=message, state=state)
        if message.group:
            return self._alone(builder, "remind")
        return self._safely(builder, lambda: self._pressed(builder, action)) or self._stale(builder)

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
        return self.press(action, replace(message, action=action.pack()), state) if action else None

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

    def nothing_to_stop(self, message: Message, state: ChatState) -> Turn | None:
        """What is said to a mere "stop" or "unsubscribe" of one whom no reminder comes; None for any other text."""
        if message.group or message.edited or any(r.enabled for r in state.book.reminders):
            return None
        builder = TurnBuilder(message=message, state=state)
        return self._changes.stop(builder, None) if self._typed.stops(message.text) else None

    def unclear(self, message: Message, state: ChatState) -> Turn | None:
        """The open question of a set-up again, for a short text that nothing fits; None where none is open."""
        if message.group or message.edited:
            return None
        builder = TurnBuilder(message=message, state=state)
        return self._safely(builder, lambda: self._typed.unclear(builder))

    def located(self, message: Message, state: ChatState) -> Turn | None:
        """A place that she shared while her time zone is asked; None where it is not."""
        if message.latitude is None or message.longitude is None or message.group:
            return None
        return self._setup.located(TurnBuilder(message=message, state=state), message.latitude, message.longitude)

    def after(self, message: Message, before: ChatState, turn: Turn) -> Turn:
        """See `SideEffects.after`."""
        return self._aftermath.after(message, before, turn)

    def _labelled(self, words: str, offered: Sequence[str]) -> Action | None:
        """The action of a shown button whose label was typed; None for none."""
        t, actions = self._texts, [parse(text) for text in offered]
        if words == plain(t("walk-undo-button")):
            return actions[0] if actions and isinstance(actions[0], UNDO) else None
        wanted = next((is_it for name, is_it in BUTTONS.items() if words and words == plain(t(name))), None)
        return next((action for action in actions if action and wanted(action)), None) if wanted else None

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
                return self._changes.resume(builder, None)
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

    def _pressed(self, builder: TurnBuilder, action: Action | None) -> Turn | None:
        return self._on_list(builder, action) or self._on_nudge(builder, action) or self._on_setup(builder, action)

    def _on_list(self, builder: TurnBuilder, action: Action | None) -> Turn | None:
        """Buttons of the list and of one reminder."""
        match action:
            case ListReminders():
                return self._listing.all(builder.drafting(None))
            case ShowReminder(no):
                return self._listing.one(builder, no)
            case StopReminders(which):
                return self._changes.stop(builder, which)
            case UndoStop(numbers):
                return self._changes.on(builder, numbers)
            case ResumeReminders(which):
                return self._changes.resume(builder, which)
            case PauseReminders(which):
                return self._changes.pause(builder, which)
            case UndoPause(which):
                return self._changes.unpause(builder, which)
            case RemoveReminder(no):
                return self._changes.delete(builder, no)
            case UndoDelete():
                return self._changes.put(builder, action)
        return None

    def _on_nudge(self, builder: TurnBuilder, action: Action | None) -> Turn | None:
        """Buttons below a reminder, and those that let walks go on."""
        match action:
            case SayDone(no, day):
                return self._nudges.done(builder, no, day)
            case SayLater(no, day, minutes):
                return self._nudges.later(builder, no, day, minutes)
            case SayNotToday(no, day):
                return self._nudges.not_today(builder, no, day)
            case GoOn():
                return self._nudges.go_on(builder)
            case StartAgain() | SaySeen():
                return self._again(builder, was_seen=isinstance(action, SaySeen))
            case LeaveOff():
                return builder.says(card(block(self._texts("walk-left-off"))))
        return None

    def _on_setup(self, builder: TurnBuilder, action: Action | None) -> Turn | None:
        """Buttons that ask, and the answers to what is asked."""
        match action:
            case NewReminder():
                return self._setup.begin(builder)
            case EditReminder(no, field):
                return self._setup.change(builder, no, field)
            case ChangeZone():
                return self._setup.single(builder, ZONE, ZoneStep.name)
            case ChangeQuietHours():
                return self._setup.single(builder, QUIET, QuietStep.name)
            case SayCleared():
                return self._setup.safety(builder)
            case StepAnswer() | SkipStep():
                return self._setup.take(builder, action)
            case GoToStep(step):
                return self._setup.step(builder, step)
            case ContinueSetup() if builder.draft is None:  # an alarm ended it, or it was too long ago
                return self._listing.all(builder, *block(self._texts("walk-continue-gone")))
            case ContinueSetup():
                return self._setup.show(builder)
            case GoBack():
                return self._setup.back(builder) or self._listing.all(builder.drafting(None))
            case DropSetup():
                return builder.drafting(None).says(card(block(self._texts("walk-dropped"))))
        return None

    def _again(self, builder: TurnBuilder, *, was_seen: bool) -> Turn:
        """She has been seen, or wants to start again."""
        care = builder.book.care
        if care.hold is Hold.NONE and not care.soon:
            return self._listing.all(builder)
        is_safety = care.hold in SAFETY_HOLDS or care.soon
        name = "walk-resumed" if not is_safety else "walk-seen-said" if was_seen else "walk-again-said"
        is_pause = care.hold in (Hold.UNANSWERED, Hold.AWAY) and not was_seen  # it says nothing of a soon alarm
        return self._listing.all(woken(builder) if is_pause else lifted(builder), *block(self._texts(name)))

    def _alone(self, builder: TurnBuilder, name: str) -> Turn:
        t = self._texts
        button = Button(label=t("group-alone-button"), deep_link=name)
        return builder.says(Card(blocks=block(t("walk-alone")), buttons=((button,),)))
