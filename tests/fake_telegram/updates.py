"""How updates reach the bot: they wait until a poll confirms them, or a webhook takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.fake_telegram.rules import RefusedError

AT_ONCE = 100


class Updates:
    """The methods of the Bot API that have to do with receiving, and the side of those who write."""

    def __init__(self, token: str) -> None:
        self.token = token
        """The only one that is let in."""
        self.updates: list[dict[str, Any]] = []
        self.queries: set[str] = set()
        """Ids of presses and inline queries that may still be answered, once."""
        self.webhook: dict[str, str] = {}
        """As it was set, empty where none is."""
        self.on_update: Callable[[dict[str, Any]], None] | None = None
        """Told of each update; takes it out of `updates` when it is delivered."""
        self._ids = 0
        self._poll: asyncio.Future[RefusedError | None] | None = None

    def next_id(self) -> int:
        """A new id: of a message, an update, a query."""
        self._ids += 1
        return self._ids

    def post(self, kind: str, content: dict[str, Any]) -> int:
        """Hand the bot an update; returns its id."""
        update = self.next_id()
        if kind in ("callback_query", "inline_query"):
            self.queries.add(content["id"])
        self.updates.append({"update_id": update, kind: content})
        if self.on_update is not None:
            self.on_update(self.updates[-1])
        else:
            self._end_poll(None)
        return update

    async def push(self, kind: str, content: dict[str, Any]) -> int:
        """See `post`."""
        return self.post(kind, content)

    async def revoke(self) -> None:
        """Make the token invalid; the open poll ends with it."""
        self.token = "4242:another"
        self._end_poll(RefusedError(401, "Unauthorized"))

    async def do_set_webhook(self, params: dict[str, str]) -> Any:
        self.webhook = params
        return True

    async def do_delete_webhook(self, params: dict[str, str]) -> Any:
        self.webhook = {}
        return True

    async def do_get_webhook_info(self, params: dict[str, str]) -> Any:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
        }

    async def do_get_updates(self, params: dict[str, str]) -> Any:
        if self.webhook:
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(params.get("offset") or 0)
        self.updates = [u for u in self.updates if u["update_id"] >= offset]
        self._end_poll(RefusedError(409, "Conflict: terminated by other getUpdates request"))
        if not self.updates:
            self._poll = poll = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(float(params.get("timeout") or 0)):
                    end = await poll
            except TimeoutError:
                return []
            finally:
                if self._poll is poll:
                    self._poll = None
            if isinstance(end, RefusedError):
                raise end
        return self.updates[:AT_ONCE]

    def _end_poll(self, end: RefusedError | None) -> None:
        """Answer the open poll: with an error, or at the end of this round of the loop with all that came in it."""
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            poll.set_result(end)
