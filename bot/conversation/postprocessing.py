"""What stands around every reply: the opening lines, the offer of the profile, tact after a loss."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.actions import is_on_reminders, parse
from bot.conversation.actions.questions import OpenTopic
from bot.conversation.cards import block
from bot.conversation.help_lines import HelpLines
from bot.conversation.loss import LossFilter, says_nothing
from bot.conversation.message import Message
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reply import Button, Card, Outcome, Reply
from bot.conversation.state import ChatState, Profile, Stage, Turn
from bot.conversation.texts import Texts
from bot.knowledge.models import Knowledge


class Postprocessor:
    """Finishes turns."""

    def __init__(
        self, knowledge: Knowledge, texts: Texts, numbers: HelpLines, questions: ProfileQuestions, loss: LossFilter
    ) -> None:
        """Take the parts that the conversation makes."""
        self._texts = texts
        self._numbers = numbers
        self._questions = questions
        self._loss = loss
        self._private = knowledge.private_flags
        self._small_talk = knowledge.roles.small_talk

    def finish(self, message: Message, before: ChatState, turn: Turn) -> Turn:
        """Add the opening lines or a question of ours; leave out what would hurt.

        Args:
            message: what came in.
            before: the state it met.
            turn: what was decided.
        """
        reply, state = turn.reply, turn.state
        if reply.cards and not turn.forget:
            reply, state = self._framed(message, before, reply, state)
        if state.profile.stage is Stage.LOSS or state.context.loss:
            reply, state = self._tactful(reply, state)
        reply = replace(reply, cards=tuple(_clean(c) for c in reply.cards))
        if turn.forget:
            return replace(turn, reply=reply)
        context = replace(state.context, at=message.at.timestamp())
        if reply.cards:
            context = replace(context, offered=_actions(reply.cards))
        return replace(turn, reply=reply, state=replace(state, context=context))

    def _framed(self, message: Message, before: ChatState, reply: Reply, state: ChatState) -> tuple[Reply, ChatState]:
        is_first = not (before.profile.greeted or before.context.greeted)
        # Nothing stands below an alarm or a check, and an edit leaves the lines where they are.
        if is_first and not message.edited and not reply.is_safety:
            return self._opened(reply, state, group=message.group)
        return self._with_question(message, reply, state)

    def _opened(self, reply: Reply, state: ChatState, *, group: bool) -> tuple[Reply, ChatState]:
        lines = block(self._texts("opening", call=self._numbers.call(state.profile.country)))
        if lines:
            reply = replace(reply, cards=(Card(blocks=lines, lasting=True), *reply.cards))
        state = replace(state, context=replace(state.context, greeted=group))
        return reply, state if group else replace(state, profile=replace(state.profile, greeted=True))

    def _with_question(self, message: Message, reply: Reply, state: ChatState) -> tuple[Reply, ChatState]:
        """After an answer to a question, at most one question of ours."""
        is_answer = reply.outcome is Outcome.ANSWER and reply.topics and reply.topics[0] not in self._small_talk
        is_on_walks = is_on_reminders(_actions(reply.cards))
        if not is_answer or is_on_walks or message.group or message.edited or state.context.setup or state.context.walk:
            return reply, state
        profile = state.profile
        if _is_overdue(profile, message):
            state = replace(state, profile=replace(profile, due_asked=True))
            return replace(reply, cards=(*reply.cards, self._questions.due_question())), state
        if not profile.offered and profile.stage is None:
            state = replace(state, profile=replace(profile, offered=True))
            return replace(reply, cards=(*reply.cards, self._questions.offer())), state
        return reply, state

    def _tactful(self, reply: Reply, state: ChatState) -> tuple[Reply, ChatState]:
        cards = []
        for card in reply.cards:
            kept = self._loss.gentle(card, safety=reply.is_safety)
            if says_nothing(kept) and not says_nothing(card):
                kept = Card(blocks=block(self._texts("loss-nothing")), buttons=_leading_on(kept), replace=card.replace)
                state = replace(state, context=replace(state.context, topic=None))  # no "tell me more" on that
            cards.append(kept)
        return replace(reply, cards=tuple(cards)), state


def _leading_on(card: Card) -> tuple[tuple[Button, ...], ...]:
    """The buttons that open other topics."""
    return tuple(row for row in card.buttons if row and isinstance(parse(row[0].action), OpenTopic))


def _is_overdue(profile: Profile, message: Message) -> bool:
    if profile.stage is not Stage.PREGNANT or profile.due is None or profile.due_asked:
        return False
    return message.at.date() > profile.due


def _actions(cards: tuple[Card, ...]) -> tuple[str, ...]:
    return tuple(b.action for card in cards for row in card.buttons for b in row if b.action)


def _clean(card: Card) -> Card:
    """Without buttons that have no label: a knowledge base without texts has none for them."""
    rows = tuple(tuple(b for b in row if b.label) for row in card.buttons)
    return replace(card, buttons=tuple(r for r in rows if r))
