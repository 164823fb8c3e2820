"""What each button does. An action carries all it needs, so that a button of an old message still works."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.conversation.cards import Cards, block
from bot.conversation.commands import forget_card
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reply import Card, Outcome, Reply
from bot.conversation.safety import TREATMENT_GROUPS, Safety
from bot.conversation.stage import stage_of
from bot.conversation.state import ChatState, Feedback, Turn
from bot.conversation.texts import Texts
from bot.knowledge.models import STAGES


class Buttons:
    """Answers to presses; safety checks are answered by the conversation itself."""

    def __init__(self, cards: Cards, texts: Texts, questions: ProfileQuestions, safety: Safety) -> None:
        """Arguments: as made by the conversation."""
        self._cards = cards
        self._texts = texts
        self._questions = questions
        self._safety = safety

    def press(self, action: str, state: ChatState, today: date, *, group: bool) -> Turn:
        """Answer a press.

        Args:
            action: of the button; anything, also of an older version or made up.
            state: of the chat.
            today: for weeks and dates.
            group: in a group the profile is not asked for.
        """
        verb, _, rest = action.partition(":")
        try:
            turn = self._reading(verb, rest, state, today) or (
                None if group else self._telling(verb, rest, state, today)
            )
        except (ValueError, KeyError):
            turn = None
        if turn is None:
            return _turn(state, self._cards.groups(self._texts("stale-button")), outcome=Outcome.FALLBACK)
        return turn

    def _reading(self, verb: str, rest: str, state: ChatState, today: date) -> Turn | None:
        """Buttons that show something."""
        t = self._texts
        match verb:
            case "topic":
                topic = self._cards.knowledge.topics[rest]
                return _turn(state, self._cards.answer(topic, stage_of(state.profile, today)), topic=rest)
            case "more":
                topic_id, _, named = rest.partition(":")
                stage = named if named in STAGES else stage_of(state.profile, today)
                return _turn(state, self._cards.more(self._cards.knowledge.topics[topic_id], stage), topic=topic_id)
            case "rate":
                return self._rated(rest, state, today)
            case "none":
                return _turn(state, self._cards.groups(t("clarify-none-reply")), outcome=Outcome.FALLBACK)
            case "topics":
                return _turn(state, self._cards.groups(t("topics-title"), replace=True))
            case "group":
                if not any(g.id == rest for g in self._cards.knowledge.groups):
                    raise KeyError(rest)
                return _turn(state, self._cards.group(rest))
            case "asked":
                return self._asked(state, today)
        return None

    def _telling(self, verb: str, rest: str, state: ChatState, today: date) -> Turn | None:
        """Buttons that change what is kept of her."""
        t, profile = self._texts, state.profile
        match verb:
            case "country":
                return self._ask("country", state)
            case "ask-profile":
                return self._ask("stage", replace(state, profile=replace(profile, offered=True)))
            case "no-profile":
                state = replace(state, profile=replace(profile, offered=True))
                return _turn(state, replace(Card(blocks=block(t("profile-offer-declined"))), replace=True))
            case "set":
                name, _, value = rest.partition(":")
                return self._set(name, value, state, today)
            case "due" if rest in ("still", "later"):
                return _turn(state, Card(blocks=block(t("due-thanks")), replace=True))
            case "forget" if rest == "yes":
                reply = Reply(
                    outcome=Outcome.ANSWER, cards=(Card(blocks=block(t("forget-done")), replace=True),), confidence=1.0
                )
                return Turn(reply=reply, state=ChatState(), forget=True)
            case "forget" if rest == "no":
                return _turn(state, Card(blocks=block(t("forget-kept")), replace=True))
            case "forget":
                return _turn(state, forget_card(t))
        return None

    def _rated(self, rest: str, state: ChatState, today: date) -> Turn:
        topic, _, value = rest.partition(":")
        if topic not in self._cards.knowledge.topics or value not in ("0", "1"):
            raise KeyError(rest)
        helpful = value == "1"
        notice = self._texts("thanks-yes" if helpful else "thanks-no")
        feedback = Feedback(topic=topic, helpful=helpful, at=datetime.combine(today, time(), UTC))
        return Turn(reply=Reply(outcome=Outcome.ANSWER, notice=notice), state=state, feedback=feedback)

    def _asked(self, state: ChatState, today: date) -> Turn:
        """What she asked about in a message that raised an alarm: no treatment, position or exercise before she has been seen."""
        asked = [t for t in state.context.asked if t in self._cards.knowledge.topics]
        if not asked:
            return _turn(state, Card(blocks=block(self._texts("asked-nothing"))))
        topic = self._cards.knowledge.topics[asked[0]]
        if topic.group in TREATMENT_GROUPS:
            return _turn(state, Card(blocks=block(self._texts("asked-later"))))
        card = self._cards.plain_answer(topic, stage_of(state.profile, today))
        return _turn(state, replace(card, blocks=(*block(self._texts("asked-first")), *card.blocks)))

    def _ask(self, name: str, state: ChatState) -> Turn:
        card = self._questions.question(name)
        return _turn(replace(state, context=replace(state.context, setup=name)), card)

    def _set(self, name: str, value: str, state: ChatState, today: date) -> Turn:
        profile, following, said = self._questions.set(state.profile, name, value, today)
        state = replace(state, profile=profile, context=replace(state.context, setup=following))
        card = self._questions.question(following) if following else Card(blocks=())
        card = replace(card, blocks=(*block(said), *card.blocks), replace=True)
        return _turn(state, card)


def _turn(state: ChatState, card: Card, *, topic: str | None = None, outcome: Outcome = Outcome.ANSWER) -> Turn:
    offered = tuple(b.action for row in card.buttons for b in row if b.action)
    context = replace(state.context, offered=offered, topic=topic or state.context.topic)
    topics = (topic,) if topic else ()
    return Turn(
        reply=Reply(outcome=outcome, cards=(card,), topics=topics, confidence=1.0),
        state=replace(state, context=context),
    )
