"""Notes the questions that were answered badly, of those who agreed to it: redacted, never as they were written."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from bot.conversation.actions.questions import NoneOfThese
from bot.conversation.message import Message
from bot.conversation.reply import Outcome
from bot.conversation.state import ChatState, Miss, MissedQuestion, Turn
from bot.conversation.understanding import Understanding
from bot.knowledge.models import Knowledge
from bot.language.redaction import RedactionWords, Redactor
from bot.timezones.tables import load_tables

_SHORTEST_PLACE = 4


class MissedQuestions:
    """Finishes turns. Of all others than those who agreed, nothing is noted."""

    def __init__(self, knowledge: Knowledge, understanding: Understanding) -> None:
        """Make one.

        Args:
            knowledge: for the words of redaction.yaml.
            understanding: knows words.
        """
        self._words = knowledge.redaction
        self._understanding = understanding

    def after(self, message: Message, before: ChatState, turn: Turn) -> Turn:
        """Note in the turn what is to be kept of a question.

        Args:
            message: what came in.
            before: the state it met.
            turn: as finished by everything else.
        """
        if turn.forget:
            return turn
        if message.group or not turn.state.improve:
            return _remembering(turn, "", None) if turn.state.context.question else turn
        context, reply = before.context, turn.reply
        if turn.feedback is not None:
            is_it = not turn.feedback.helpful and context.question and context.questioned == turn.feedback.topic
            return self._noted(turn, Miss.NOT_HELPFUL, context.question, message) if is_it else turn
        if reply.outcome is Outcome.FALLBACK and not reply.topics and NoneOfThese().pack() in context.offered:
            is_it = bool(context.question) and context.questioned is None
            return self._noted(turn, Miss.CLARIFY_NONE, context.question, message) if is_it else turn
        if reply.is_safety:
            return _remembering(turn, "", None)
        if message.command or message.action or message.edited or not message.text.strip() or not reply.topics:
            return turn
        question = self._redact(message.text)
        if reply.outcome is Outcome.FALLBACK:
            return self._noted(_remembering(turn, "", None), Miss.FALLBACK, question, message)
        return _remembering(turn, question, reply.topics[0] if reply.outcome is Outcome.ANSWER else None)

    @cached_property
    def _redact(self) -> Redactor:
        tables = load_tables()
        cities = {row.key.rpartition("/")[2].replace("_", " ") for rows in tables.zones.values() for row in rows}
        places = {name.lower() for name in (*cities, *tables.countries.values()) if len(name) >= _SHORTEST_PLACE}
        words, no_places = self._words, self._words.get("no-places", ())
        told_by = RedactionWords(
            ordinary=frozenset(words.get("ordinary", ())),
            capitals=frozenset(words.get("capitals", ())),
            names=frozenset(words.get("names", ())),
            before_a_name=words.get("before-a-name", ()),
            before_a_place=words.get("before-a-place", ()),
            place_joint=words.get("place-joint", ()),
            houses=words.get("houses", ()),
        )
        return Redactor(self._understanding.is_known, told_by, frozenset(places.difference(no_places)))

    @staticmethod
    def _noted(turn: Turn, why: Miss, question: str, message: Message) -> Turn:
        if not question:
            return turn
        topic = turn.feedback.topic if turn.feedback else None
        return replace(
            _remembering(turn, "", None),
            unanswered=MissedQuestion(why=why, question=question, topic=topic, at=message.at),
        )


def _remembering(turn: Turn, question: str, topic: str | None) -> Turn:
    context = replace(turn.state.context, question=question, questioned=topic)
    return replace(turn, state=replace(turn.state, context=context))
