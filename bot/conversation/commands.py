"""The commands: /start, /help, /topics and the like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation.cards import Cards, block
from bot.conversation.clinic import Clinic
from bot.conversation.numbers import Numbers
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card, Outcome
from bot.conversation.safety import ALONE
from bot.conversation.state import ChatState, Turn
from bot.conversation.texts import Texts
from bot.conversation.turns import saying

COMMANDS = ("start", "topics", "settings", "help", "about", "privacy", "forget", "cancel")
"""In the order of Telegram's menu."""


TYPED_COMMANDS = {"menu": "topics"} | {name: name for name in COMMANDS if name not in ("about", "privacy")}
"""Said as one word, without a slash. /about and /privacy are topics too, which the words find by themselves."""


class Commands:
    """What each command answers."""

    def __init__(
        self, cards: Cards, texts: Texts, numbers: Numbers, questions: ProfileQuestions, clinic: Clinic
    ) -> None:
        """Arguments: as made by the conversation."""
        self._cards = cards
        self._texts = texts
        self._numbers = numbers
        self._questions = questions
        self._clinic = clinic

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
            case "start" if payload in ("settings", "forget"):
                return self.run(payload, state, today, group=group)
            case "start":
                return saying(state, self._cards.groups(t("start-alone" if payload == ALONE else "welcome", call=call)))
            case "help":
                return saying(state, self._cards.groups(t("help", call=call)))
            case "topics":
                return saying(state, self._cards.groups(t("topics-title")))
            case "about" | "privacy":
                return saying(state, self._about(name), topic=name if name in self._cards.knowledge.topics else None)
            case "settings" | "forget" if group:
                button = Button(label=t("group-alone-button"), deep_link=name)
                return saying(state, Card(blocks=block(t("group-settings")), buttons=((button,),)))
            case "settings":
                return saying(state, self._questions.summary(state.profile, today))
            case "forget":
                return saying(state, forget_card(t))
            case "cancel":
                return self._cancelled(state)
        return saying(state, self._cards.groups(t("unknown-command")), outcome=Outcome.FALLBACK)

    def _cancelled(self, state: ChatState) -> Turn:
        context = state.context
        is_open = bool(context.setup or context.offered)
        state = replace(state, context=replace(context, setup=None, topic=None))
        return saying(state, self._cards.plain(self._texts("cancelled" if is_open else "nothing-to-cancel")))

    def _about(self, name: str) -> Card:
        t, knowledge = self._texts, self._cards.knowledge
        topic = knowledge.topics.get(name)
        blocks: list[Block] = []
        if topic:
            blocks += (*block(topic.title, BlockKind.TITLE), *block(topic.answer), *block(topic.more))
        if name == "about":
            blocks += block(review_line(self._cards, t))
            if self._clinic.name:
                blocks += block(
                    t(
                        "about-clinic" if self._clinic.phone else "about-clinic-no-phone",
                        clinic=self._clinic.name,
                        phone=self._clinic.phone,
                    )
                )
        elif self._clinic.privacy_contact:
            blocks += block(t("privacy-contact", contact=self._clinic.privacy_contact))
        return Card(blocks=tuple(blocks))


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
                Button(label=texts("forget-yes"), action="forget:yes", style=ButtonStyle.DANGER),
                Button(label=texts("forget-no"), action="forget:no"),
            ),
        ),
    )
