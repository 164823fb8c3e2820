"""What is remembered of a chat between two messages: her profile (kept) and the context (short-lived)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from bot.conversation.plain_values import plain
from bot.conversation.reminders.setup_draft import SetupDraft
from bot.conversation.reply import Reply
from bot.schedule.model import Book, WalkChange


class Stage(StrEnum):
    """Where she stands; the values are also the variant keys of a topic's `when`."""

    PREGNANT = "pregnant"
    AFTER_BIRTH = "after-birth"
    LOSS = "loss"


class Birth(StrEnum):
    """How the baby was born."""

    VAGINAL = "vaginal"
    CAESAREAN = "caesarean"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What she chose to tell. Dates are stored, weeks derived; every field may be unknown."""

    stage: Stage | None = None
    due: date | None = None
    born: date | None = None
    birth: Birth | None = None
    cleared: bool | None = None
    """Cleared for exercise by her doctor or midwife."""
    country: str | None = None
    """ISO 3166 alpha-2 code."""
    greeted: bool = False
    """The two opening lines (no doctor, nobody watches, whom to call) have been shown; in groups the context knows."""
    offered: bool = False
    """The profile has been offered once; it is not offered again by itself."""
    due_asked: bool = False
    """She has been asked, once, how things stand after the due date."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, without the unknown fields."""
        return {
            k: v.isoformat() if isinstance(v, date) else v
            for k, v in plain(self).items()
            if v not in (None, False) or (k == "cleared" and v is False)
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The profile that `to_json` wrote; fields of another version are ignored, unreadable ones are unknown."""
        readers: dict[str, Any] = {
            "stage": Stage,
            "birth": Birth,
            "due": date.fromisoformat,
            "born": date.fromisoformat,
        }
        values: dict[str, Any] = {}
        for name in (f.name for f in fields(cls)):
            if name in data:
                try:
                    values[name] = readers.get(name, lambda v: v)(data[name])
                except (TypeError, ValueError):
                    continue
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A message of hers and what we sent for it, so that an edit can change the answer in place."""

    asked: int
    """Id of her message in its chat."""
    replies: tuple[int, ...]
    """Ids of our messages, in order."""
    safety: bool
    """The reply was an alarm or a safety check: an edit may not take it back."""


EXCHANGES_KEPT = 8
"""Edits reach back this many messages; more would grow the context for a rare wish."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the next message may refer to. Ids and times, never her text."""

    greeted: bool = False
    """Like `Profile.greeted`, for groups, where no profile is kept."""
    topic: str | None = None
    """The topic of the last answer."""
    asked: tuple[str, ...] = ()
    """Topics she asked about in a message that raised an alarm or a check, for "What you asked about"."""
    offered: tuple[str, ...] = ()
    """Actions of the buttons last shown, in order, so that "2" can be typed."""
    check: str | None = None
    """Flag id of the open safety check."""
    signs: dict[str, float] = field(default_factory=dict)
    """Half-signs of flags heard lately: id to epoch seconds."""
    setup: str | None = None
    """The profile question that is open."""
    walk: SetupDraft | None = None
    """The set-up of a walk reminder, or another question about walks, that is open."""
    told: str | None = None
    """The topic of which "Tell me more" has been told."""
    alarm: str | None = None
    """Flag id and level of the last alarm, to be said again with the numbers of a country she chooses."""
    loss: bool = False
    """She told of a loss in a group, where no profile is kept."""
    question: str = ""
    """Her last question, redacted: only of those who agreed to help improve the bot, until it is rated or the next."""
    questioned: str | None = None
    """The topic that `question` was answered with; None where several were offered."""
    exchanges: tuple[Exchange, ...] = ()
    at: float = 0.0
    """Epoch seconds of the last message."""

    def with_exchange(self, exchange: Exchange) -> Context:
        """This context with what was sent for one message noted; the oldest beyond `EXCHANGES_KEPT` are dropped."""
        others = tuple(e for e in self.exchanges if e.asked != exchange.asked)
        return replace(self, exchanges=(*others, exchange)[-EXCHANGES_KEPT:])

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, without the empty fields."""
        return {k: v for k, v in plain(self).items() if v}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The context that `to_json` wrote; fields of another version are ignored."""
        known = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        for name in ("asked", "offered"):
            if name in known:
                known[name] = tuple(known[name])
        if known.get("walk"):
            known["walk"] = SetupDraft.from_json(known["walk"])
        known["exchanges"] = tuple(
            Exchange(asked=e["asked"], replies=tuple(e["replies"]), safety=e["safety"])
            for e in known.get("exchanges", ())
        )
        return cls(**known)


@dataclass(frozen=True, kw_only=True)
class ChatState:
    """Everything a reply depends on besides the message."""

    profile: Profile = field(default_factory=Profile)
    context: Context = field(default_factory=Context)
    book: Book = field(default_factory=Book)
    """Her walk reminders. Changed only by `Turn.walks`; a private chat's, empty in groups."""
    improve: bool = False
    """She agreed to help improve the bot. Changed only by `Turn.improve`; never in groups."""


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """She rated an answer. Stored without her words."""

    topic: str
    helpful: bool
    at: datetime


class Miss(StrEnum):
    """How a question was answered badly."""

    FALLBACK = "fallback"
    """Nothing fitted."""
    CLARIFY_NONE = "clarify-none"
    """None of the topics that were offered."""
    NOT_HELPFUL = "not-helpful"
    """She said so of the answer."""


@dataclass(frozen=True, kw_only=True)
class MissedQuestion:
    """A question that was answered badly, of somebody who agreed that it is kept."""

    why: Miss
    question: str
    """Redacted, see `bot.language.redaction`."""
    topic: str | None = None
    """The topic that did not help."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one message leads to: the reply, the state after it, and what to store besides."""

    reply: Reply
    state: ChatState
    feedback: Feedback | None = None
    forget: bool = False
    """Delete every row of the chat before anything else is stored."""
    walks: tuple[WalkChange, ...] = ()
    """What changes of her walk reminders, in order."""
    export: bool = False
    """Everything that is kept of the chat is to be sent with the reply."""
    improve: bool | None = None
    """She agreed to help improve the bot, or takes that back: then what is kept of her questions is deleted."""
    unanswered: MissedQuestion | None = None
    """To be kept, as she agreed to it."""
