"""After "I lost my baby" no sentence speaks of a living child."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.conversation.reply import Block, BlockKind, Card

LIVING_CHILD = re.compile(
    r"\b(bab(?:y|ies)|newborns?|infants?|toddlers?|child(?:ren)?|twins|pram|buggy|pushchair|stroller|cot|crib|napp(?:y|ies)|diapers?|sling|carrier|car seat|"
    r"breast ?-?feed\w*|bottle|feed(?:s|ing)?|nursing|latch\w*|express(?:ing)?|milk|motherhood|new mother|mum(?:s)?)\b",
    re.IGNORECASE,
)
"""Words that would hurt. Rather a sentence too many is left out than one too few."""
LOSS_WORDS = re.compile(r"\b(lost your baby|caring for a baby|I lost my baby)\b", re.IGNORECASE)
"""Said about the loss itself."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def hurts(text: str) -> bool:
    """True where a text speaks of a living child."""
    return bool(LIVING_CHILD.search(LOSS_WORDS.sub("", text)))


def without_child(text: str) -> str:
    """The text without the sentences that speak of a living child; paragraphs stay apart."""
    paragraphs = []
    for paragraph in text.split("\n"):
        kept = [s for s in _SENTENCE.split(paragraph) if not hurts(s)]
        if kept or not paragraph.strip():
            paragraphs.append(" ".join(kept))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(paragraphs)).strip()


def gentle(card: Card) -> Card:
    """A card without what would hurt; it may be left with no blocks.

    Buttons whose labels would hurt go too, unless they name the loss itself.
    """
    blocks: list[Block] = []
    for block in card.blocks:
        changed = replace(block, text=without_child(block.text), items=tuple(i for i in block.items if not hurts(i)))
        if changed.text or changed.items or (block.kind is BlockKind.TIPS and changed.items):
            blocks.append(changed)
    rows = tuple(tuple(b for b in row if not hurts(b.label)) for row in card.buttons)
    return replace(card, blocks=tuple(blocks), buttons=tuple(r for r in rows if r))
