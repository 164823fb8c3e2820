"""What comes in: one message, without a word about where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing a person did: typed a text, pressed a button, gave a command or sent a picture.

    Exactly one of `action` and `command` may be set; `text` is then empty or holds the command's arguments.
    """

    at: datetime
    """When it reached us; aware, any zone."""
    text: str = ""
    """What she typed, or the caption of what she sent. Any Unicode, any length."""
    action: str = ""
    """The `Button.action` of the button she pressed."""
    command: str = ""
    """A command without its slash, lower case: `start`, `help`."""
    attachment: str = ""
    """What she sent that cannot be read: `photo`, `voice`, `sticker`, `document`, `video`, `location`, `contact` or
    `other`."""
    latitude: float | None = None
    """Of a place that she shared once, in degrees; used for her time zone and never kept."""
    longitude: float | None = None
    edited: bool = False
    """She changed an earlier message; `text` is the new text."""
    group: bool = False
    """Others read along: no profile is asked for, some alarms are given in private only."""
