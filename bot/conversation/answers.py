"""Answers one topic, asks which of several, or says that nothing fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation.cards import Cards, block
from bot.conversation.help_lines import HelpLines
from bot.conversation.reply import BlockKind, Outcome
from bot.conversation.stage import BIRTH_STAGES, stage_for, stage_of
from bot.conversation.state import ChatState, Turn
from bot.conversation.texts import Texts
from bot.conversation.turns import changed, saying, topped
from bot.conversation.understanding import Understood
from bot.knowledge.models import Knowledge


class Answers:
    """What is said to a question without a red flag."""

    def __init__(self, knowledge: Knowledge, cards: Cards, texts: Texts, numbers: HelpLines) -> None:
        """Take the parts that the conversation makes."""
        self._knowledge = knowledge
        self._cards = cards
        self._texts = texts
        self._numbers = numbers
        self._exercise = frozenset(group.id for group in knowledge.groups if group.exercise)

    def decided(self, read: Understood, state: ChatState, today: date) -> Turn:
        """Answer, clarify or fall back, as was decided for a text.

        Args:
            read: the text.
            state: of the chat.
            today: for weeks.
        """
        decision = read.decision
        if not read.words.words:
            return self.fallback("empty", state, groups=True)
        if not read.ranking.is_english:
            return changed(self.fallback("not-english", state), topics=read.topics)
        if decision.is_answer:
            return self.open(decision.topics[0], state, today, read=read)
        # Buttons to choose from would be in the way of whom to call for somebody in danger.
        if not decision.topics or read.finding.bystander:
            turn = self.fallback("fallback", state, groups=True)
            return changed(turn, topics=read.topics, confidence=decision.confidence)
        return changed(self.choice(decision.topics, state), confidence=decision.confidence)

    def open(self, topic_id: str, state: ChatState, today: date, *, read: Understood | None = None) -> Turn:
        """Answer one topic.

        Args:
            topic_id: one of the knowledge base's.
            state: of the chat.
            today: for weeks.
            read: the text that asked for it, None for a button.
        """
        topic = self._knowledge.topics[topic_id]
        named = stage_for(read.stage, state.profile) if read else None
        stage = named or stage_of(state.profile, today)
        card = self._cards.answer(topic, stage, also=read.also if read else (), named=bool(named))
        if topic.group in self._exercise and state.profile.cleared is False and stage in BIRTH_STAGES:
            card = replace(card, blocks=(*card.blocks, *block(self._texts("not-cleared"), BlockKind.NOTE)))
        turn = saying(state, card, topic=topic_id)
        return changed(turn, topics=read.topics, confidence=read.decision.confidence) if read else turn

    def choice(self, topics: tuple[str, ...], state: ChatState) -> Turn:
        """Ask which of two or three topics she means."""
        return changed(saying(state, self._cards.choice(topics), outcome=Outcome.CLARIFY), topics=topics)

    def fallback(self, name: str, state: ChatState, *, groups: bool = False) -> Turn:
        """Say a sentence of the knowledge base that is no answer.

        Args:
            name: of the sentence.
            state: of the chat.
            groups: show the groups of topics below.
        """
        text = self._texts(name, call=self._numbers.call(state.profile.country))
        card = self._cards.groups(text) if groups else self._cards.plain(text)
        return saying(state, card, outcome=Outcome.FALLBACK)

    def loss(self, read: Understood, state: ChatState, today: date) -> Turn:
        """She told that she lost her baby; what she asks besides is answered below."""
        sorry = block(self._texts("profile-loss-said"))
        if read.is_only_loss or not read.decision.is_answer:
            return changed(saying(state, self._cards.groups(self._texts("profile-loss-said"))), topics=read.topics)
        return topped(self.open(read.decision.topics[0], state, today, read=read), sorry)
