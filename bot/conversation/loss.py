"""After "I lost my baby" no sentence speaks of a living child."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.conversation.reply import Block, BlockKind, Card
from bot.knowledge.models import Withheld
from bot.language.phrases import PhraseGroups
from bot.language.sentences import each
from bot.language.text import split


class LossFilter:
    """Leaves out what speaks of a living child."""

    def __init__(self, withheld: Withheld, phrases: PhraseGroups) -> None:
        """Make one.

        Args:
            withheld: of the knowledge base.
            phrases: its phrases, compiled.
        """
        self._phrases = phrases
        self._instead = {said.lower(): instead for said, instead in withheld.instead.items()}
        longest = sorted(map(re.escape, self._instead), key=len, reverse=True)
        self._replaced = re.compile(rf"\b(?:{'|'.join(longest)})\b", re.IGNORECASE) if longest else None

    def hurts(self, text: str) -> bool:
        """True where a text speaks of a living child."""
        return self._phrases.has("living-child", split(text).words, unless="not-living-child")

    def without_child(self, text: str, *, clauses: bool = False) -> str:
        """The text without the sentences that speak of a living child; some words are said in another way instead.

        Args:
            text: any.
            clauses: keep the beginning of a sentence whose later clauses would hurt ("phone now, and ... the baby").
        """

        def change(sentence: str) -> str:
            if self._replaced:
                sentence = self._replaced.sub(lambda match: self._instead[match[0].lower()], sentence)
            if not self.hurts(sentence):
                return sentence
            kept: list[str] = []
            for clause in sentence.split(", ") if clauses else ():
                if self.hurts(clause):
                    break
                kept.append(clause)
            return ", ".join(kept) + sentence[-1] if kept else ""

        return each(text, change)

    def gentle(self, card: Card, *, safety: bool = False) -> Card:
        """A card without what would hurt; it may be left with nothing to say.

        Args:
            card: any.
            safety: an alarm or a check, of which as much as can be must stay.
        """
        if not safety and any(b.kind is BlockKind.TITLE and self.hurts(b.text) for b in card.blocks):
            blocks: list[Block] = []  # all of it is about a child; single sentences of it would make no sense
        else:
            blocks = [kept for b in card.blocks if (kept := self._gentle_block(b, safety=safety))]
        rows = tuple(tuple(b for b in row if not self.hurts(b.label)) for row in card.buttons)
        return replace(card, blocks=tuple(blocks), buttons=tuple(r for r in rows if r))

    def _gentle_block(self, block: Block, *, safety: bool) -> Block | None:
        items = tuple(i for i in block.items if not self.hurts(i))
        changed = replace(block, text=self.without_child(block.text, clauses=safety), items=items)
        return changed if changed.text or changed.items else None


def says_nothing(card: Card) -> bool:
    """True where a card has no text but titles and notes."""
    return not any(b.text or b.items for b in card.blocks if b.kind in (BlockKind.TEXT, BlockKind.TIPS))
