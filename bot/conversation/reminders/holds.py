"""Why walks wait, in words, and the buttons that let them go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.alarm_cards import PRIVATE_FLAGS
from bot.conversation.cards import block
from bot.conversation.reminders.context import Call, Kit, card
from bot.conversation.reminders.plan_inputs import is_cleared, wants_walks
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle
from bot.conversation.state import Turn
from bot.schedule.model import Care, Hold, SetCare

SAFETY_HOLDS = (Hold.ALARM, Hold.CHECK)


def hold_lines(kit: Kit, call: Call) -> tuple[Block, ...]:
    """What holds her walks, or keeps them short; nothing where they run."""
    t, care = kit.texts, call.book.care
    today = kit.today(call)
    found: list[Block] = []
    if care.hold is not Hold.NONE:
        found += block(t(f"walk-held-{hold_name(care)}"), BlockKind.NOTE)
    elif care.soon:
        found += block(t("walk-held-soon"), BlockKind.NOTE)
    if not wants_walks(call.state, today):
        found += block(t("walk-waits"), BlockKind.NOTE)
    elif not is_cleared(call.state, today):
        most = kit.plan.numbers.before_clearance_most
        found += block(t("walk-gentle-only", most=most), BlockKind.NOTE)
    return tuple(found)


def hold_name(care: Care) -> str:
    """The end of the name of the sentence about a hold."""
    is_private = care.hold is Hold.ALARM and care.flag in PRIVATE_FLAGS  # nobody has to "see" her for these
    return "private" if is_private else care.hold.value


def hold_buttons(kit: Kit, call: Call) -> Sequence[Sequence[Button]]:
    """The ways out of what holds them."""
    t, care = kit.texts, call.book.care
    rows: list[Sequence[Button]] = []
    if care.hold is not Hold.NONE:
        rows.append([Button(label=t("walk-start-again"), action="walk:again", style=ButtonStyle.SUCCESS)])
    if care.soon and care.hold not in SAFETY_HOLDS:
        rows.append([Button(label=t("walk-seen"), action="walk:seen")])
    if not is_cleared(call.state, kit.today(call)):
        rows.append([Button(label=t("walk-cleared-button"), action="walk:cleared")])
    return rows


def waiting(kit: Kit, call: Call) -> Turn:
    """Says what holds her walks, with the ways out."""
    return call.says(card(hold_lines(kit, call), buttons=hold_buttons(kit, call)))


def woken(call: Call) -> Call:
    """She wants her reminders to go on after a pause of ours. What holds them for her safety stays, as a check does."""
    care = call.book.care
    if care.hold in SAFETY_HOLDS:
        return call
    if check := call.state.context.check:
        free = replace(care, hold=Hold.CHECK, since=call.now, flag=check, asked=False)
    else:
        free = replace(care, hold=Hold.NONE, since=0, flag="", asked=False)
    return call.changing(SetCare(free)) if free != care else call


def lifted(call: Call) -> Call:
    """Every hold is over: she has been seen, or wants to start again after an alarm or a check."""
    care = call.book.care
    free = replace(care, hold=Hold.NONE, since=0, flag="", soon=False, asked=False)
    if care.hold in SAFETY_HOLDS or care.soon:
        free = replace(free, checked_at=call.now)
        call = replace(call, state=replace(call.state, context=replace(call.state.context, alarm=None)))
    return call.changing(SetCare(free)) if free != care else call


def held(care: Care, hold: Hold, flag: str, now: int) -> Care:
    """Her care with a hold for her safety. An alarm outweighs a check; a check leaves what holds already."""
    if hold is Hold.CHECK and care.hold is not Hold.NONE:
        return care
    if care.hold is hold and care.flag == flag:
        return care
    return replace(care, hold=hold, since=now, flag=flag)
