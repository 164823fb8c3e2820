"""The commands: /start, /help, /topics and the like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Protocol

from bot.conversation.cards import Cards, block
from bot.conversation.numbers import Numbers
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card, Outcome, Reply
from bot.conversation.state import ChatState, Turn
from bot.conversation.texts import Texts

COMMANDS = ("start", "topics", "settings", "help", "about", "privacy", "forget", "cancel")
"""In the order of Telegram's menu."""


class ClinicLike(Protocol):
    """Who runs the bot."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def phone(self) -> str: ...  # noqa: D102
    @property
    def privacy_contact(self) -> str: ...  # noqa: D102


class Commands:
    """What each command answers."""

    def __init__(
        self, cards: Cards, texts: Texts, numbers: Numbers, questions: ProfileQuestions, clinic: ClinicLike
    ) -> None:
        """Arguments: as made by the conversation."""
        self._cards = cards
        self._texts = texts
        self._numbers = numbers
        self._questions = questions
        self._clinic = clinic

    def run(self, name: str, state: ChatState, today: date, *, group: bool) -> Turn:
        """Answer a command.

        Args:
            name: without the slash.
            state: of the chat.
            today: for weeks.
            group: in a group the profile is neither shown nor asked for.
        """
        t, call = self._texts, self._numbers.call(state.profile.country)
        match name:
            case "start":
                return _turn(state, self._cards.groups(t("welcome")))
            case "help":
                return _turn(state, self._cards.groups(t("help", call=call)))
            case "topics":
                return _turn(state, self._cards.groups(t("topics-title")))
            case "about" | "privacy":
                return _turn(state, self._about(name), topic=name)
            case "settings" if not group:
                return _turn(state, self._questions.summary(state.profile, today))
            case "forget" if not group:
                return _turn(state, forget_card(t))
            case "settings" | "forget":
                alone = Card(
                    blocks=block(t("group-alone")), buttons=((Button(label=t("group-alone-button"), deep_link=name),),)
                )
                return _turn(state, alone)
            case "cancel":
                context = state.context
                is_open = bool(context.setup or context.offered)
                state = replace(state, context=replace(context, setup=None, offered=(), topic=None))
                return _turn(state, Card(blocks=block(t("cancelled" if is_open else "nothing-to-cancel"))))
        return _turn(state, self._cards.groups(t("unknown-command")))

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


def _turn(state: ChatState, card: Card, *, topic: str | None = None) -> Turn:
    offered = tuple(b.action for row in card.buttons for b in row if b.action)
    context = replace(state.context, offered=offered, topic=topic or state.context.topic)
    return Turn(
        reply=Reply(outcome=Outcome.ANSWER, cards=(card,), confidence=1.0), state=replace(state, context=context)
    )
