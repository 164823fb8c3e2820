"""What goes out: cards of plain blocks and buttons, which each place (Telegram, terminal) shows in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.knowledge.level import Level


class Outcome(StrEnum):
    """What the bot decided to do with a message."""

    ALARM = "alarm"
    CHECK = "check"
    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"


class BlockKind(StrEnum):
    """How a block of text is set."""

    TITLE = "title"
    TEXT = "text"
    TIPS = "tips"
    NOTE = "note"


class ButtonStyle(StrEnum):
    """The colour a place may give a button; never the only thing that tells buttons apart."""

    PLAIN = ""
    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, kw_only=True)
class Button:
    """One button. Exactly one of `action`, `deep_link` and `copy` is set."""

    label: str
    action: str = ""
    """Comes back as `Message.action`; at most 64 bytes of UTF-8."""
    deep_link: str = ""
    """Opens a private chat with the bot: the `/start` payload, at most 64 of `A-Za-z0-9_-`. Not shown in a terminal."""
    copy: str = ""
    """Copied to the clipboard, at most 256 characters: a telephone number."""
    style: ButtonStyle = ButtonStyle.PLAIN


@dataclass(frozen=True, kw_only=True)
class Block:
    """One paragraph group. `text` may hold several paragraphs, parted by blank lines; `items` only with TIPS."""

    kind: BlockKind = BlockKind.TEXT
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """One message to her."""

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons."""
    replace: bool = False
    """Take the place of the message whose button was pressed, instead of a new one."""
    lasting: bool = False
    """No part of the answer: it stays as it is when she changes what she wrote."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file that goes with a reply."""

    name: str
    text: str
    caption: str = ""
    """At most 1024 characters."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The whole answer to one message."""

    outcome: Outcome
    cards: tuple[Card, ...] = ()
    """Empty only where nothing needs to be said (a rating was noted: see `notice`)."""
    topics: tuple[str, ...] = ()
    """Topic ids, best first; for CLARIFY exactly the two or three offered, otherwise at most three."""
    flag: str | None = None
    """Id of the red flag, set for ALARM and CHECK."""
    level: Level | None = None
    """Level of that flag after escalation."""
    confidence: float = 0.0
    """How sure the bot is of the first topic or of the flag, 0..1."""
    notice: str = ""
    """A short line shown over the chat when a button was pressed; at most 200 characters."""
    remove_buttons: bool = False
    """Take the buttons off the message whose button was pressed (it has been answered)."""
    spent: tuple[str, ...] = ()
    """Actions of buttons that leave the message whose button was pressed, while its others stay."""
    document: Document | None = None
    """Sent after the cards."""

    @property
    def is_safety(self) -> bool:
        """True for an alarm or a safety check: always sent as a new message, first, and never edited away."""
        return self.outcome in (Outcome.ALARM, Outcome.CHECK)
