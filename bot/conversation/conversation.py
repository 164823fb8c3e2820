"""A message goes in, a reply comes out: triage, follow-up, match, decide. Nothing here knows about Telegram or a store."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation.buttons import Buttons
from bot.conversation.cards import Cards, block
from bot.conversation.commands import Commands
from bot.conversation.grief import gentle
from bot.conversation.message import Message
from bot.conversation.numbers import Numbers
from bot.conversation.profile import ProfileQuestions
from bot.conversation.reply import Block, Button, Card, Level, Outcome, Reply
from bot.conversation.safety import Safety
from bot.conversation.stage import stage_of
from bot.conversation.state import ChatState, Context, Stage, Turn
from bot.conversation.texts import Texts
from bot.conversation.understanding import Understanding, Understood
from bot.knowledge.models import Knowledge
from bot.matching.matcher import Matcher
from bot.triage.engine import Finding, Triage

HALF_SIGNS_LAST = 6 * 3600
"""Seconds that a half-sign is remembered: "38.6" and "my back throbs" belong together within an evening, not within a week."""
FLAG_CONFIDENCE = {"alarm": 1.0, "check": 0.5}
"""Triage is a set of rules, not a score; these say which of the two it is."""
_CHOICE = re.compile(r"^\s*(?:number |option |nr\.? ?|#)?([1-9])\s*[.)]?\s*$", re.IGNORECASE)
_CHOICE_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "the first": 1,
    "the second": 2,
    "the third": 3,
    "first": 1,
    "second": 2,
    "third": 3,
    "first one": 1,
    "second one": 2,
    "third one": 3,
    "the first one": 1,
    "the second one": 2,
    "the third one": 3,
}


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """Who runs the bot; every field may be empty."""

    name: str = ""
    phone: str = ""
    privacy_contact: str = ""


class Conversation:
    """Answers messages from one knowledge base."""

    def __init__(
        self,
        knowledge: Knowledge,
        triage: Triage,
        matcher: Matcher,
        *,
        clinic: Clinic | None = None,
        country: str | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            knowledge: the knowledge base.
            triage: its red flags.
            matcher: trained on its phrasings.
            clinic: who runs the bot.
            country: ISO code for chats that have not said where they are.
        """
        self.knowledge = knowledge
        self.texts = Texts(knowledge.texts)
        self.numbers = Numbers(knowledge, self.texts, country)
        self.cards = Cards(knowledge, self.texts)
        self.safety = Safety(knowledge, self.texts, self.numbers)
        self.questions = ProfileQuestions(self.texts, self.numbers)
        self.understanding = Understanding(knowledge, triage, matcher)
        self._commands = Commands(self.cards, self.texts, self.numbers, self.questions, clinic or Clinic())
        self._buttons = Buttons(self.cards, self.texts, self.questions, self.safety)

    def respond(self, message: Message, state: ChatState) -> Turn:
        """Answer one message.

        Args:
            message: what came in.
            state: what is remembered of the chat.

        Returns:
            The reply, the state after it, and what to store besides.
        """
        today = message.at.date()
        if message.action:
            turn = self._pressed(message, state, today)
        elif message.command:
            turn = self._commanded(message, state, today)
        elif message.text.strip():
            turn = self._said(message, state, today)
        else:
            turn = self._plain(state, self._unreadable(message, state))
        return self._finished(message, state, turn)

    # --- the ways in --------------------------------------------------------------

    def _pressed(self, message: Message, state: ChatState, today: date) -> Turn:
        action = message.action
        if action.startswith("check:") and action.count(":") == 2:  # noqa: PLR2004
            _, flag, answer = action.split(":")
            return self._checked(flag, answer, message, state, today)
        return self._buttons.press(action, state, today, group=message.group)

    def _commanded(self, message: Message, state: ChatState, today: date) -> Turn:
        if (
            message.text.strip() and message.command != "start"
        ):  # "/help my chest hurts": words after a command are words
            finding = self.understanding.triage(message.text, self._remembered(message, state.context))
            if finding.flag:
                return self._said(message, state, today)
        if message.command == "start" and message.text.strip() in self.knowledge.topics:
            return self._open(message.text.strip(), state, today)
        return self._commands.run(message.command, state, today, group=message.group)

    def _said(self, message: Message, state: ChatState, today: date) -> Turn:
        text, context = message.text, state.context
        remembered = self._remembered(message, context)
        if context.check and (turn := self._answer_to_check(message, state, today)):
            return turn
        read = self.understanding.read(text, remembered=remembered, before=context.topic)
        context = replace(context, signs=self._signs(message, context, read.finding))
        state = replace(state, context=context)
        if read.finding.flag:
            return self._flagged(read, message, state, today)
        if chosen := self._typed_choice(text, context):
            return self._pressed(replace(message, action=chosen, text=""), state, today)
        if turn := self._typed_setup(text, state, today):
            return self._with_bystander(turn, read.finding, state)
        if context.topic and self.understanding.says("more", read.words):
            return self._with_bystander(
                self._buttons.press(f"more:{context.topic}", state, today, group=message.group), read.finding, state
            )
        if context.offered and self.understanding.says("none", read.words):
            return self._buttons.press("none", state, today, group=message.group)
        return self._with_bystander(self._answered(read, state, today), read.finding, state)

    # --- red flags -----------------------------------------------------------------

    def _remembered(self, message: Message, context: Context) -> frozenset[str]:
        now = message.at.timestamp()
        return frozenset(s for s, at in context.signs.items() if 0 <= now - at <= HALF_SIGNS_LAST)

    def _signs(self, message: Message, context: Context, finding: Finding) -> dict[str, float]:
        now = message.at.timestamp()
        kept = {s: at for s, at in context.signs.items() if 0 <= now - at <= HALF_SIGNS_LAST}
        return kept | dict.fromkeys(finding.signs, now)

    def _flagged(self, read: Understood, message: Message, state: ChatState, today: date) -> Turn:
        finding = read.finding
        assert finding.flag
        assert finding.level
        flag, country = self.knowledge.flags[finding.flag], state.profile.country
        asked = read.topics if read.decision.topics else ()
        context = replace(state.context, asked=asked, topic=None, offered=(), setup=None)
        confidence = FLAG_CONFIDENCE[finding.kind or "check"]
        if finding.kind == "check":
            card = self.safety.check(flag, finding.level, country=country, group=message.group)
            alone = not any(b.action for row in card.buttons for b in row)
            context = replace(context, check=None if alone else flag.id, offered=_actions(card))
            reply = Reply(
                outcome=Outcome.CHECK,
                cards=(card,),
                topics=read.topics,
                flag=flag.id,
                level=finding.level,
                confidence=confidence,
            )
            return Turn(reply=reply, state=replace(state, context=context))
        cards = [
            self.safety.alarm(
                flag,
                finding.level,
                country=country,
                escalated=finding.escalated,
                asked=bool(asked) and finding.level is not Level.SOON,
                group=message.group,
            )
        ]
        if finding.level is Level.SOON and read.decision.is_answer:
            stage = read.stage or stage_of(state.profile, today)
            cards.append(
                self.cards.answer(self.knowledge.topics[read.decision.topics[0]], stage, named=bool(read.stage))
            )
        context = replace(context, check=None, offered=_actions(cards[-1]))
        reply = Reply(
            outcome=Outcome.ALARM,
            cards=tuple(cards),
            topics=read.topics,
            flag=flag.id,
            level=finding.level,
            confidence=confidence,
        )
        return Turn(reply=reply, state=replace(state, context=context))

    def _answer_to_check(self, message: Message, state: ChatState, today: date) -> Turn | None:
        """A typed answer to the open safety check. Only a clear no goes on; a new alarm leads."""
        flag = state.context.check
        assert flag
        if flag not in self.knowledge.flags:
            return None
        words = self.understanding.words(message.text)
        choice = _CHOICE.match(message.text)
        if choice:
            answer = {"1": "yes", "2": "unsure", "3": "no"}.get(choice[1], "unsure")
            return self._checked(flag, answer, message, state, today)
        if self.understanding.says("no", words):
            return self._checked(flag, "no", message, state, today)
        finding = self.understanding.triage(message.text, self._remembered(message, state.context))
        if finding.kind == "alarm" and finding.level and finding.level.rank <= self.knowledge.flags[flag].level.rank:
            return None  # what she adds is itself an alarm: say that one
        return self._checked(flag, "unsure", message, state, today)

    def _checked(self, flag_id: str, answer: str, message: Message, state: ChatState, today: date) -> Turn:
        flag = self.knowledge.flags.get(flag_id)
        if flag is None or answer not in ("yes", "unsure", "no"):
            return self._plain(state, self._say("stale-button", state))
        is_open = state.context.check == flag_id
        if answer == "no":
            if not is_open:
                return Turn(
                    reply=Reply(outcome=Outcome.ANSWER, notice=self.texts("check-over"), remove_buttons=True),
                    state=state,
                )
            asked = state.context.asked
            state = replace(state, context=replace(state.context, check=None, asked=(), signs={}))
            cleared = block(self.texts("check-cleared"))
            if not asked:
                card = Card(blocks=(*cleared, *block(self.texts("check-asked-nothing"))))
                return self._plain(state, Reply(outcome=Outcome.ANSWER, cards=(card,), remove_buttons=True))
            turn = self._open(asked[0], state, today)
            return replace(turn, reply=_topped(replace(turn.reply, remove_buttons=bool(message.action)), cleared))
        reply = Reply(
            outcome=Outcome.ALARM,
            cards=(
                self.safety.alarm(
                    flag,
                    flag.level,
                    country=state.profile.country,
                    escalated=False,
                    asked=bool(state.context.asked),
                    group=message.group,
                ),
            ),
            topics=state.context.asked[:3],
            flag=flag.id,
            level=flag.level,
            confidence=FLAG_CONFIDENCE["alarm"],
            remove_buttons=bool(message.action),
        )
        context = replace(state.context, check=None, offered=_actions(reply.cards[0]))
        return Turn(reply=reply, state=replace(state, context=context))

    # --- answers ----------------------------------------------------------------------

    def _answered(self, read: Understood, state: ChatState, today: date) -> Turn:
        decision = read.decision
        if not read.words.words:
            return self._plain(state, replace(self._say("empty", state, groups=True), outcome=Outcome.FALLBACK))
        if not read.ranking.is_english:
            return self._plain(
                state, replace(self._say("not-english", state), outcome=Outcome.FALLBACK, topics=read.topics)
            )
        if not decision.topics:
            reply = self._say("fallback", state, groups=True)
            return self._plain(
                state, replace(reply, outcome=Outcome.FALLBACK, topics=read.topics, confidence=decision.confidence)
            )
        if decision.is_answer:
            return self._open(decision.topics[0], state, today, read=read)
        card = self.cards.choice(decision.topics)
        context = replace(state.context, offered=_actions(card))
        reply = Reply(outcome=Outcome.CLARIFY, cards=(card,), topics=decision.topics, confidence=decision.confidence)
        return Turn(reply=reply, state=replace(state, context=context))

    def _open(self, topic_id: str, state: ChatState, today: date, *, read: Understood | None = None) -> Turn:
        topic = self.knowledge.topics[topic_id]
        named = read.stage if read else None
        card = self.cards.answer(
            topic, named or stage_of(state.profile, today), also=read.also if read else (), named=bool(named)
        )
        context = replace(state.context, topic=topic_id, offered=_actions(card), setup=None)
        topics, confidence = (read.topics, read.decision.confidence) if read else ((topic_id,), 1.0)
        reply = Reply(outcome=Outcome.ANSWER, cards=(card,), topics=topics, confidence=confidence)
        return Turn(reply=reply, state=replace(state, context=context))

    def _typed_choice(self, text: str, context: Context) -> str | None:
        """The action of the button that a typed number stands for."""
        match = _CHOICE.match(text)
        number = int(match[1]) if match else _CHOICE_WORDS.get(" ".join(text.lower().split()).strip(" ."), 0)
        return context.offered[number - 1] if 0 < number <= len(context.offered) else None

    def _typed_setup(self, text: str, state: ChatState, today: date) -> Turn | None:
        """A typed answer to the open profile question; anything else is a question and ends the set-up."""
        name = state.context.setup
        if not name or (value := self.questions.typed(name, text, today)) is None:
            return None
        return self._buttons.press(f"set:{name}:{value}", state, today, group=False)

    def _unreadable(self, message: Message, state: ChatState) -> Reply:
        return replace(
            self._say("unreadable" if message.attachment else "empty", state, groups=not message.attachment),
            outcome=Outcome.FALLBACK,
        )

    # --- the frame ----------------------------------------------------------------------

    def _say(self, name: str, state: ChatState, *, groups: bool = False) -> Reply:
        text = self.texts(name, call=self.numbers.call(state.profile.country))
        card = self.cards.groups(text) if groups else Card(blocks=block(text))
        return Reply(outcome=Outcome.ANSWER, cards=(card,))

    @staticmethod
    def _plain(state: ChatState, reply: Reply) -> Turn:
        return Turn(reply=reply, state=state)

    def _with_bystander(self, turn: Turn, finding: Finding, state: ChatState) -> Turn:
        if not finding.bystander:
            return turn
        return replace(turn, reply=_topped(turn.reply, self.safety.bystander(state.profile.country)))

    def _finished(self, message: Message, before: ChatState, turn: Turn) -> Turn:
        """Add the opening lines, the offer of the profile and the question after the due date; leave out what would hurt."""
        reply, state = turn.reply, turn.state
        if turn.forget:
            return turn
        greeted = before.profile.greeted or before.context.greeted
        if not greeted and reply.cards and not message.edited:
            opening = Card(blocks=block(self.texts("opening", call=self.numbers.call(state.profile.country))))
            if opening.blocks:
                cards = (*reply.cards, opening) if reply.is_safety else (opening, *reply.cards)
                reply = replace(reply, cards=cards)
            state = _greeted(state, group=message.group)
        elif self._may_ask(message, reply, state):
            reply, state = self._with_question(message, reply, state)
        if state.profile.stage is Stage.LOSS:
            reply = self._gentle(reply, state)
        context = replace(state.context, at=message.at.timestamp())
        reply = replace(reply, cards=tuple(_clean(c) for c in reply.cards))
        return replace(turn, reply=reply, state=replace(state, context=context))

    def _may_ask(self, message: Message, reply: Reply, state: ChatState) -> bool:
        return (
            reply.outcome is Outcome.ANSWER
            and bool(reply.topics)
            and bool(reply.cards)
            and not message.group
            and not message.edited
            and not state.context.setup
            and reply.topics[0] not in ("greeting", "thanks")
        )

    def _with_question(self, message: Message, reply: Reply, state: ChatState) -> tuple[Reply, ChatState]:
        profile = state.profile
        if (
            profile.stage is Stage.PREGNANT
            and profile.due
            and message.at.date() > profile.due
            and not profile.due_asked
        ):
            state = replace(state, profile=replace(profile, due_asked=True))
            return replace(reply, cards=(*reply.cards, self.questions.due_question())), state
        if not profile.offered and profile.stage is None:
            state = replace(state, profile=replace(profile, offered=True))
            return replace(reply, cards=(*reply.cards, self.questions.offer())), state
        return reply, state

    def _gentle(self, reply: Reply, state: ChatState) -> Reply:
        cards = []
        for card in reply.cards:
            kept = gentle(card)
            if not kept.blocks and card.blocks:
                kept = replace(kept, blocks=block(self.texts("loss-nothing")))
            cards.append(kept)
        return replace(reply, cards=tuple(cards))


def _greeted(state: ChatState, *, group: bool) -> ChatState:
    if group:
        return replace(state, context=replace(state.context, greeted=True))
    return replace(state, profile=replace(state.profile, greeted=True))


def _actions(card: Card) -> tuple[str, ...]:
    return tuple(b.action for row in card.buttons for b in row if b.action)


def _topped(reply: Reply, blocks: tuple[Block, ...]) -> Reply:
    if not blocks or not reply.cards:
        return replace(reply, cards=(Card(blocks=blocks), *reply.cards)) if blocks else reply
    first = reply.cards[0]
    return replace(reply, cards=(replace(first, blocks=(*blocks, *first.blocks)), *reply.cards[1:]))


def _clean(card: Card) -> Card:
    """Without buttons that have no label: a knowledge base without texts has none for them."""
    rows: tuple[tuple[Button, ...], ...] = tuple(tuple(b for b in row if b.label) for row in card.buttons)
    return replace(card, buttons=tuple(r for r in rows if r))
