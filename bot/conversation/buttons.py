"""What each button does. An action carries all it needs, so that a button of an old message still works."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.conversation.actions import Action
from bot.conversation.actions.questions import (
    AnswerOverdue,
    AnswerStage,
    AskCountry,
    AskProfile,
    AskToForget,
    DeclineProfile,
    Forget,
    ForgetNothing,
    HelpImprove,
    MoreWasTold,
    NoneOfThese,
    OpenGroup,
    OpenTopic,
    ProfileAnswer,
    RateTopic,
    ShowAsked,
    ShowGroups,
    TellMore,
)
from bot.conversation.answers import Answers
from bot.conversation.cards import Cards, block, rows
from bot.conversation.commands import forget_card
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reply import Button, Card, Outcome, Reply
from bot.conversation.stage import stage_of
from bot.conversation.state import ChatState, Feedback, Stage, Turn
from bot.conversation.texts import Texts
from bot.conversation.treatment import TreatmentFilter
from bot.conversation.turns import changed, saying, topped
from bot.knowledge.models import Topic


class Buttons:
    """Answers to presses; safety checks are answered elsewhere."""

    def __init__(
        self,
        cards: Cards,
        texts: Texts,
        questions: ProfileQuestions,
        answers: Answers,
        without_treatment: TreatmentFilter,
    ) -> None:
        """Take the parts that the conversation makes."""
        self._cards = cards
        self._texts = texts
        self._questions = questions
        self._answers = answers
        self._without_treatment = without_treatment

    def press(self, action: Action | None, state: ChatState, today: date, *, group: bool) -> Turn:
        """Answer a press.

        Args:
            action: of the button; None for one of an older version, or made up.
            state: of the chat.
            today: for weeks and dates.
            group: in a group the profile is not asked for.
        """
        try:
            turn = self._reading(action, state, today)
            if turn is not None and group:
                turn = replace(turn, feedback=None)  # nothing of a person is kept for long in a group
            if turn is None and not group:
                turn = self._telling(action, state, today) or self._forgetting(action, state)
        except (ValueError, KeyError):  # a topic, country or span that is not there, or no longer
            turn = None
        return turn or self._answers.fallback("stale-button", state, groups=True)

    def unclear(self, setup: str, state: ChatState) -> Turn:
        """A typed answer to an open question of the profile could not be read.

        Args:
            setup: the question.
            state: of the chat.
        """
        if setup == "country":
            return saying(state, self._cards.plain(self._texts("profile-country-unknown")))
        name = "profile-date-unclear" if setup in ("due", "born") else "profile-unclear"
        return topped(self._ask(setup, state), block(self._texts(name)))

    def _reading(self, action: Action | None, state: ChatState, today: date) -> Turn | None:
        """Buttons that show something."""
        t = self._texts
        match action:
            case OpenTopic(topic):
                return self._answers.open(self._topic(topic).id, state, today)
            case TellMore(None) | MoreWasTold(None):
                return self._answers.fallback("nothing-more", state)
            case TellMore(str() as topic, stage):
                return self._more(topic, stage or stage_of(state.profile, today), state)
            case MoreWasTold(str() as topic):
                return saying(state, self._cards.plain(t("more-none")), topic=self._topic(topic).id)
            case RateTopic(topic, helpful):
                return self._rated(topic, helpful=helpful, state=state, today=today)
            case NoneOfThese():
                return self._answers.fallback("clarify-none-reply", state, groups=True)
            case ShowGroups():
                return saying(state, replace(self._cards.groups(t("topics-title")), replace=True))
            case OpenGroup(group):
                return saying(state, self._cards.group(group))
            case ShowAsked(asked):
                return self._asked(asked, state, today)
        return None

    def _telling(self, action: Action | None, state: ChatState, today: date) -> Turn | None:
        """Buttons that change what is kept of her."""
        profile = state.profile
        match action:
            case AskCountry():
                return self._ask("country", state)
            case AskProfile():
                return self._ask("stage", replace(state, profile=replace(profile, offered=True)))
            case DeclineProfile():
                state = replace(state, profile=replace(profile, offered=True))
                return saying(state, self._replacing("profile-offer-declined"))
            case ProfileAnswer():
                return self._set(action, state, today)
            case HelpImprove(agreed):
                said = self._cards.plain(self._texts("improve-agreed" if agreed else "improve-stopped"))
                turn = saying(replace(state, improve=agreed), said)
                asked = tuple(HelpImprove(answer).pack() for answer in (True, False))
                return replace(changed(turn, spent=asked), improve=agreed)
            case AnswerOverdue():
                return saying(state, self._replacing("due-thanks"))
        return None

    def _forgetting(self, action: Action | None, state: ChatState) -> Turn | None:
        match action:
            case AskToForget():
                return saying(state, forget_card(self._texts))
            case Forget() if state != ChatState() and Forget().pack() not in state.context.offered:
                # Something else was said since: the red button of an old message deletes nothing by itself.
                return changed(saying(state, forget_card(self._texts)), remove_buttons=True)
            case Forget():
                return replace(saying(ChatState(), self._replacing("forget-done")), forget=True)
            case ForgetNothing():
                return saying(state, self._replacing("forget-kept"))
        return None

    def _replacing(self, name: str) -> Card:
        return replace(self._cards.plain(self._texts(name)), replace=True)

    def _topic(self, topic_id: str) -> Topic:
        return self._cards.knowledge.topics[topic_id]

    def _more(self, topic_id: str, stage: str | None, state: ChatState) -> Turn:
        state = replace(state, context=replace(state.context, told=topic_id))
        return saying(state, self._cards.more(self._topic(topic_id), stage), topic=topic_id)

    def _rated(self, topic: str, *, helpful: bool, state: ChatState, today: date) -> Turn:
        feedback = Feedback(topic=self._topic(topic).id, helpful=helpful, at=datetime.combine(today, time(), UTC))
        reply = Reply(
            outcome=Outcome.ANSWER,
            cards=() if helpful else (self._cards.groups(self._texts("topics-title")),),
            notice=self._texts("thanks-yes" if helpful else "thanks-no"),
            spent=tuple(RateTopic(topic, helpful=rated).pack() for rated in (True, False)),
        )
        return Turn(reply=reply, state=state, feedback=feedback)

    def _asked(self, topic: str | None, state: ChatState, today: date) -> Turn:
        """What she asked in a message with a flag: no treatment, position or exercise before she has been seen."""
        t, known = self._texts, self._cards.knowledge.topics
        asked = [i for i in ([topic] if topic else state.context.asked) if i in known]
        if not asked:
            return saying(state, self._cards.plain(t("asked-nothing")))
        if len(asked) > 1:
            buttons = rows(Button(label=known[i].title, action=ShowAsked(i).pack()) for i in asked)
            return saying(state, Card(blocks=block(t("clarify")), buttons=buttons))
        card = self._without_treatment(
            known[asked[0]], self._cards.plain_answer(known[asked[0]], stage_of(state.profile, today))
        )
        if card is None:
            return saying(state, self._cards.plain(t("asked-later")))
        # No topic is noted: "tell me more" would bring what was left out.
        return saying(state, replace(card, blocks=(*block(t("asked-first")), *card.blocks)))

    def _ask(self, name: str, state: ChatState) -> Turn:
        card = self._questions.question(name)
        return saying(replace(state, context=replace(state.context, setup=name)), card)

    def _set(self, answer: ProfileAnswer, state: ChatState, today: date) -> Turn:
        profile, following, said = self._questions.set(state.profile, answer, today)
        state = replace(state, profile=profile, context=replace(state.context, setup=following))
        card = self._questions.question(following) if following else Card(blocks=())
        card = replace(card, blocks=(*block(said), *card.blocks), replace=True)
        turn = saying(state, card)
        # After a loss there is nothing more to ask; the topics are there if she wants them.
        is_loss = answer == AnswerStage(Stage.LOSS)
        return changed(turn, cards=(replace(self._cards.groups(said), replace=True),)) if is_loss else turn
