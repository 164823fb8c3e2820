"""What follows when triage finds something: the alarm, the safety check and its answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.conversation.actions.parts import CheckAnswer
from bot.conversation.actions.questions import AnswerCheck
from bot.conversation.alarm_cards import AlarmCards
from bot.conversation.answers import Answers
from bot.conversation.cards import Cards, block
from bot.conversation.message import Message
from bot.conversation.reply import Block, BlockKind, Card, Outcome, Reply
from bot.conversation.stage import stage_for, stage_of
from bot.conversation.state import ChatState, Turn
from bot.conversation.texts import Texts
from bot.conversation.turns import changed, saying, topped
from bot.conversation.understanding import Understood
from bot.knowledge.level import Level
from bot.knowledge.models import Flag, Knowledge, Topic
from bot.triage.rules import Finding

CONFIDENCE = {"alarm": 1.0, "check": 0.5}
"""Triage is a set of rules, not a score; these say which of the two it is."""
MEASURED = "#"
"""Half-signs named so are numbers she read off an instrument: a "no" does not undo what she wrote then."""


class Alarms:
    """Turns of alarms and safety checks."""

    def __init__(
        self,
        knowledge: Knowledge,
        texts: Texts,
        cards: Cards,
        safety: AlarmCards,
        answers: Answers,
        *,
        further: Iterable[Flag] = (),
    ) -> None:
        """Take the parts that the conversation makes.

        Args:
            further: flags that triage never raises and others ask for.
        """
        self._knowledge = knowledge
        self._known = {**knowledge.flags, **{flag.id: flag for flag in further}}
        self._texts = texts
        self._cards = cards
        self._safety = safety
        self._answers = answers

    def raised(self, read: Understood, message: Message, state: ChatState, today: date) -> Turn:
        """Alarm or ask back, as triage found.

        Args:
            read: the text; its finding has a flag.
            message: that it came in.
            state: of the chat.
            today: for the stage of a topic that may follow below.
        """
        finding = read.finding
        flag = self._known[finding.flag or ""]
        is_question = finding.kind == "check" or read.decision.is_answer or read.asks
        asked = read.decision.topics if is_question else ()
        context = replace(state.context, asked=asked, topic=None, setup=None, alarm=None)
        state = replace(state, context=context)
        if finding.kind == "check":
            return changed(self.ask(flag, state, group=message.group), topics=read.topics)
        level = finding.level or flag.level
        turn = self.alarm(flag, level, state, group=message.group)
        if level is Level.SOON and read.decision.is_answer:
            topic, stage = self._knowledge.topics[read.decision.topics[0]], stage_for(read.stage, state.profile)
            if not _is_avoided(topic, flag):
                below = self._cards.answer(topic, stage or stage_of(state.profile, today), named=bool(stage))
                turn = changed(turn, cards=(*turn.reply.cards, below))
        return changed(turn, topics=read.topics)

    def ask(self, flag: Flag, state: ChatState, *, group: bool) -> Turn:
        """Ask the safety check of a flag; it stays open until it is answered."""
        card = self._safety.check(flag, country=state.profile.country, group=group)
        is_open = not self._safety.is_private(flag, group=group)
        state = replace(state, context=replace(state.context, check=flag.id if is_open else None))
        return changed(
            saying(state, card, outcome=Outcome.CHECK), flag=flag.id, level=flag.level, confidence=CONFIDENCE["check"]
        )

    def alarm(self, flag: Flag, level: Level, state: ChatState, *, group: bool) -> Turn:
        """Raise the alarm of a flag; an open check is over.

        Args:
            flag: what was reported.
            level: after escalation.
            state: of the chat.
            group: others read along.
        """
        asked = bool(state.context.asked) and level is not Level.SOON
        card = self._safety.alarm(flag, level, country=state.profile.country, asked=asked, group=group)
        state = replace(state, context=replace(state.context, check=None, alarm=f"{flag.id}:{level}"))
        return changed(
            saying(state, card, outcome=Outcome.ALARM),
            topics=state.context.asked[:3],
            flag=flag.id,
            level=level,
            confidence=CONFIDENCE["alarm"],
        )

    def again(self, state: ChatState) -> Turn | None:
        """The last alarm once more, with the numbers of the country she has chosen since; None where there is none."""
        flag_id, _, level = (state.context.alarm or "").partition(":")
        flag = self._known.get(flag_id)
        return self.alarm(flag, Level(level), state, group=False) if flag else None

    def open_check(self, state: ChatState) -> Flag | None:
        """The flag whose safety check is open."""
        return self._known.get(state.context.check or "")

    def repeated(self, flag: Flag, state: ChatState, *, group: bool) -> Turn:
        """The open check once more, for one who did not answer it."""
        return topped(self.ask(flag, state, group=group), block(self._texts("check-again")))

    def pressed(self, action: AnswerCheck, message: Message, state: ChatState, today: date) -> Turn | None:
        """A pressed answer to a check, open or not; None where there is no such flag, or no longer.

        Args:
            action: of the button.
            message: the press.
            state: of the chat.
            today: for the topic that follows a no.
        """
        flag = self._known.get(action.flag)
        if flag is None:
            return None
        is_no = action.answer is CheckAnswer.NO
        if is_no and state.context.check != flag.id:
            reply = Reply(outcome=Outcome.ANSWER, notice=self._texts("check-over"), remove_buttons=True)
            return Turn(reply=reply, state=state)
        turn = self.denied(state, today) if is_no else self.confirmed(flag, state, group=message.group)
        return changed(turn, remove_buttons=True)

    def confirmed(self, flag: Flag, state: ChatState, *, group: bool, unclear: bool = False) -> Turn:
        """Yes, not sure, or (`unclear`) something else than no, which counts as yes."""
        turn = self.alarm(flag, flag.level, state, group=group)
        if not unclear or self._safety.is_private(flag, group=group):
            return turn
        card = turn.reply.cards[0]
        note = block(self._texts("check-taken-as-yes"), BlockKind.NOTE)
        return changed(turn, cards=(replace(card, blocks=(*card.blocks, *note)), *turn.reply.cards[1:]))

    def denied(self, state: ChatState, today: date) -> Turn:
        """A clear no: go on with what she asked."""
        context = state.context
        measured = {at for sign, at in context.signs.items() if sign.startswith(MEASURED)}
        signs = {sign: at for sign, at in context.signs.items() if at in measured}
        asked = tuple(t for t in context.asked if t in self._knowledge.topics)
        state = replace(state, context=replace(context, check=None, asked=(), signs=signs))
        cleared: tuple[Block, ...] = block(self._texts("check-cleared"))
        if not asked:
            return saying(state, Card(blocks=(*cleared, *block(self._texts("check-asked-nothing")))))
        one = len(asked) == 1
        return topped(
            self._answers.open(asked[0], state, today) if one else self._answers.choice(asked, state), cleared
        )

    def bare(self, finding: Finding, state: ChatState, *, group: bool) -> Turn | None:
        """The alarm for a finding (a check counts as one), for when nothing else works; None without a flag."""
        flag = self._known.get(finding.flag or "")
        return self.alarm(flag, finding.level or flag.level, state, group=group) if flag else None


def _is_avoided(topic: Topic, flag: Flag) -> bool:
    """True where a topic speaks of what must not be said beside a flag."""
    shown = [topic.answer, *topic.tips]
    for variant in topic.when.values():
        shown += [variant.answer or "", *(variant.tips or ())]
    text = " ".join((topic.title, *shown)).lower()
    return any(phrase.lower() in text for phrase in flag.avoid)
