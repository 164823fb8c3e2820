"""What is said when triage finds something: the cards of alarms and safety checks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.actions.parts import CheckAnswer
from bot.conversation.actions.questions import AnswerCheck, AskCountry, ShowAsked
from bot.conversation.cards import block
from bot.conversation.help_lines import HelpLines
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card
from bot.conversation.texts import Texts
from bot.knowledge.level import Level
from bot.knowledge.models import VIOLENCE, Flag

ALONE = "alone"
"""The deep link to the private chat."""


class AlarmCards:
    """The cards of alarms and checks."""

    def __init__(self, texts: Texts, numbers: HelpLines) -> None:
        """Take the parts that the conversation makes."""
        self._texts = texts
        self._numbers = numbers

    @staticmethod
    def is_private(flag: Flag, *, group: bool) -> bool:
        """True where nothing may be said of a flag but to come to the private chat."""
        return group and flag.private

    def alarm(self, flag: Flag, level: Level, *, country: str | None, asked: bool, group: bool) -> Card:
        """The alarm.

        Args:
            flag: what was reported.
            level: after escalation.
            country: hers, or None.
            asked: she also asked about a topic; a button leads there.
            group: others read along.
        """
        if self.is_private(flag, group=group):
            return self._alone(country)
        is_escalated = level is not flag.level and flag.escalated
        blocks = [
            *(block(self._numbers.emergency_title(country), BlockKind.TITLE) if level is Level.EMERGENCY else ()),
            *block(flag.escalated if is_escalated else flag.say),
            *self._lines(flag, level, country),
        ]
        return Card(blocks=tuple(blocks), buttons=self._buttons(level, country, asked=asked, group=group))

    def check(self, flag: Flag, *, country: str | None, group: bool) -> Card:
        """The safety check: one question, three buttons, and what to do meanwhile.

        Args:
            flag: that may be.
            country: hers, or None.
            group: others read along.
        """
        if self.is_private(flag, group=group):
            return self._alone(country)
        blocks = (
            *block(self._texts("check-title"), BlockKind.TITLE),
            *block(flag.ask),
            *block(" ".join(p for p in (flag.if_yes, self._number(flag, country)) if p), BlockKind.NOTE),
            *block(self._help_lines(flag, country), BlockKind.NOTE),
        )
        action = {answer: AnswerCheck(flag.id, answer).pack() for answer in CheckAnswer}
        yes = Button(label=self._texts("check-yes") or "Yes", action=action[CheckAnswer.YES], style=ButtonStyle.DANGER)
        unsure = Button(label=self._texts("check-unsure") or "Not sure", action=action[CheckAnswer.UNSURE])
        no = Button(label=self._texts("check-no") or "No", action=action[CheckAnswer.NO])
        return Card(blocks=blocks, buttons=((yes, unsure, no),))

    def bystander(self, country: str | None) -> tuple[Block, ...]:
        """The line above a reply when somebody else seems to be in danger now."""
        return block(self._texts("danger-someone", call=self._numbers.call(country)), BlockKind.TITLE)

    def _number(self, flag: Flag, country: str | None) -> str:
        name = {Level.EMERGENCY: "check-number-emergency", Level.URGENT: "if-worse"}.get(flag.level)
        return self._texts(name, call=self._numbers.call(country)) if name else ""

    def _help_lines(self, flag: Flag, country: str | None) -> str:
        return self._numbers.sentence(flag.help_line, country) if flag.help_line else ""

    def _lines(self, flag: Flag, level: Level, country: str | None) -> Sequence[Block]:
        call = self._numbers.call(country)
        found = [*block(self._help_lines(flag, country))]
        if flag.help_line == VIOLENCE:  # the one who hurts her may be there, and read along
            found += block(self._numbers.sentence("police", country))
            found += block(self._texts("danger-call", call=call), BlockKind.NOTE)
            found += block(self._texts("may-be-read"), BlockKind.NOTE)
        elif level is Level.URGENT:
            found += block(self._numbers.sentence("health", country))
            found += block(self._texts("if-worse", call=call), BlockKind.NOTE)
        return found

    def _buttons(
        self, level: Level, country: str | None, *, asked: bool, group: bool
    ) -> tuple[tuple[Button, ...], ...]:
        buttons: list[tuple[Button, ...]] = []
        if level is not Level.SOON:
            if copy := self._numbers.copy_buttons(country):
                buttons.append(copy)
            elif self._numbers.menu and not group:
                buttons.append((Button(label=self._texts("country-button"), action=AskCountry().pack()),))
        if asked:
            buttons.append((Button(label=self._texts("asked-button"), action=ShowAsked().pack()),))
        return tuple(buttons)

    def _alone(self, country: str | None) -> Card:
        """In a group: come to a private chat, and whom to call in danger. Nothing of what she wrote."""
        return Card(
            blocks=(
                *block(self._texts("group-alone")),
                *block(self._texts("danger-call", call=self._numbers.call(country)), BlockKind.NOTE),
            ),
            buttons=((Button(label=self._texts("group-alone-button"), deep_link=ALONE),),),
        )
