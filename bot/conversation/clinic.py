"""Who runs the bot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """Who runs the bot; every field may be empty."""

    name: str = ""
    phone: str = ""
    privacy_contact: str = ""
