"""Builds the cards: an answer, more on it, a choice, the menus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.conversation.actions.questions import NoneOfThese, OpenGroup, OpenTopic, RateTopic, ShowGroups, TellMore
from bot.conversation.actions.reminders import NewReminder
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card
from bot.conversation.stage import variant_for
from bot.conversation.texts import Texts
from bot.knowledge.models import Knowledge, Topic

RELATED_SHOWN = 3
SOURCES_SHOWN = 5
"""More names than this are no longer read."""


def block(text: str, kind: BlockKind = BlockKind.TEXT) -> tuple[Block, ...]:
    """A block, or nothing where the text is empty."""
    return (Block(kind=kind, text=text),) if text else ()


def rows(buttons: Iterable[Button]) -> tuple[tuple[Button, ...], ...]:
    """One button a row: labels are whole questions."""
    return tuple((b,) for b in buttons)


def topic_button(topic: Topic) -> Button:
    """Opens a topic."""
    return Button(label=topic.title, action=OpenTopic(topic.id).pack())


class Cards:
    """The cards of a knowledge base."""

    def __init__(self, knowledge: Knowledge, texts: Texts) -> None:
        """Make one.

        Args:
            texts: the sentences of the knowledge base.
        """
        self.knowledge = knowledge
        self.texts = texts

    def answer(self, topic: Topic, stage: str | None, *, also: Sequence[str] = (), named: bool = False) -> Card:
        """The answer to one topic.

        Args:
            topic: the topic.
            stage: hers, or None.
            also: other topics she asked about in the same message.
            named: the stage was named in the message or the question asked for it: say for whom the text is.
        """
        shown = variant_for(topic, stage)
        text = topic.for_stage(shown)
        for_whom = self.texts(f"stage-{shown}") if named and shown in topic.when else ""
        blocks = [
            *block(topic.title, BlockKind.TITLE),
            *block(for_whom, BlockKind.NOTE),
            *block(text.answer or ""),
            *((Block(kind=BlockKind.TIPS, items=text.tips),) if text.tips else ()),
        ]
        buttons: list[tuple[Button, ...]] = []
        if text.more:
            more = TellMore(topic.id, shown if named and shown in topic.when else None)
            buttons.append((Button(label=self.texts("more-button"), action=more.pack(), style=ButtonStyle.PRIMARY),))
        if topic.reminder and self.knowledge.plan:
            buttons.append((Button(label=self.texts("walk-remind-button"), action=NewReminder().pack()),))
        buttons += rows(
            Button(label=f"{self.texts('also-asked')}: {self.knowledge.topics[t].title}", action=OpenTopic(t).pack())
            for t in also
        )
        related = [t for t in topic.see_also if t in self.knowledge.topics and t not in also]
        buttons += rows(topic_button(self.knowledge.topics[t]) for t in related[:RELATED_SHOWN])
        question = self.texts("helpful-question")
        if question and topic.id not in self.knowledge.roles.small_talk:
            blocks += block(question, BlockKind.NOTE)
            buttons.append(
                (
                    Button(label=self.texts("helpful-yes"), action=RateTopic(topic.id, helpful=True).pack()),
                    Button(label=self.texts("helpful-no"), action=RateTopic(topic.id, helpful=False).pack()),
                )
            )
        return Card(blocks=tuple(blocks), buttons=tuple(buttons))

    def plain_answer(self, topic: Topic, stage: str | None) -> Card:
        """An answer to share or to read beside an alarm: without tips, without buttons."""
        text = topic.for_stage(variant_for(topic, stage))
        return Card(blocks=(*block(topic.title, BlockKind.TITLE), *block(text.answer or "")))

    def shared(self, topic: Topic) -> Card:
        """An answer to share with others, with its tips."""
        tips = (Block(kind=BlockKind.TIPS, items=topic.tips),) if topic.tips else ()
        return Card(blocks=(*block(topic.title, BlockKind.TITLE), *block(topic.answer), *tips))

    def more(self, topic: Topic, stage: str | None) -> Card:
        """What lies behind "Tell me more", and what it rests on."""
        text = topic.for_stage(variant_for(topic, stage))
        if not text.more:
            return Card(blocks=block(self.texts("more-none")))
        return Card(blocks=(*block(text.more), *block(self._based_on(topic), BlockKind.NOTE)))

    def _based_on(self, topic: Topic) -> str:
        names = dict.fromkeys(
            self.texts("source-article") if s.startswith("A") else self.knowledge.sources.get(s, "")
            for s in topic.sources
        )
        shown = [n for n in names if n][:SOURCES_SHOWN]
        return self.texts("based-on", sources="; ".join(shown)) if shown else ""

    def choice(self, topics: Sequence[str]) -> Card:
        """Two or three topics to choose from."""
        buttons = [
            *rows(topic_button(self.knowledge.topics[t]) for t in topics),
            (Button(label=self.texts("clarify-none") or "None of these", action=NoneOfThese().pack()),),
        ]
        return Card(blocks=block(self.texts("clarify")), buttons=tuple(buttons))

    @staticmethod
    def plain(text: str) -> Card:
        """A text without buttons."""
        return Card(blocks=block(text))

    def groups(self, text: str) -> Card:
        """The groups of topics below a text."""
        buttons = rows(Button(label=g.title, action=OpenGroup(g.id).pack()) for g in self.knowledge.groups)
        return Card(blocks=block(text), buttons=buttons)

    def group(self, group: str) -> Card:
        """The topics of one group, in place of the menu.

        Raises:
            KeyError: there is no such group.
        """
        title = {g.id: g.title for g in self.knowledge.groups}[group]
        buttons = [
            *rows(topic_button(t) for t in self.knowledge.members(group)),
            (Button(label=self.texts("topics-back") or "Back", action=ShowGroups().pack()),),
        ]
        return Card(blocks=block(title, BlockKind.TITLE), buttons=tuple(buttons), replace=True)
