"""The commands: /start, /help, /topics and the like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation.actions.questions import Forget, ForgetNothing, HelpImprove
from bot.conversation.alarm_cards import ALONE
from bot.conversation.cards import Cards, block
from bot.conversation.help_lines import HelpLines
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card, Outcome
from bot.conversation.state import ChatState, Turn
from bot.conversation.texts import Texts
from bot.conversation.turns import saying
from bot.settings.parts import Clinic, RetentionTimes

COMMANDS = (
    *("start", "topics", "remind", "reminders", "settings", "help", "about", "privacy", "mydata", "forget", "cancel"),
)
"""In the order of Telegram's menu."""


ALONE_COMMANDS = ("settings", "mydata", "forget")
"""Between the two of us: in a group there is only the way to the private chat."""

TYPED_COMMANDS = {name: name for name in COMMANDS if name not in ("about", "privacy")}
"""Said as one word, without a slash. /about and /privacy are topics too, which the words find by themselves."""


class Commands:
    """What each command answers."""

    def __init__(
        self,
        cards: Cards,
        texts: Texts,
        numbers: HelpLines,
        questions: ProfileQuestions,
        clinic: Clinic,
        *,
        keeping: RetentionTimes,
    ) -> None:
        """Take the parts that the conversation makes."""
        self._cards = cards
        self._texts = texts
        self._numbers = numbers
        self._questions = questions
        self._clinic = clinic
        self._keeping = keeping

    def run(self, name: str, state: ChatState, today: date, *, group: bool, payload: str = "") -> Turn:
        """Answer a command.

        Args:
            name: without the slash.
            state: of the chat.
            today: for weeks.
            group: in a group the profile is neither shown nor asked for.
            payload: of a deep link that opens no topic.
        """
        t, call = self._texts, self._numbers.call(state.profile.country)
        match name:
            case "start" if payload in ALONE_COMMANDS:
                return self.run(payload, state, today, group=group)
            case "start":
                return saying(state, self._cards.groups(t("start-alone" if payload == ALONE else "welcome", call=call)))
            case "help":
                return saying(state, self._cards.groups(t("help", call=call)))
            case "topics":
                return saying(state, self._cards.groups(t("topics-title")))
            case "about" | "privacy":
                roles = self._cards.knowledge.roles
                return self._about(roles.about if name == "about" else roles.privacy, name, state)
            case _ if group and name in ALONE_COMMANDS:
                button = Button(label=t("group-alone-button"), deep_link=name)
                return saying(state, Card(blocks=block(t("group-settings")), buttons=((button,),)))
            case "settings":
                return saying(state, self._settings(state, today))
            case "mydata":
                return replace(saying(state, self._told(state, today)), export=True)
            case "forget":
                return saying(state, forget_card(t))
            case "cancel":
                return self._cancelled(state)
        return saying(state, self._cards.groups(t("unknown-command")), outcome=Outcome.FALLBACK)

    def _settings(self, state: ChatState, today: date) -> Card:
        """What she has told, what may be changed of it, and whether her questions may help."""
        t, card = self._texts, self._questions.summary(state.profile, today)
        name = "settings-improve-on" if state.improve else "settings-improve-off"
        label = t("settings-improve-stop" if state.improve else "settings-improve-agree")
        button = Button(label=label, action=HelpImprove(agreed=not state.improve).pack())
        *others, last = card.buttons
        buttons = (*others, (button,), last)
        return replace(card, blocks=(*card.blocks, *block(t(name), BlockKind.NOTE)), buttons=buttons)

    def _told(self, state: ChatState, today: date) -> Card:
        """What she has told, without buttons; the rest of /mydata comes from the store."""
        return replace(self._questions.summary(state.profile, today), buttons=())

    def _cancelled(self, state: ChatState) -> Turn:
        context = state.context
        is_open = bool(context.setup or context.walk or context.offered)
        state = replace(state, context=replace(context, setup=None, walk=None, topic=None))
        return saying(state, self._cards.plain(self._texts("cancelled" if is_open else "nothing-to-cancel")))

    def _about(self, topic_id: str, name: str, state: ChatState) -> Turn:
        """What is said of the bot or of privacy: a topic, and what depends on who runs it."""
        t, topic = self._texts, self._cards.knowledge.topics.get(topic_id)
        blocks: list[Block] = []
        if topic:
            blocks += (*block(topic.title, BlockKind.TITLE), *block(topic.answer), *block(topic.more))
        clinic = self._clinic
        run_by = t("about-clinic" if clinic.phone else "about-clinic-no-phone", clinic=clinic.name, phone=clinic.phone)
        if name == "about":
            blocks += block(review_line(self._cards, t))
        else:
            hours, months = f"{self._keeping.context_hours:g}", self._keeping.chat_months
            blocks += block(t("privacy-times", hours=hours, inbox=f"{self._keeping.inbox_hours:g}", months=months))
        blocks += block(run_by if clinic.name else "")
        if name == "privacy" and clinic.privacy_contact:
            blocks += block(t("privacy-contact", contact=clinic.privacy_contact))
        return saying(state, Card(blocks=tuple(blocks)), topic=topic.id if topic else None)


def review_line(cards: Cards, texts: Texts) -> str:
    """Which clinicians have read the texts, or that none has."""
    names = ", ".join(cards.knowledge.reviewed_by)
    if not names:
        return texts("about-unreviewed")
    return texts("about-reviewed" if cards.knowledge.is_reviewed else "about-partly", names=names)


def forget_card(texts: Texts) -> Card:
    """Asks once before everything is deleted."""
    return Card(
        blocks=block(texts("forget-ask")),
        buttons=(
            (
                Button(label=texts("forget-yes"), action=Forget().pack(), style=ButtonStyle.DANGER),
                Button(label=texts("forget-no"), action=ForgetNothing().pack()),
            ),
        ),
    )
