"""Why walks wait, in words, and the buttons that let them go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.actions.reminders import SayCleared, SaySeen, StartAgain
from bot.conversation.cards import block
from bot.conversation.reminders.plan_inputs import is_cleared, wants_walks
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle
from bot.conversation.state import Turn
from bot.schedule.model import Care, Hold, SetCare

SAFETY_HOLDS = (Hold.ALARM, Hold.CHECK)


def hold_lines(resources: Resources, builder: TurnBuilder) -> tuple[Block, ...]:
    """What holds her walks, or keeps them short; nothing where they run."""
    t, care = resources.texts, builder.book.care
    today = resources.today(builder)
    found: list[Block] = []
    if care.hold is not Hold.NONE:
        found += block(t(f"walk-held-{hold_name(resources, care)}"), BlockKind.NOTE)
    elif care.soon:
        found += block(t("walk-held-soon"), BlockKind.NOTE)
    if not wants_walks(builder.state, today):
        found += block(t("walk-waits"), BlockKind.NOTE)
    elif not is_cleared(builder.state, today):
        most = resources.plan.numbers.before_clearance_most
        found += block(t("walk-gentle-only", most=most), BlockKind.NOTE)
    return tuple(found)


def hold_name(resources: Resources, care: Care) -> str:
    """The end of the name of the sentence about a hold."""
    private = resources.knowledge.private_flags
    is_private = care.hold is Hold.ALARM and care.flag in private  # nobody has to "see" her for these
    return "private" if is_private else care.hold.value


def hold_buttons(resources: Resources, builder: TurnBuilder) -> Sequence[Sequence[Button]]:
    """The ways out of what holds them."""
    t, care = resources.texts, builder.book.care
    rows: list[Sequence[Button]] = []
    if care.hold is not Hold.NONE:
        rows.append([Button(label=t("walk-start-again"), action=StartAgain().pack(), style=ButtonStyle.SUCCESS)])
    if care.soon and care.hold not in SAFETY_HOLDS:
        rows.append([Button(label=t("walk-seen"), action=SaySeen().pack())])
    if not is_cleared(builder.state, resources.today(builder)):
        rows.append([Button(label=t("walk-cleared-button"), action=SayCleared().pack())])
    return rows


def waiting(resources: Resources, builder: TurnBuilder) -> Turn:
    """Says what holds her walks, with the ways out."""
    return builder.says(card(hold_lines(resources, builder), buttons=hold_buttons(resources, builder)))


def woken(builder: TurnBuilder) -> TurnBuilder:
    """She wants her reminders to go on after a pause of ours. What holds them for her safety stays, as a check does."""
    care = builder.book.care
    if care.hold in SAFETY_HOLDS:
        return builder
    if check := builder.state.context.check:
        free = replace(care, hold=Hold.CHECK, since=builder.now, flag=check, asked=False)
    else:
        free = replace(care, hold=Hold.NONE, since=0, flag="", asked=False)
    return builder.changing(SetCare(free)) if free != care else builder


def lifted(builder: TurnBuilder) -> TurnBuilder:
    """Every hold is over: she has been seen, or wants to start again after an alarm or a check."""
    care = builder.book.care
    free = replace(care, hold=Hold.NONE, since=0, flag="", soon=False, asked=False)
    if care.hold in SAFETY_HOLDS or care.soon:
        free = replace(free, checked_at=builder.now)
        builder = replace(builder, state=replace(builder.state, context=replace(builder.state.context, alarm=None)))
    return builder.changing(SetCare(free)) if free != care else builder


def held(care: Care, hold: Hold, flag: str, now: int) -> Care:
    """Her care with a hold for her safety. An alarm outweighs a check; a check leaves what holds already."""
    if hold is Hold.CHECK and care.hold is not Hold.NONE:
        return care
    if care.hold is hold and care.flag == flag:
        return care
    return replace(care, hold=hold, since=now, flag=flag)
