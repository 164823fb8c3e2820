"""Updates as they come and as they lie in the inbox: what receiving and the store have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from bot.conversation.reply import Reply


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedUpdate:
    """An update as it came. chat: whose it is, None where it belongs to no chat; payload: its JSON object."""

    update: int
    chat: int | None
    payload: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the sending of a decided reply is, kept beside it.

    done: steps (messages, a file, an edit ...) that are over. ids: the messages that they left. begun: tries of the
    next step that may have arrived; the first is not counted here, as every step may have been begun once.
    """

    done: int = 0
    ids: tuple[int, ...] = ()
    begun: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"done": self.done, "ids": list(self.ids), "begun": self.begun}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote. Raises KeyError, TypeError or ValueError where it is something else."""
        return cls(done=int(data["done"]), ids=tuple(int(i) for i in data["ids"]), begun=int(data["begun"]))


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenOver:
    """An update that another process left behind, now ours.

    payload: None where what is stored cannot be read. reply: what had been decided, which only has to be sent;
    progress: how far that is. tries: how often thinking about it was begun after somebody had died over it. at: when it
    was received, epoch seconds.
    """

    update: int
    chat: int | None
    payload: dict[str, Any] | None
    reply: Reply | None = None
    progress: Progress | None = None
    tries: int = 0
    at: int = 0


class Inbox(Protocol):
    """Keeps what is not answered yet; see `bot.store.inbox`. Every method may raise `StoreError`."""

    async def add(self, updates: Sequence[ReceivedUpdate], *, claim: bool = True) -> frozenset[int]:
        """Keep updates; the ids of those that are this process's to answer now."""
        ...

    async def take(self, live: frozenset[str], most: int) -> list[TakenOver]:
        """Take what has no living owner."""
        ...

    async def tried(self, update: int) -> int:
        """Count that thinking is begun again; how often by now."""
        ...

    async def keep_progress(self, update: int, progress: Progress) -> None:
        """Note how far the sending of the decided reply is."""
        ...

    async def decided(self, update: int) -> Reply | None:
        """The reply that was noted for an update; None where there is none."""
        ...

    async def done(self, updates: Iterable[int]) -> None:
        """Note that updates are answered."""
        ...

    async def is_mine(self, update: int) -> bool:
        """Whether an update still waits for this process."""
        ...

    async def let_go(self) -> None:
        """Leave what is not answered to the other processes."""
        ...


class Spool(Protocol):
    """Where updates wait while the inbox fails; see `bot.store.spool`. Every method may raise `OSError`."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        ...

    async def append(self, updates: Sequence[ReceivedUpdate]) -> None:
        """Keep updates behind those that wait; on the disk when it returns. Raises StoreError where it is full."""
        ...

    async def oldest(self, most: int) -> tuple[list[ReceivedUpdate], tuple[bytes, ...]]:
        """The oldest updates that wait, in order, and marks by which they are dropped."""
        ...

    async def drop(self, marks: Sequence[bytes]) -> None:
        """Let go of what is in the inbox now."""
        ...
