"""After "I lost my baby" no sentence speaks of a living child."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.conversation.reply import Block, BlockKind, Card
from bot.language.sentences import each

LIVING_CHILD = re.compile(
    r"\b(bab(?:y|ies)\w*|newborns?|infants?|toddlers?|child(?:ren)?|kids?|twins|little ones?|pram|buggy|pushchair"
    r"|stroller|cot|crib|napp(?:y|ies)|diapers?|sling|carriers?|car seat|breast ?-?fe\w+|bottles?|feed(?:s|ing)?"
    r"|nursing|latch\w*|express(?:ing)?|milk|wean\w*|motherhood|new mothers?|mums?)\b",
    re.IGNORECASE,
)
"""Words that would hurt. Rather a sentence too many is left out than one too few."""
LOSS_WORDS = re.compile(r"\b(?:lost (?:your|my) baby)\b", re.IGNORECASE)
"""Said of the loss itself."""
_AS_HEAVY = re.compile(r"\bheavier than (?:a|your|the) baby\b", re.IGNORECASE)


def hurts(text: str) -> bool:
    """True where a text speaks of a living child."""
    return bool(LIVING_CHILD.search(LOSS_WORDS.sub("", text)))


def without_child(text: str, *, clauses: bool = False) -> str:
    """The text without the sentences that speak of a living child; what must not be lost is said in other words.

    Args:
        text: any.
        clauses: keep the beginning of a sentence whose later clauses would hurt ("phone now, and ... the baby").
    """

    def change(sentence: str) -> str:
        sentence = _AS_HEAVY.sub("heavy", sentence)
        if not hurts(sentence):
            return sentence
        kept: list[str] = []
        for clause in sentence.split(", ") if clauses else ():
            if hurts(clause):
                break
            kept.append(clause)
        return ", ".join(kept) + sentence[-1] if kept else ""

    return each(text, change)


def says_nothing(card: Card) -> bool:
    """True where a card has no text but titles and notes."""
    return not any(b.text or b.items for b in card.blocks if b.kind in (BlockKind.TEXT, BlockKind.TIPS))


def gentle(card: Card, *, safety: bool = False) -> Card:
    """A card without what would hurt; it may be left with nothing to say.

    Args:
        card: any.
        safety: an alarm or a check, of which as much as can be must stay.
    """
    if not safety and any(b.kind is BlockKind.TITLE and hurts(b.text) for b in card.blocks):
        blocks: list[Block] = []  # all of it is about a child; single sentences of it would make no sense
    else:
        blocks = [kept for b in card.blocks if (kept := _gentle_block(b, safety=safety))]
    rows = tuple(tuple(b for b in row if not hurts(b.label)) for row in card.buttons)
    return replace(card, blocks=tuple(blocks), buttons=tuple(r for r in rows if r))


def _gentle_block(block: Block, *, safety: bool) -> Block | None:
    items = tuple(i for i in block.items if not hurts(i))
    changed = replace(block, text=without_child(block.text, clauses=safety), items=items)
    return changed if changed.text or changed.items else None
