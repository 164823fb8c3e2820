"""Who runs the bot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """Who runs the bot; every field may be empty."""

    name: str = ""
    phone: str = ""
    privacy_contact: str = ""


@dataclass(frozen=True, kw_only=True)
class RetentionTimes:
    """How long what is kept, as the privacy texts say; the settings of the same names."""

    context_hours: float = 24.0
    inbox_hours: float = 48.0
    chat_months: int = 24
