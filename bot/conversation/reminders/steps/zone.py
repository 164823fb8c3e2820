"""Her time zone: of her country, typed as a place, or of a place that she shares."""

from __future__ import annotations

from collections.abc import Iterable

from bot.conversation.actions.reminders import ChooseZone, ContinueSetup, StepAnswer
from bot.conversation.cards import block
from bot.conversation.reminders.setup_draft import ZONE, SetupDraft
from bot.conversation.reminders.steps.base import (
    Answered,
    Question,
    Reading,
    Rows,
    Step,
    Taken,
    TypedText,
    Unclear,
    rows,
)
from bot.conversation.reminders.turn_builder import TurnBuilder, card, list_button
from bot.conversation.reply import Button
from bot.schedule.model import SetZone
from bot.timezones.location import zone_at
from bot.timezones.search import Zone

ZONES_SHOWN = 6


class ZoneStep(Step):
    """Where she is."""

    name = "zone"
    reads_names = True

    def applies(self, draft: SetupDraft, builder: TurnBuilder) -> bool:
        """See `Step.applies`."""
        return not builder.book.zone and not draft.zone

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        country = builder.state.profile.country
        found = self._resources.zones.of_country(country, builder.now) if country else ()
        if not found and self._resources.default_zone not in (None, "UTC"):
            found = self._resources.zones.find(self._resources.default_zone or "", builder.now)
        return block(self._texts("walk-ask-zone")), _buttons(found)

    def reads(self, said: TypedText, draft: SetupDraft, builder: TurnBuilder) -> Reading | None:
        """See `Step.reads`; nothing but a place is read here."""
        if taken := self.typed(said.text, draft, builder):
            return taken
        return Unclear(block(self._texts("walk-zone-unknown"))) if said.is_short else None

    def typed(self, text: str, draft: SetupDraft, builder: TurnBuilder) -> Taken | None:
        """Take a typed place, or ask which is meant; None where it is not known.

        Args:
            draft: at this question.
        """
        found = self._resources.zones.find(text, builder.now)
        if not found:
            return None
        if len(found) == 1:
            return self.takes(ChooseZone(found[0].key), draft, builder)
        back = [Button(label=self._texts("walk-back"), action=ContinueSetup().pack())]
        asked = card(block(self._texts("walk-which-zone")), buttons=(*_buttons(found), back))
        return builder.drafting(draft).says(asked)

    def located(self, latitude: float, longitude: float, draft: SetupDraft, builder: TurnBuilder) -> Reading | None:
        """See `Step.located`; nothing of the place is kept but the zone."""
        key = zone_at(latitude, longitude)
        if key is None or self._resources.zone(key) is None:
            return Unclear(block(self._texts("walk-place-unknown")))
        return self.takes(ChooseZone(key), draft, builder)

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`; asked by itself it is noted at once."""
        match answer:
            case ChooseZone(key) if self._resources.zone(key) is not None:
                is_single = draft.purpose == ZONE
                return self._noted(key, builder) if is_single else Answered(builder, draft.answered(zone=key))
        raise ValueError(answer)

    def _noted(self, key: str, builder: TurnBuilder) -> Taken:
        builder = (builder.changing(SetZone(key)) if key != builder.book.zone else builder).drafting(None)
        note = block(self._texts("walk-zone-offset")) if key.startswith("UTC") else ()
        said = block(self._descriptions.clock_said(key, builder))
        return builder.says(card(said, note, buttons=[[list_button(self._texts)]]))


def _buttons(zones: Iterable[Zone]) -> Rows:
    """One button a zone, the likeliest first."""
    shown = list(zones)[:ZONES_SHOWN]
    return rows(
        [(ChooseZone(z.key), f"{z.place}, {z.note}" if z.note and len(shown) > 1 else z.place) for z in shown], 1
    )
