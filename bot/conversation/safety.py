"""What is said when triage finds something: alarms and safety checks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.cards import block
from bot.conversation.numbers import Numbers
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card, Level
from bot.conversation.texts import Texts
from bot.knowledge.models import Flag, Knowledge

PRIVATE_FLAGS = frozenset({"self-harm", "domestic-violence"})
"""In a group these are answered in private only: others, among them the one who hurts her, may read along."""
TREATMENT_GROUPS = frozenset({"relief", "everyday", "move"})
"""Groups whose answers are about treatment, position or exercise: not beside an alarm."""


class Safety:
    """The cards of alarms and checks."""

    def __init__(self, knowledge: Knowledge, texts: Texts, numbers: Numbers) -> None:
        """Arguments: as made by the conversation."""
        self._flags = knowledge.flags
        self._texts = texts
        self._numbers = numbers

    def alarm(
        self, flag: Flag, level: Level, *, country: str | None, escalated: bool, asked: bool, group: bool
    ) -> Card:
        """The alarm.

        Args:
            flag: what was reported.
            level: after escalation.
            country: hers, or None.
            escalated: the flag has risen to emergency.
            asked: she also asked about a topic; a button leads there.
            group: others read along.
        """
        if group and flag.id in PRIVATE_FLAGS:
            return self.alone(country)
        blocks: list[Block] = []
        if level is Level.EMERGENCY:
            blocks += block(self._numbers.emergency_title(country), BlockKind.TITLE)
        blocks += block(flag.escalated if escalated and flag.escalated else flag.say)
        blocks += self._lines(flag, level, country)
        return Card(blocks=tuple(blocks), buttons=self._buttons(level, country, asked=asked))

    def _lines(self, flag: Flag, level: Level, country: str | None) -> Sequence[Block]:
        found: list[Block] = []
        if flag.id == "self-harm":
            found += block(self._numbers.sentence("crisis", country))
        if flag.id == "domestic-violence":
            found += block(self._numbers.sentence("violence", country))
            found += block(self._numbers.sentence("police", country))
            found += block(self._texts("danger-call", call=self._numbers.call(country)), BlockKind.NOTE)
            found += block(self._texts("may-be-read"), BlockKind.NOTE)
        elif level is Level.URGENT:
            found += block(self._numbers.sentence("health", country))
            found += block(self._texts("if-worse", call=self._numbers.call(country)), BlockKind.NOTE)
        return found

    def _buttons(self, level: Level, country: str | None, *, asked: bool) -> tuple[tuple[Button, ...], ...]:
        buttons: list[tuple[Button, ...]] = []
        if level is not Level.SOON:
            if copy := self._numbers.copy_buttons(country):
                buttons.append(copy)
            elif self._numbers.menu:
                buttons.append((Button(label=self._texts("country-button"), action="country"),))
        if asked:
            buttons.append((Button(label=self._texts("asked-button"), action="asked"),))
        return tuple(buttons)

    def alone(self, country: str | None) -> Card:
        """In a group: come to a private chat, and whom to call in danger. Nothing about what she wrote."""
        return Card(
            blocks=(
                *block(self._texts("group-alone")),
                *block(self._texts("danger-call", call=self._numbers.call(country)), BlockKind.NOTE),
            ),
            buttons=((Button(label=self._texts("group-alone-button"), deep_link="alone"),),),
        )

    def check(self, flag: Flag, level: Level, *, country: str | None, group: bool) -> Card:
        """The safety check: one question, three buttons, and what to do meanwhile."""
        if group and flag.id in PRIVATE_FLAGS:
            return self.alone(country)
        number = ""
        if level is Level.EMERGENCY:
            number = self._texts("check-number-emergency", call=self._numbers.call(country))
        elif level is Level.URGENT:
            number = self._texts("if-worse", call=self._numbers.call(country))
        crisis = self._numbers.sentence("crisis", country) if flag.id == "self-harm" else ""
        violence = self._numbers.sentence("violence", country) if flag.id == "domestic-violence" else ""
        blocks = (
            *block(self._texts("check-title"), BlockKind.TITLE),
            *block(flag.ask),
            *block(" ".join(p for p in (flag.if_yes, number) if p), BlockKind.NOTE),
            *block(crisis or violence, BlockKind.NOTE),
        )
        return Card(
            blocks=blocks,
            buttons=(
                (
                    Button(
                        label=self._texts("check-yes") or "Yes", action=f"check:{flag.id}:yes", style=ButtonStyle.DANGER
                    ),
                    Button(label=self._texts("check-unsure") or "Not sure", action=f"check:{flag.id}:unsure"),
                    Button(label=self._texts("check-no") or "No", action=f"check:{flag.id}:no"),
                ),
            ),
        )

    def bystander(self, country: str | None) -> tuple[Block, ...]:
        """The line above a reply when somebody else seems to be in danger now."""
        return block(self._texts("danger-someone", call=self._numbers.call(country)), BlockKind.TITLE)
