"""How often a message may have reached her: the count that keeps a doubtful one from coming a third time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

MOST_COPIES = 2
"""Of one message. Sent or not is unknown after a crash or a dropped connection; once more is better than never."""


async def _forget(_begun: int) -> None:
    """Keeps nothing."""


class Copies:
    """Counts the tries of one message that may have arrived. What is kept of it survives a crash."""

    def __init__(
        self,
        begun: int = 0,
        *,
        most: int = MOST_COPIES,
        keep: Callable[[int], Awaitable[None]] = _forget,
    ) -> None:
        """Make a count.

        Args:
            begun: tries that may have arrived before.
            most: no further try is begun after so many.
            keep: keeps the number, where it is two or more; the first try is known by the reply that was decided.
        """
        self.begun = begun
        self._most = most
        self._keep = keep

    @property
    def is_spent(self) -> bool:
        """Whether another try might be one copy too many."""
        return self.begun >= self._most

    async def begin(self) -> None:
        """A try goes out now."""
        self.begun += 1
        if self.begun > 1:
            await self._keep(self.begun)

    async def took_no_effect(self) -> None:
        """The try that was begun last surely did not arrive."""
        self.begun -= 1
        if self.begun >= 1:
            await self._keep(self.begun)
